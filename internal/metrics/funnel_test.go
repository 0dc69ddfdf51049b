package metrics

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// threshold keeps the brute force small: counts of 1 to 3 are masked.
const threshold = 4

func smallProfile(t *testing.T) disclosure.Profile {
	t.Helper()
	profile, err := disclosure.NewProfile(disclosure.Rules{
		Name: "test", Threshold: said[int64](threshold), Zero: said(disclosure.ShowZero), Marks: said([]string{"low"}),
		SecondaryMark: said("*"), NoteRequired: said(false), RoundingBase: said[int64](1), Totals: said(disclosure.SumOfShown),
		PercentageFrom: said(disclosure.FromShown), PercentageDecimals: said(1), PercentageMask: said(disclosure.MaskedByEither),
		PercentageNarrows: said(false), StatisticPeople: said[int64](threshold),
	})
	require.NoError(t, err)
	return profile
}

func said[T any](value T) disclosure.Setting[T] {
	return disclosure.Setting[T]{Value: value, Reason: "the reason", Source: "the source"}
}

// steps are the true numbers of one study's funnel. Each step contains the
// next: enrolled, permitted, linked (by consent or otherwise), present.
type steps struct{ enrolled, permitted, consent, section251, present int64 }

func (s steps) linked() int64 { return s.consent + s.section251 }

// What a reader wants to know of a study: groups that a few people may make up.
var secrets = map[string]func(steps) int64{
	"permitted":               func(s steps) int64 { return s.permitted },
	"linked by consent":       func(s steps) int64 { return s.consent },
	"linked by section 251":   func(s steps) int64 { return s.section251 },
	"linked":                  steps.linked,
	"present":                 func(s steps) int64 { return s.present },
	"enrolled, not permitted": func(s steps) int64 { return s.enrolled - s.permitted },
	"permitted, not linked":   func(s steps) int64 { return s.permitted - s.linked() },
	"linked, not present":     func(s steps) int64 { return s.linked() - s.present },
}

// By brute force over every funnel of up to 12 people: a reader who knows what
// each mark means, which step contains which and how totals are made cannot tell
// of any group of 1 to 3 people how many they are.
func TestTheFunnelGivesNobodyAway(t *testing.T) {
	profile := smallProfile(t)
	table, err := spec.ParseIdentifier("hub")
	require.NoError(t, err)
	funnel := Funnel{scope: Scope{Dataset: spec.Dataset{Tables: []spec.Table{{Name: table}}}}}
	lines := map[line]steps{}
	forAllSteps(12, func(s steps) {
		funnel.participants = Participants{counts: map[string]map[string]disclosure.Count{"hub": {"S": disclosure.CountOf(s.present)}}}
		cells := funnel.protectStudy(profile, studyFunnel{
			"S", disclosure.CountOf(s.enrolled), disclosure.CountOf(s.permitted), disclosure.CountOf(s.consent), disclosure.CountOf(s.section251),
		})
		lines[read(cells)] = s
		for _, cell := range cells {
			value, shown := cell.Value()
			require.False(t, shown && value > 0 && value < threshold, "%+v shows a low number", s)
		}
	})
	for seen, example := range lines {
		require.True(t, seen.allows(example), "the table must not lie: %+v", example)
		known := map[string]int64{}
		for name, of := range secrets {
			known[name] = of(example)
		}
		forAllSteps(15, func(s steps) {
			if !seen.allows(s) {
				return
			}
			for name, n := range known {
				if secrets[name](s) != n {
					delete(known, name)
				}
			}
		})
		for name, n := range known {
			assert.False(t, n > 0 && n < threshold, "%s tells that %d are %s, as in %+v", seen, n, name, example)
		}
	}
	assert.Greater(t, len(lines), 200)
}

// A reader who knows the rules themselves, and not only what the marks mean, can
// try every study that would be printed as this one is.
func TestTheFunnelWithstandsAReaderOfItsCode(t *testing.T) {
	profile := smallProfile(t)
	table, err := spec.ParseIdentifier("hub")
	require.NoError(t, err)
	funnel := Funnel{scope: Scope{Dataset: spec.Dataset{Tables: []spec.Table{{Name: table}}}}}
	printed := map[line][]steps{}
	forAllSteps(15, func(s steps) {
		funnel.participants = Participants{counts: map[string]map[string]disclosure.Count{"hub": {"S": disclosure.CountOf(s.present)}}}
		seen := read(funnel.protectStudy(profile, studyFunnel{
			"S", disclosure.CountOf(s.enrolled), disclosure.CountOf(s.permitted), disclosure.CountOf(s.consent), disclosure.CountOf(s.section251),
		}))
		printed[seen] = append(printed[seen], s)
	})
	for seen, all := range printed {
		if slices.Max(seen[:]) > 15-threshold {
			continue // what lies above may be larger than what was tried
		}
		for name, of := range secrets {
			n := of(all[0])
			same := !slices.ContainsFunc(all, func(s steps) bool { return of(s) != n })
			assert.False(t, same && n > 0 && n < threshold, "%+v tells that %d are %s", seen, n, name)
		}
	}
}

// hidden and low stand for the two marks in a line of the funnel.
const (
	hidden = -1
	low    = -2
)

// line is what a reader sees of a study: enrolled, permitted, linked by consent,
// linked by section 251, linked, present.
type line [6]int64

func read(cells []disclosure.Cell) (seen line) {
	for i, cell := range cells {
		value, shown := cell.Value()
		switch {
		case shown:
			seen[i] = int64(value)
		case cell.State() == disclosure.Primary:
			seen[i] = low
		default:
			seen[i] = hidden
		}
	}
	return seen
}

// allows reports whether a line may be of these steps, as far as a reader knows.
func (l line) allows(s steps) bool {
	linked := s.linked()
	if l[2] < 0 || l[3] < 0 {
		linked = l[4] // with a hidden part, the total is of the shown part only
	}
	for i, n := range [...]int64{s.enrolled, s.permitted, s.consent, s.section251, linked, s.present} {
		if (l[i] >= 0 && l[i] != n) || (l[i] == low && (n < 1 || n >= threshold)) {
			return false
		}
	}
	return true
}

func forAllSteps(most int64, do func(steps)) {
	for enrolled := int64(0); enrolled <= most; enrolled++ {
		for permitted := int64(0); permitted <= enrolled; permitted++ {
			for consent := int64(0); consent <= permitted; consent++ {
				for section251 := int64(0); consent+section251 <= permitted; section251++ {
					for present := int64(0); present <= consent+section251; present++ {
						do(steps{enrolled, permitted, consent, section251, present})
					}
				}
			}
		}
	}
}
