package keys

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

// Linker makes the ids under which the trusted third party hands people on. It
// is not safe for use by several goroutines.
type Linker struct{ ids *Pseudonymiser }

// Link returns the linker of a root key.
func (r Root) Link() Linker { return Linker{newPseudonymiser(r.derive("link"))} }

// Person returns the link id of an NHS number. What is no number is never
// hashed: the error is an [identifier.Junk], the reason beside the empty link.
func (l Linker) Person(number identifier.NHSNumber) (ID, error) {
	if number.IsZero() {
		return ID{}, identifier.Missing
	}
	return l.ids.make("nhs number", "", number.Digits()), nil
}

// StudyID returns the encrypted id of a study's participant, which is another
// in each study.
func (l Linker) StudyID(study, id string) (ID, error) {
	if id == "" {
		return ID{}, identifier.Missing
	}
	return l.ids.make("study id", study, id), nil
}

// Format withholds the key from every verb of package fmt.
func (l Linker) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// Column returns the pseudonymiser of one column of one project, for codes that
// would join two projects or two columns: providers, areas. A key of its own
// keeps a column that is found out from giving away another.
func (r Root) Column(project spec.ProjectID, column spec.Identifier) *Pseudonymiser {
	return newPseudonymiser(r.derive("column", project.Number().String(), column.String()))
}

// Code returns the value of a code in the pseudonymiser's column.
func (p *Pseudonymiser) Code(value string) string { return p.make("code", "", value).Text() }

// Dates shifts a project's dates: all those of one person by the same number of
// days, so that intervals are kept. Seasons and the days of policies are lost.
type Dates struct{ shifts *Pseudonymiser }

// Dates returns the date shifter of a project.
func (r Root) Dates(project spec.ProjectID) Dates {
	return Dates{newPseudonymiser(r.derive("date", project.Number().String()))}
}

// Days returns by how many days the dates of a person in a study are shifted,
// from most days back to most days on, each equally likely.
func (d Dates) Days(study, personKey string, most int) int {
	id := d.shifts.make("participant", study, personKey)
	at, _ := bits.Mul64(binary.BigEndian.Uint64(id[:8]), uint64(2*most+1))
	return int(at) - most
}

// Format withholds the key from every verb of package fmt.
func (d Dates) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }
