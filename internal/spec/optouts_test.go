package spec_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func TestTheShippedPolicyOnOptOuts(t *testing.T) {
	policy, err := spec.LoadOptOuts(specs.Files)
	require.NoError(t, err)
	assert.Equal(t, 7, policy.ListDays.Value)
	assert.Equal(t, spec.AllowAbsentList, policy.ListAbsent.Value)
	assert.Equal(t, spec.KeepProvisioned, policy.Provisioned.Value)
	assert.Equal(t, spec.RefuseProvision, policy.NewProvision.Value)
}

// Every fault of the policy is told at once, with its line.
func TestFaultsOfThePolicyOnOptOuts(t *testing.T) {
	text, err := fs.ReadFile(specs.Files, "optouts.toml")
	require.NoError(t, err)
	spoilt := strings.NewReplacer(`value = 7`, `value = 0`, `value = "allow"`, `value = "perhaps"`, "[provisioned]\n", "[provisioned]\nwho = 1\n").Replace(string(text))
	at := strings.Index(spoilt, "source = ")
	spoilt = spoilt[:at] + `source = ""` + spoilt[at+strings.Index(spoilt[at:], "\n"):]
	_, err = spec.LoadOptOuts(fstest.MapFS{"optouts.toml": {Data: []byte(spoilt)}})
	var invalid *spec.Invalid
	require.ErrorAs(t, err, &invalid)
	var said []string
	for _, fault := range invalid.Faults {
		assert.Positive(t, fault.Line, fault.Message)
		said = append(said, fault.Message)
	}
	assert.Equal(t, []string{
		"list_days is 0; it is the days for which a list may be used, 1 or more",
		"list_days gives no reason or no source; a rule is not invented",
		`list_absent is "perhaps"; it is one of ["allow" "refuse"]`,
		`unknown key "provisioned.who"`,
	}, said)
	_, err = spec.LoadOptOuts(fstest.MapFS{})
	assert.ErrorContains(t, err, "optouts.toml: cannot be read")
}
