package metrics

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// listSteps are one study's funnel in a freeze with a positive list, before any
// table: matched are those of section 251 before the list, of whom section251 are
// on it.
type listSteps struct{ enrolled, permitted, consent, matched, section251 int64 }

// What a reader must not learn of a few people: above all how many a list took
// out, who are those with an opt-out.
var listSecrets = map[string]func(listSteps) int64{
	"taken out by the list":   func(s listSteps) int64 { return s.matched - s.section251 },
	"of section 251":          func(s listSteps) int64 { return s.matched },
	"linked by section 251":   func(s listSteps) int64 { return s.section251 },
	"linked by consent":       func(s listSteps) int64 { return s.consent },
	"linked":                  func(s listSteps) int64 { return s.consent + s.section251 },
	"permitted":               func(s listSteps) int64 { return s.permitted },
	"enrolled, not permitted": func(s listSteps) int64 { return s.enrolled - s.permitted },
	"permitted, no key":       func(s listSteps) int64 { return s.permitted - s.consent - s.matched },
	"permitted, not linked":   func(s listSteps) int64 { return s.permitted - s.consent - s.section251 },
}

func forAllListSteps(most int64, do func(listSteps)) {
	for enrolled := int64(0); enrolled <= most; enrolled++ {
		for permitted := int64(0); permitted <= enrolled; permitted++ {
			for consent := int64(0); consent <= permitted; consent++ {
				for matched := int64(0); consent+matched <= permitted; matched++ {
					for section251 := int64(0); section251 <= matched; section251++ {
						do(listSteps{enrolled, permitted, consent, matched, section251})
					}
				}
			}
		}
	}
}

// By brute force, against a reader who knows the rules and tries every study that
// would be printed as this one is: nobody can tell of a group of 1 to 3 people how
// many they are, with the step of a positive list or without it.
func TestTheStepOfAPositiveListGivesNobodyAway(t *testing.T) {
	const most = 20
	profile := smallProfile(t)
	printed := map[[6]int64]map[string][2]int64{}
	largest := map[[6]int64]int64{}
	shown := 0
	forAllListSteps(most, func(s listSteps) {
		funnel := Funnel{scope: Scope{Dataset: spec.Dataset{}}, matched: map[string]disclosure.Count{"S": disclosure.CountOf(s.matched)}}
		cells := funnel.protectStudy(profile, studyFunnel{
			"S", disclosure.CountOf(s.enrolled), disclosure.CountOf(s.permitted), disclosure.CountOf(s.consent), disclosure.CountOf(s.section251),
		})
		var seen [6]int64
		for i, cell := range cells {
			value, is := cell.Value()
			seen[i] = int64(value)
			if !is {
				seen[i] = hidden
			}
			largest[seen] = max(largest[seen], seen[i])
		}
		if seen[2] != hidden {
			shown++
		}
		if printed[seen] == nil {
			printed[seen] = map[string][2]int64{}
		}
		for name, of := range listSecrets {
			n := of(s)
			known, before := printed[seen][name]
			if !before {
				known = [2]int64{n, n}
			}
			printed[seen][name] = [2]int64{min(known[0], n), max(known[1], n)}
		}
	})
	require.Positive(t, shown, "the step is shown where it may be")
	for seen, known := range printed {
		if largest[seen] > most-2*threshold {
			continue // what lies above may be larger than what was tried
		}
		for name, between := range known {
			assert.False(t, between[0] == between[1] && between[0] > 0 && between[0] < threshold, "%v tells that %d are %s", seen, between[0], name)
		}
	}
}

// In a study of which everybody flows under section 251, the step before the list is
// nearly the step of the linked: it is hidden where that one is, here because one
// linked person is in no table.
func TestTheStepOfAPositiveListDoesNotStandInForTheLinked(t *testing.T) {
	profile := smallProfile(t)
	table, err := spec.ParseIdentifier("hub")
	require.NoError(t, err)
	funnel := Funnel{
		scope:        Scope{Dataset: spec.Dataset{Tables: []spec.Table{{Name: table}}}},
		matched:      map[string]disclosure.Count{"S": disclosure.CountOf(20)},
		participants: Participants{counts: map[string]map[string]disclosure.Count{"hub": {"S": disclosure.CountOf(19)}}},
	}
	cells := funnel.protectStudy(profile, studyFunnel{
		"S", disclosure.CountOf(40), disclosure.CountOf(30), disclosure.CountOf(0), disclosure.CountOf(20),
	})
	for i, masked := range []bool{false, false, true, true, true, true, false} {
		assert.Equal(t, masked, cells[i].Masked(), "cell %d", i)
	}
}
