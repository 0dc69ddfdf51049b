package spec

import (
	"io/fs"
	"slices"

	"tre-toolkit/internal/disclosure"
)

// What the policy on opt-outs may say.
const (
	AllowAbsentList  = "allow"  // a freeze with section 251 rows needs no positive list
	RefuseAbsentList = "refuse" // it does

	KeepProvisioned   = "keep"   // a project keeps what it was given of people who withdraw later
	RecallProvisioned = "recall" // it gives that back

	RefuseProvision = "refuse" // a freeze that holds somebody who has withdrawn since provisions nothing more
	AllowProvision  = "allow"  // it does
)

// OptOuts is how opt-outs and withdrawals are applied. Its zero value asks for
// nothing: no list is needed, none is valid, and nothing is refused.
type OptOuts struct {
	ListDays     disclosure.Setting[int]    `toml:"list_days"`     // days from its receipt after which a positive list is stale
	ListAbsent   disclosure.Setting[string] `toml:"list_absent"`   // AllowAbsentList or RefuseAbsentList
	Provisioned  disclosure.Setting[string] `toml:"provisioned"`   // KeepProvisioned or RecallProvisioned
	NewProvision disclosure.Setting[string] `toml:"new_provision"` // RefuseProvision or AllowProvision
}

const optOutsFile = "optouts.toml"

// LoadOptOuts reads optouts.toml.
func LoadOptOuts(files fs.FS) (OptOuts, error) {
	var policy OptOuts
	faults := decodeFile(files, optOutsFile, &policy)
	if faults.broken {
		return OptOuts{}, faults.err()
	}
	text, _ := fs.ReadFile(files, optOutsFile) // it was read above
	fault := func(name, format string, args ...any) {
		faults.add(optOutsFile, lineWhere(text, 1, isHeading("["+name+"]")), format, args...)
	}
	oneOf := func(name, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			fault(name, "%s is %q; it is one of %q", name, value, allowed)
		}
	}
	if policy.ListDays.Value < 1 {
		fault("list_days", "list_days is %d; it is the days for which a list may be used, 1 or more", policy.ListDays.Value)
	}
	oneOf("list_absent", policy.ListAbsent.Value, AllowAbsentList, RefuseAbsentList)
	oneOf("provisioned", policy.Provisioned.Value, KeepProvisioned, RecallProvisioned)
	oneOf("new_provision", policy.NewProvision.Value, RefuseProvision, AllowProvision)
	for name, said := range map[string][2]string{
		"list_days":     {policy.ListDays.Reason, policy.ListDays.Source},
		"list_absent":   {policy.ListAbsent.Reason, policy.ListAbsent.Source},
		"provisioned":   {policy.Provisioned.Reason, policy.Provisioned.Source},
		"new_provision": {policy.NewProvision.Reason, policy.NewProvision.Source},
	} {
		if said[0] == "" || said[1] == "" {
			fault(name, "%s gives no reason or no source; a rule is not invented", name)
		}
	}
	return policy, Join(faults.err())
}
