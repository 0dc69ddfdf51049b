package canonical_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/ledger/canonical"
)

// The sample numbers of RFC 8785, appendix B: the bits of a double, and its text.
func TestNumbersOfTheStandard(t *testing.T) {
	for bits, want := range map[string]string{
		"0000000000000000": "0", "8000000000000000": "0",
		"0000000000000001": "5e-324", "8000000000000001": "-5e-324",
		"7fefffffffffffff": "1.7976931348623157e+308", "ffefffffffffffff": "-1.7976931348623157e+308",
		"4340000000000000": "9007199254740992", "c340000000000000": "-9007199254740992",
		"4430000000000000": "295147905179352830000",
		"44b52d02c7e14af5": "9.999999999999997e+22", "44b52d02c7e14af6": "1e+23", "44b52d02c7e14af7": "1.0000000000000001e+23",
		"444b1ae4d6e2ef4e": "999999999999999700000", "444b1ae4d6e2ef4f": "999999999999999900000", "444b1ae4d6e2ef50": "1e+21",
		"3eb0c6f7a0b5ed8c": "9.999999999999997e-7", "3eb0c6f7a0b5ed8d": "0.000001",
		"41b3de4355555553": "333333333.3333332", "41b3de4355555554": "333333333.33333325", "41b3de4355555555": "333333333.3333333",
		"41b3de4355555556": "333333333.3333334", "41b3de4355555557": "333333333.33333343",
		"becbf647612f3696": "-0.0000033333333333333333", "43143ff3c1cb0959": "1424953923781206.2",
	} {
		raw, err := hex.DecodeString(bits)
		require.NoError(t, err)
		text, err := canonical.Marshal(math.Float64frombits(binary.BigEndian.Uint64(raw)))
		require.NoError(t, err)
		assert.Equal(t, want, string(text), bits)
	}
}

// The example of RFC 8785, section 3.2.2, and its order of names in section 3.2.3.
func TestTheStandardsExamples(t *testing.T) {
	text, err := canonical.Transform([]byte(`{
	  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
	  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
	  "literals": [null, true, false]
	}`))
	require.NoError(t, err)
	assert.Equal(t, `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`, string(text))

	text, err = canonical.Transform([]byte(`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`))
	require.NoError(t, err)
	assert.Equal(t, "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}", string(text))
}

func TestWhatIsNoCanonicalJSON(t *testing.T) {
	for text, want := range map[string]error{
		"": canonical.ErrNotJSON, "{": canonical.ErrNotJSON, "1 2": canonical.ErrNotJSON, "nan": canonical.ErrNotJSON,
		"1e999": canonical.ErrNotDouble, "\"\xff\"": canonical.ErrNotText,
	} {
		_, err := canonical.Transform([]byte(text))
		assert.ErrorIs(t, err, want, "%q", text)
	}
}

// The canonical form means the same, and is its own canonical form.
func TestTheFormIsOfTheSameValueAndStable(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) any {
		members := rapid.MapOf(rapid.String(), rapid.OneOf(
			rapid.Just[any](nil), rapid.Map(rapid.Bool(), toAny), rapid.Map(rapid.String(), toAny), rapid.Map(rapid.Float64(), toAny),
			rapid.Map(rapid.SliceOf(rapid.String()), toAny), rapid.Map(rapid.MapOf(rapid.String(), rapid.Int32()), toAny),
		))
		return members.Draw(t, "members")
	})
	rapid.Check(t, func(t *rapid.T) {
		drawn := value.Draw(t, "value")
		text, err := canonical.Marshal(drawn)
		require.NoError(t, err)
		plain, err := json.Marshal(drawn)
		require.NoError(t, err)
		assert.JSONEq(t, string(plain), string(text))
		again, err := canonical.Transform(text)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
	})
}

func toAny[T any](value T) any { return value }

func FuzzTransform(f *testing.F) {
	for _, seed := range []string{`{"b":1,"a":[null,"é",-0.0,1e-7]}`, `"\ud800"`, `[[[[]]]]`, "1e400", "\xef\xbb\xbf{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := canonical.Transform(text)
		if err != nil {
			return
		}
		twice, err := canonical.Transform(once)
		require.NoError(t, err)
		assert.Equal(t, string(once), string(twice))
	})
}
