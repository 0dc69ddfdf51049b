package identifier

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// cases reads a table of a value and what is said of it. Underscores are left
// out of the values, so that no number that may be somebody's stands in a file.
func cases(t *testing.T, name string) [][2]string {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer file.Close()
	var list [][2]string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		value, said, found := strings.Cut(lines.Text(), "->")
		if !found || strings.HasPrefix(value, "#") {
			continue
		}
		value = strings.ReplaceAll(strings.TrimRight(value, " "), "_", "")
		list = append(list, [2]string{strings.ReplaceAll(value, "~", "\u00a0"), strings.TrimSpace(said)})
	}
	require.NotEmpty(t, list)
	return list
}

func TestNHSNumbers(t *testing.T) {
	for _, one := range cases(t, "nhsnumbers.txt") {
		number, err := ParseNHSNumber(one[0], Synthetic)
		said := string(number.Range())
		if err != nil {
			said = err.Error()
			assert.True(t, number.IsZero())
		}
		assert.Equal(t, one[1], said, "%q", one[0])
		same, sameErr := ParseNHSNumber([]byte(one[0]), Synthetic)
		assert.Equal(t, number.Digits(), same.Digits())
		assert.Equal(t, err, sameErr)
	}
}

func TestPostcodes(t *testing.T) {
	for _, one := range cases(t, "postcodes.txt") {
		postcode, err := ParsePostcode(one[0])
		said := string(postcode.Kind())
		if err != nil {
			said = err.Error()
			assert.True(t, postcode.IsZero())
		}
		assert.Equal(t, one[1], said, "%q", one[0])
	}
}

func TestDates(t *testing.T) {
	for _, one := range cases(t, "dates.txt") {
		date, err := ParsePartialDate(one[0])
		said := "partial"
		switch {
		case err != nil:
			said = err.Error()
			assert.True(t, date.IsZero())
		case date.IsComplete():
			said = "complete"
		}
		assert.Equal(t, one[1], said, "%q", one[0])
	}
}

// The modulus 11 rule, written a second time from the data dictionary's words.
func wordsOfTheDictionary(number string) bool {
	sum := 0
	for i, weight := range []int{10, 9, 8, 7, 6, 5, 4, 3, 2} {
		sum += int(number[i]-'0') * weight
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	return check != 10 && check == int(number[9]-'0')
}

func TestTheCheckDigitIsTheDictionarys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := fmt.Sprintf("%010d", rapid.Int64Range(0, 9_999_999_999).Draw(t, "number"))
		_, err := ParseNHSNumber(number, Synthetic)
		if err != Dummy {
			assert.Equal(t, wordsOfTheDictionary(number), err == nil, number)
		}
	})
}

// anyTestNumber draws a number of the test range with its check digit.
func anyTestNumber(t *rapid.T) string {
	for {
		nine := uint64(999_000_000 + rapid.IntRange(0, 999_998).Draw(t, "nine"))
		if digit, issued := NHSCheckDigit(nine); issued {
			return fmt.Sprint(nine*10 + digit)
		}
	}
}

// Modulus 11 finds every wrong digit and every swap of two digits.
func TestEverySingleErrorIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		right := anyTestNumber(t)
		at, digit := rapid.IntRange(0, 9).Draw(t, "at"), rapid.IntRange(0, 9).Draw(t, "digit")
		wrong := right[:at] + fmt.Sprint(digit) + right[at+1:]
		_, err := ParseNHSNumber(wrong, Synthetic)
		assert.Equal(t, wrong == right, err == nil)

		other := rapid.IntRange(0, 9).Draw(t, "other")
		swapped := []byte(right)
		swapped[at], swapped[other] = swapped[other], swapped[at]
		_, err = ParseNHSNumber(swapped, Synthetic)
		assert.Equal(t, string(swapped) == right, err == nil)
	})
}

func TestANumberIsReadHoweverItIsSpaced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		right := anyTestNumber(t)
		var spaced strings.Builder
		for _, digit := range right {
			spaced.WriteString(rapid.SampledFrom([]string{"", " ", "-", "\u00a0", "\t"}).Draw(t, "between"))
			if rapid.Bool().Draw(t, "wide") {
				digit += '\uff10' - '0'
			}
			spaced.WriteRune(digit)
		}
		number, err := ParseNHSNumber(spaced.String(), Synthetic)
		require.NoError(t, err)
		assert.Equal(t, right, number.Digits())
	})
}

func TestTheTestRangeIsJunkAmongRealPeople(t *testing.T) {
	_, err := ParseNHSNumber("9990000018", Real)
	assert.Equal(t, TestNumber, err)
	_, err = ParseNHSNumber("9990000018", Synthetic)
	assert.NoError(t, err)
	_, err = ParseNHSNumber("9999999999", Real)
	assert.Equal(t, Dummy, err, "of the test range, and everybody's")
}

// Which postcodes the pattern of the grammar makes, and no others.
func TestAPostcodeIsReadHoweverItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyPostcode(t)
		want, err := ParsePostcode(code)
		require.NoError(t, err, code)
		assert.Equal(t, code, want.Text())
		for _, way := range []string{strings.ToLower(code), strings.ReplaceAll(code, " ", ""), " " + code + " "} {
			got, err := ParsePostcode(way)
			require.NoError(t, err)
			assert.Equal(t, want.Text(), got.Text())
		}
		district, inward, _ := strings.Cut(code, " ")
		assert.Equal(t, district, want.District())
		assert.Equal(t, district+" "+inward[:1], want.Sector())
		assert.True(t, strings.HasPrefix(district, want.Area()))
		_, err = ParsePostcode(district)
		assert.Equal(t, Partial, err)
	})
}

func anyPostcode(t *rapid.T) string {
	letter := func(letters string) string {
		return string(rapid.SampledFrom([]byte(letters)).Draw(t, "letter"))
	}
	digit, high := letter("0123456789"), letter("123456789")
	first, second := letter(firstLetters), letter(secondLetters)
	outward := rapid.SampledFrom([]string{
		first + digit, first + high + digit, first + second + digit, first + second + high + digit,
		first + digit + letter(thirdLetters), first + second + digit + letter(fourthLetters),
	}).Draw(t, "outward")
	return outward + " " + digit + letter(inwardLetters) + letter(inwardLetters)
}

func TestThereAre124Areas(t *testing.T) {
	const giro, forces, noPlace = 1, 1, 1
	assert.Len(t, areas, 121+giro+forces+noPlace)
	assert.Len(t, crownAreas, 3)
}

func TestDatesConflictWhereBothKnow(t *testing.T) {
	date := func(text string) PartialDate {
		parsed, err := ParsePartialDate(text)
		require.NoError(t, err)
		return parsed
	}
	full := date("05/03/1979")
	for text, conflicts := range map[string]bool{
		"05/03/1979": false, "00/03/1979": false, "00/00/1979": false,
		"06/03/1979": true, "05/04/1979": true, "05/03/1980": true, "00/04/1979": true, "00/00/1980": true,
	} {
		assert.Equal(t, conflicts, full.Conflicts(date(text)), text)
		assert.Equal(t, conflicts, date(text).Conflicts(full), text)
	}
	assert.False(t, full.Conflicts(PartialDate{}))
	assert.True(t, date("06/03/1979").After(full))
	assert.False(t, full.After(full))
	assert.False(t, date("00/03/1979").After(full), "it may be the first of March")
	assert.True(t, date("00/04/1979").After(full))
	assert.True(t, full.Is(5, 3))
	assert.Equal(t, "26/04/2024", PartialDateOf(time.Date(2024, 4, 26, 13, 0, 0, 0, time.UTC)).Text())
}

// A day exists when the calendar of package time has it.
func TestADayIsOneOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprintf("%02d/%02d/%04d", rapid.IntRange(1, 32).Draw(t, "day"), rapid.IntRange(1, 13).Draw(t, "month"), rapid.IntRange(1800, 2100).Draw(t, "year"))
		date, err := ParsePartialDate(text)
		at, timeErr := time.Parse("02/01/2006", text)
		require.Equal(t, timeErr == nil, err == nil, text)
		if err == nil {
			assert.Equal(t, PartialDateOf(at), date)
			assert.Equal(t, text, date.Text())
			assert.Equal(t, date, UnpackDate(date.Packed()))
		}
	})
}

func TestNamesThatAreNone(t *testing.T) {
	for _, name := range []string{"UNKNOWN", "Unknown", "Baby", "TWIN ONE", "Twin-1", "twin i", "Not Known", "not stated", "xx", "(baby)", "N.K."} {
		assert.True(t, IsPlaceholderName(name), name)
	}
	for _, name := range []string{"", "Smith", "O'Brien", "Li", "Babyak", "Ó Súilleabháin", "Anne-Marie", "Testa", strings.Repeat("X", 300)} {
		assert.False(t, IsPlaceholderName(name), name)
	}
	for name, has := range map[string]bool{"Mrs Jones": true, "DR. NO": true, "prof x": true, "Drake": false, "Missy": false, "Le Roy": false, "": false, "Mr": false} {
		assert.Equal(t, has, HasTitle(name), name)
	}
}

func TestASpreadsheetNumberIsTold(t *testing.T) {
	for text, is := range map[string]bool{
		"9.99E+09": true, "1E+15": true, "9990000018.0": true, "123456.": true, "12E4": false, "A1.0": false,
		"9990000018": false, "": false, "2024-01-01": false, "1.5": false,
	} {
		assert.Equal(t, is, IsSpreadsheetNumber(text), text)
	}
}

func TestNothingIsPrinted(t *testing.T) {
	number, err := ParseNHSNumber("9990000018", Synthetic)
	require.NoError(t, err)
	postcode, err := ParsePostcode("SW1A 1AA")
	require.NoError(t, err)
	date, err := ParsePartialDate("05/03/1979")
	require.NoError(t, err)
	for _, value := range []any{number, &number, postcode, date, []NHSNumber{number}, []any{postcode, date}, map[string]any{"k": number}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			assert.NotRegexp(t, `9990000018|SW1A|1979`, fmt.Sprintf(verb, value))
		}
		text, err := json.Marshal(value)
		require.NoError(t, err)
		assert.NotRegexp(t, `9990000018|SW1A|1979`, string(text))
	}
}

func FuzzParseNHSNumber(f *testing.F) {
	for _, seed := range []string{"9990000018", "999 000 0018", "9.99E+09", "", "９９９", "\xff", strings.Repeat("9", 400)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseNHSNumber(text, Synthetic)
		same, sameErr := ParseNHSNumber([]byte(text), Synthetic)
		if number != same || err != sameErr {
			t.Fatal("bytes and text are read differently")
		}
		if err != nil {
			if !number.IsZero() || len(text) > 30 && strings.Contains(err.Error(), text) {
				t.Fatal("an error with a number")
			}
			return
		}
		if len(number.Digits()) != 10 || !wordsOfTheDictionary(number.Digits()) || isDummy(number.Number()) {
			t.Fatal("a number that is none")
		}
		again, err := ParseNHSNumber(number.Digits(), Synthetic)
		if err != nil || again != number {
			t.Fatal("the canonical number is another")
		}
	})
}

func FuzzParsePostcode(f *testing.F) {
	for _, seed := range []string{"SW1A 1AA", "GIR 0AA", "ZZ99 3VZ", "BFPO 57", "", "Q", "\xff\xff\xff\xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		postcode, err := ParsePostcode(text)
		if err != nil {
			if !postcode.IsZero() {
				t.Fatal("an error with a postcode")
			}
			return
		}
		again, err := ParsePostcode(postcode.Text())
		if err != nil || again != postcode || !utf8.ValidString(postcode.Text()) || len(postcode.Text()) > 9 {
			t.Fatal("the canonical postcode is another")
		}
		_, _, _ = postcode.Kind(), postcode.Sector(), postcode.Area()
	})
}

func FuzzParsePartialDate(f *testing.F) {
	for _, seed := range []string{"05/03/1979", "00/00/0000", "31/02/2001", "", "1/1/1", "99/99/9999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		date, err := ParsePartialDate(text)
		if err == nil && (date.Text() != text || UnpackDate(date.Packed()) != date || date.After(date) || date.Conflicts(date)) {
			t.Fatal("a date that is not itself")
		}
	})
}

func FuzzNames(f *testing.F) {
	f.Add("TWIN ONE")
	f.Add("MRS JONES")
	f.Fuzz(func(t *testing.T, text string) {
		if IsPlaceholderName(text) != IsPlaceholderName([]byte(text)) || HasTitle(text) != HasTitle([]byte(text)) || IsSpreadsheetNumber(text) != IsSpreadsheetNumber([]byte(text)) {
			t.Fatal("bytes and text are read differently")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	number, postcode, date := []byte("9990000018"), []byte("SW1A 1AA"), []byte("05/03/1979")
	b.Run("number", func(b *testing.B) {
		for b.Loop() {
			_, _ = ParseNHSNumber(number, Synthetic)
		}
	})
	b.Run("postcode", func(b *testing.B) {
		for b.Loop() {
			_, _ = ParsePostcode(postcode)
		}
	})
	b.Run("date", func(b *testing.B) {
		for b.Loop() {
			_, _ = ParsePartialDate(date)
		}
	})
	b.Run("name", func(b *testing.B) {
		for b.Loop() {
			_ = IsPlaceholderName(number)
		}
	})
}
