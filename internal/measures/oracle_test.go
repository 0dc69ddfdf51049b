package measures

import (
	"context"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// The oracle is the measures once more, slow and plain: one function a measure
// over one pathway, written from the definitions and not from the specification or
// the statements.

// oracle is a pathway as its latest row has it, and what hangs on it.
type oracle struct {
	hubRow
	pairing  string // none, due or paired
	previous int    // the day that the last finished course of the person before it ended
}

func (o oracle) in(day int, p Period) bool {
	return day != none && !on(day).Before(p.First.Time()) && !on(day).After(p.Last.Time())
}

func (o oracle) entry() int { return o.after(o.entered, o.received) }

func (o oracle) after(day, earlier int) int {
	if day == none || day < earlier {
		return none
	}
	return day
}

func (o oracle) ended(p Period) bool { return o.in(o.after(o.discharged, o.received), p) }

func (o oracle) finished(p Period) bool { return o.ended(p) && max(o.treatments, 0) >= 2 }

// by reports whether a day is there and not after the last day of a period.
func (o oracle) by(day int, p Period) bool { return day != none && !on(day).After(p.Last.Time()) }

// daysTo counts the days from one to the last day of a period.
func daysTo(day int, p Period) int { return int(p.Last.Time().Sub(on(day)) / (24 * time.Hour)) }

func (o oracle) waitsForAssessment(p Period) bool {
	return o.by(o.received, p) && !o.by(o.assessed, p) && !o.by(o.discharged, p)
}

func (o oracle) waitsForTreatment(p Period) bool {
	return o.by(o.received, p) && !o.by(o.entered, p) && !o.by(o.discharged, p)
}

func (o oracle) inactive(p Period) bool {
	last := o.after(o.last, o.received)
	return o.by(last, p) && !o.by(o.discharged, p)
}

// fate says where an ended pathway came to an end.
func (o oracle) fate() string {
	switch treatments, contacts := max(o.treatments, 0), max(o.contacts, 0); {
	case treatments >= 2:
		return "finished"
	case treatments == 1:
		return "once"
	case contacts == 0:
		return "not seen"
	}
	return "seen"
}

// repeats reports whether a referral in the period is of somebody who had finished
// a course before.
func (o oracle) repeats(p Period) bool { return received(o, p) && o.previous != none }

type holds func(o oracle, p Period) bool

func received(o oracle, p Period) bool { return o.in(o.received, p) }

func from(sources ...string) holds {
	return func(o oracle, p Period) bool {
		source := o.source
		if source == "" {
			source = o.oldSource
		}
		return received(o, p) && slices.ContainsFunc(sources, func(s string) bool {
			return source == s || strings.HasSuffix(s, "*") && strings.HasPrefix(source, strings.TrimSuffix(s, "*"))
		})
	}
}

func assessed(low, high int) holds {
	return func(o oracle, p Period) bool {
		day := o.after(o.assessed, o.received)
		return o.in(day, p) && day-o.received >= low && day-o.received <= high
	}
}

func entered(low, high int) holds {
	return func(o oracle, p Period) bool {
		return o.in(o.entry(), p) && o.entry()-o.received >= low && o.entry()-o.received <= high
	}
}

func second(low int) holds {
	return func(o oracle, p Period) bool {
		if o.entry() == none {
			return false
		}
		day := o.after(o.second, o.entry())
		return o.in(day, p) && day-o.entry() >= low
	}
}

func waitedAtMost(days int) holds {
	return func(o oracle, p Period) bool {
		return o.finished(p) && o.entry() != none && o.entry()-o.received <= days
	}
}

func waiting(days int) holds {
	return func(o oracle, p Period) bool { return o.waitsForTreatment(p) && daysTo(o.received, p) <= days }
}

func inactiveFor(low, high int) holds {
	return func(o oracle, p Period) bool {
		return o.inactive(p) && daysTo(o.last, p) >= low && daysTo(o.last, p) <= high
	}
}

func endedFor(code string) holds {
	return func(o oracle, p Period) bool { return o.ended(p) && strings.TrimSpace(o.endCode) == code }
}

func endedAs(fate string) holds {
	return func(o oracle, p Period) bool { return o.ended(p) && o.fate() == fate }
}

func finishedAnd(what func(o oracle) bool) holds {
	return func(o oracle, p Period) bool { return o.finished(p) && what(o) }
}

func treatedFor(low, high int) holds {
	return func(o oracle, p Period) bool {
		return o.finished(p) && o.treatments >= low && o.treatments <= high
	}
}

// scored is of those who ended, by a first score; one that is out of range is none.
func scored(score func(o oracle) int, highest, low, high int) holds {
	return func(o oracle, p Period) bool {
		points := score(o)
		if points < 0 || points > highest {
			points = none
		}
		return o.ended(p) && points >= low && points <= high
	}
}

func phq9(low, high int) holds {
	return scored(func(o oracle) int { return o.phqFirst }, 27, low, high)
}

func gad7(low, high int) holds {
	return scored(func(o oracle) int { return o.gadFirst }, 21, low, high)
}

const endless = 1 << 30

var knownEndCodes = []string{"10", "11", "12", "13", "14", "16", "17", "95", "46", "47", "48", "49", "96", "50"}

// oracleCounts are the counts over pathways.
var oracleCounts = map[string]holds{
	"M001": received, "M002": from("B1"), "M003": from("A1"), "M004": from("A2"), "M005": from("A3"), "M345": from("A4"), "M006": from("B2"),
	"M007": from("C*"), "M008": from("D*"), "M009": from("E*"), "M010": from("F*"), "M011": from("G*"), "M012": from("H*"), "M013": from("I*"),
	"M014": from("P1"), "M017": from("M*"), "M018": from("N*"), "M287": from("Q1"),
	"M019": inactiveFor(0, 60), "M020": inactiveFor(61, 90), "M021": inactiveFor(91, 120), "M022": inactiveFor(121, endless),
	"M024": assessed(0, 28), "M025": assessed(29, 56), "M026": assessed(57, 90), "M027": assessed(91, endless),
	"M029": oracle.waitsForAssessment,
	"M030": func(o oracle, p Period) bool { return o.waitsForAssessment(p) && daysTo(o.received, p) > 90 },
	"M031": entered(0, endless), "M032": entered(0, 28), "M033": entered(29, 56), "M034": entered(57, 90), "M035": entered(91, endless),
	"M036": entered(0, 42), "M037": entered(0, 126), "TT2W": entered(0, 14), "TT12W": entered(0, 84),
	"M038": oracle.waitsForTreatment, "M039": waiting(14), "M040": waiting(28), "M041": waiting(42), "M042": waiting(84), "M043": waiting(126),
	"TTSEC": second(0), "M046": second(29), "M047": second(91),
	"M052": waitedAtMost(42), "M054": waitedAtMost(126),
	"M056": oracle.ended, "M057": endedFor("10"), "M058": endedFor("11"), "M059": endedFor("12"), "M060": endedFor("13"), "M061": endedFor("14"),
	"M340": endedFor("16"), "M062": endedFor("17"), "M063": endedFor("95"), "M066": endedFor("46"), "M344": endedFor("47"), "M341": endedFor("48"),
	"M069": endedFor("49"), "M070": endedFor("96"), "M342": endedFor("50"), "M072": endedFor(""),
	"M071": func(o oracle, p Period) bool {
		return o.ended(p) && strings.TrimSpace(o.endCode) != "" && !slices.Contains(knownEndCodes, strings.TrimSpace(o.endCode))
	},
	"M073": endedAs("not seen"), "M074": endedAs("seen"), "M075": endedAs("once"), "M076": oracle.finished,
	"M153":    func(o oracle, p Period) bool { return o.ended(p) && o.entered == none },
	"M179":    finishedAnd(func(o oracle) bool { return o.notCaseness }),
	"M185":    finishedAnd(func(o oracle) bool { return o.improvement }),
	"M187":    finishedAnd(func(o oracle) bool { return o.noChange && !o.improvement && !o.deterioration }),
	"M189":    finishedAnd(func(o oracle) bool { return o.deterioration }),
	"M191":    finishedAnd(func(o oracle) bool { return o.recovery && !o.notCaseness }),
	"M193":    finishedAnd(func(o oracle) bool { return o.recovery && !o.notCaseness && o.improvement }),
	"TTDOSE2": treatedFor(0, 2), "TTDOSE3": treatedFor(3, 4), "TTDOSE5": treatedFor(5, 6), "TTDOSE7": treatedFor(7, 8),
	"TTDOSE9": treatedFor(9, 12), "TTDOSE13": treatedFor(13, 16), "TTDOSE17": treatedFor(17, 20), "TTDOSE21": treatedFor(21, endless),
	"TTPHQ0": phq9(0, 4), "TTPHQ5": phq9(5, 9), "TTPHQ10": phq9(10, 14), "TTPHQ15": phq9(15, 19), "TTPHQ20": phq9(20, 27), "TTPHQNONE": phq9(none, none),
	"TTGAD0": gad7(0, 4), "TTGAD5": gad7(5, 9), "TTGAD10": gad7(10, 14), "TTGAD15": gad7(15, 21), "TTGADNONE": gad7(none, none),
	"TTREPEAT": oracle.repeats,
	"TTFIRST":  func(o oracle, p Period) bool { return received(o, p) && !o.repeats(p) },
	"M203":     finishedAnd(func(o oracle) bool { return o.pairing != "none" }),
	"M204":     finishedAnd(func(o oracle) bool { return o.pairing == "paired" }),
}

// oracleContacts are the counts over appointments.
var oracleContacts = map[string]func(c contactRow) bool{
	"M082": func(contactRow) bool { return true },
	"M083": attendance("2"), "M084": attendance("3"), "M085": attendance("4"), "M086": attendance("5"), "M087": attendance("6"), "M088": attendance("7"),
	"CM01": mechanism("01"), "CM02": mechanism("02"), "CM04": mechanism("04"), "CM05": mechanism("05"), "CM09": mechanism("09", "06"),
	"CM10": mechanism("10", "08"), "CM11": mechanism("11", "03"), "CM12": mechanism("12"), "CM13": mechanism("13"), "CM98": mechanism("98"),
}

func attendance(code string) func(contactRow) bool {
	return func(c contactRow) bool { return strings.TrimLeft(strings.TrimSpace(c.attendance), "0") == code }
}

func mechanism(codes ...string) func(contactRow) bool {
	return func(c contactRow) bool {
		used := c.consMechanism
		if used == "" {
			used = c.medium
		}
		return slices.Contains(codes, used)
	}
}

// oracleShares are the percentages: numerator, denominator and what is taken off.
var oracleShares = map[string][3]string{
	"M053": {"M052", "M076"}, "M055": {"M054", "M076"}, "NCDR463": {"M036", "M031"}, "NCDR464": {"M037", "M031"},
	"TTSEC28": {"M046", "TTSEC"}, "TTSEC90": {"M047", "TTSEC"}, "M180": {"M179", "M076"}, "M186": {"M185", "M076"},
	"M1010": {"M189", "M076"}, "M192": {"M191", "M076", "M179"}, "M195": {"M193", "M076", "M179"}, "M205": {"M204", "M203"},
}

// oracleAmounts are what means and medians are of.
var oracleAmounts = map[string]func(o oracle, p Period) (int, bool){
	"M048": waitOfEntry, "M049": waitOfEntry,
	"M050": func(o oracle, p Period) (int, bool) {
		return o.entry() - o.received, o.finished(p) && o.entry() != none
	},
	"M141": sessions, "M142": sessions,
	"TTREPEATMEAN": sincePrevious, "TTREPEATMEDIAN": sincePrevious,
}

func sincePrevious(o oracle, p Period) (int, bool) { return o.received - o.previous, o.repeats(p) }

func waitOfEntry(o oracle, p Period) (int, bool) { return o.entry() - o.received, o.in(o.entry(), p) }

func sessions(o oracle, p Period) (int, bool) { return o.treatments, o.finished(p) }

// data is what a random test draws.
type data struct {
	rows       []hubRow
	contacts   []contactRow
	conditions []conditionRow
	members    []memberRow
}

// latest returns the pathways that count: the latest row of each that says to use
// it, and a day of referral.
func (d data) latest() []oracle {
	chosen := map[string]hubRow{}
	for _, r := range d.rows {
		if before, known := chosen[r.pathway]; r.pathway != "" && !r.unused && (!known || before.extractEnd < r.extractEnd) {
			chosen[r.pathway] = r
		}
	}
	var list []oracle
	for _, r := range chosen {
		if r.received != none {
			list = append(list, oracle{r, d.pairing(r), none})
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].pathway < list[j].pathway })
	for i := range list {
		list[i].previous = previousEnd(list[i], list)
	}
	return list
}

// previousEnd returns the last day by the day of a referral that a finished course
// of the same person ended on, of those that did not end on the day they began.
func previousEnd(o oracle, of []oracle) int {
	last := none
	for _, other := range of {
		if other.person == o.person && o.person != "" && max(other.treatments, 0) >= 2 &&
			other.discharged > other.received && other.discharged <= o.received {
			last = max(last, other.discharged)
		}
	}
	return last
}

func (d data) pairing(r hubRow) string {
	var first *conditionRow
	for i := range d.conditions {
		c := &d.conditions[i]
		if c.pathway != r.pathway || first != nil && !before(c, first) {
			continue
		}
		first = c
	}
	if first == nil {
		return "none"
	}
	due := map[string]string{"F400": "AgoraAlone", "F401": "SocialPhobia", "F410": "PanicDisorder", "F420": "OCD", "F431": "PTSD", "F452": "AnxietyInventory"}[code(first)]
	switch {
	case due == "":
		return "none"
	case due == r.adsm:
		return "paired"
	}
	return "due"
}

func code(c *conditionRow) string {
	if c.validated != "" && c.validated[0] >= 'A' {
		return strings.ReplaceAll(c.validated, ".", "")
	}
	return c.icd10
}

// before orders complaints: of the latest extract, coded, primary, latest.
func before(a, b *conditionRow) bool {
	for _, order := range []int{b.extractEnd - a.extractEnd, boolInt(code(a) == "") - boolInt(code(b) == ""), strings.Compare(a.significance, b.significance), b.on - a.on, strings.Compare(code(b), code(a))} {
		if order != 0 {
			return order < 0
		}
	}
	return false
}

func boolInt(is bool) int {
	if is {
		return 1
	}
	return 0
}

// appointments returns the contacts that count, each once.
func (d data) appointments() []contactRow {
	chosen := map[[2]string]contactRow{}
	for _, c := range d.contacts {
		key := [2]string{c.pathway, c.contact}
		if before, known := chosen[key]; c.contact != "" && (!known || before.extractEnd < c.extractEnd) {
			chosen[key] = c
		}
	}
	var list []contactRow
	for _, c := range chosen {
		list = append(list, c)
	}
	return list
}

func equal(a disclosure.Count, n int) bool {
	b := disclosure.CountOf(int64(n))
	return !a.Exceeds(b) && !b.Exceeds(a)
}

// fine prints statistics and percentages to four places, and hides nothing.
func fine(t testing.TB) disclosure.Profile {
	t.Helper()
	rules := rulesNamed(t, "nhs-talking-therapies").Rules()
	rules.Threshold.Value, rules.Zero.Value, rules.RoundingBase.Value, rules.StatisticPeople.Value = 1, disclosure.ShowZero, 1, 1
	rules.PercentageDecimals.Value, rules.StatisticDecimals.Value = 4, 4
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return profile
}

// comparison holds one grouping of the counted against the oracle.
type comparison struct {
	t        *rapid.T
	data     data
	paths    []oracle
	contacts []contactRow
	measures spec.Measures
	periods  []Period
	fine     disclosure.Profile
	within   func(o oracle) bool // of the group
}

func (c comparison) count(id string, p Period) int {
	n := 0
	if of, is := oracleContacts[id]; is {
		for _, contact := range c.contacts {
			for _, o := range c.paths {
				if o.pathway == contact.pathway && c.within(o) && o.in(contact.on, p) && of(contact) {
					n++
				}
			}
		}
		return n
	}
	for _, o := range c.paths {
		if c.within(o) && oracleCounts[id](o, p) {
			n++
		}
	}
	return n
}

func (c comparison) amounts(id string, p Period) []int {
	var list []int
	for _, o := range c.paths {
		if amount, has := oracleAmounts[id](o, p); has && c.within(o) {
			list = append(list, amount)
		}
	}
	slices.Sort(list)
	return list
}

func (c comparison) row(one *row, number int) {
	p := c.periods[number]
	counted := Counted{request: Request{Measures: c.measures}}
	for i, measure := range c.measures.Measures {
		what := []any{"%s in period %d", measure.ID, number + 1}
		switch measure.Kind {
		case spec.CountMeasure:
			require.True(c.t, equal(one.counts.of(i), c.count(measure.ID, p)), what...)
		case spec.ShareMeasure:
			of := oracleShares[measure.ID]
			part, whole := c.count(of[0], p), c.count(of[1], p)
			if of[2] != "" {
				whole -= c.count(of[2], p)
			}
			cell := counted.share(c.fine, one, measure)
			value, shown := cell.Value()
			require.Equal(c.t, whole > 0 && part >= 0, shown, what...)
			if shown {
				require.InDelta(c.t, 100*float64(part)/float64(whole), value, 1e-4, what...)
			}
		default:
			c.average(one, i, p)
		}
	}
}

func (c comparison) average(one *row, at int, p Period) {
	measure := c.measures.Measures[at]
	amounts := c.amounts(measure.ID, p)
	value, shown := one.averageCell(c.fine, at).Value()
	require.Equal(c.t, len(amounts) > 0, shown, measure.ID)
	if !shown {
		return
	}
	sum := 0
	for _, amount := range amounts {
		sum += amount
	}
	want := float64(sum) / float64(len(amounts))
	if measure.Kind == spec.MedianMeasure {
		want = float64(amounts[(len(amounts)-1)/2]+amounts[len(amounts)/2]) / 2
	}
	require.InDelta(c.t, want, value, 1e-4, measure.ID)
}

// Every measure, on every level, by every variable, for random data with every
// fault in it, is what the oracle counts.
func TestEveryMeasureIsWhatTheOracleCounts(t *testing.T) {
	w := newWorld(t)
	nhs, exactly := rulesNamed(t, "nhs-talking-therapies"), fine(t)
	for id := range oracleCounts {
		require.GreaterOrEqual(t, w.measures.Index(id), 0, id)
	}
	for _, measure := range w.measures.Measures {
		_, a := oracleCounts[measure.ID]
		_, b := oracleContacts[measure.ID]
		_, c := oracleShares[measure.ID]
		_, d := oracleAmounts[measure.ID]
		require.True(t, a || b || c || d, "the oracle does not know %s", measure.ID)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t)
		w.fill(t, d.rows, d.contacts, d.conditions, d.members)
		request := w.request(nhs, drawPeriods(t))
		request.Levels = rapid.Permutation(request.Levels).Draw(t, "levels")[:rapid.IntRange(1, 2).Draw(t, "how many")]
		request.Freeze = 16
		request.Variables = []string{rapid.SampledFrom([]string{"AgeBand", "Gender", "EthnicGroup", "ProblemDescriptor", "DeprivationDecile", "TherapyType", "ReferralSource"}).Draw(t, "variable")}
		if rapid.Bool().Draw(t, "of all") {
			request.Variables = nil
		}
		switch rapid.IntRange(0, 2).Draw(t, "who") {
		case 0:
			request.Freeze = 0 // everybody
		case 1:
			request.Levels = append(request.Levels, Study)
		}
		counted, err := Count(context.Background(), w.w, request)
		require.NoError(t, err)
		paths := d.latest()
		if request.Freeze > 0 {
			paths = slices.DeleteFunc(paths, func(o oracle) bool {
				return !slices.ContainsFunc(d.members, func(m memberRow) bool { return m.person == o.person })
			})
		}
		for _, made := range counted.tables {
			for at, one := range made.rows {
				organisation := made.organisations[at.organisation-1]
				comparison{
					t: t, data: d, paths: paths, contacts: d.appointments(), measures: w.measures, periods: request.Periods, fine: exactly,
					within: func(o oracle) bool {
						return d.belongs(o, made.level, organisation) && (made.variable == "" || oracleValue(o, made.variable) == at.value)
					},
				}.row(one, at.period-1)
			}
			for number := range request.Periods { // and nothing is where there is no row
				if made.level == England && made.variable == "" && made.rows[place{number + 1, 1, spec.TotalValue}] == nil {
					comparison{t: t, data: d, paths: paths, contacts: d.appointments(), measures: w.measures, periods: request.Periods, fine: exactly,
						within: func(oracle) bool { return true }}.row(&row{}, number)
				}
			}
		}
	})
}

func (d data) belongs(o oracle, level Level, to organisation) bool {
	known := func(code string) string {
		if code == "" {
			return "InvalidCode"
		}
		return code
	}
	switch level {
	case Region:
		return known(o.region) == to.code1
	case ICB:
		return known(o.icb) == to.code1
	case SubICB:
		return known(o.subICB) == to.code1
	case Provider:
		return known(o.provider) == to.code1
	case SubICBProvider:
		return known(o.subICB) == to.code1 && known(o.provider) == to.code2
	case Study:
		return slices.Contains(d.members, memberRow{to.code1, o.person})
	}
	return true
}

// oracleValue is the group of a variable that a pathway is in.
func oracleValue(o oracle, variable string) string {
	or := func(text string) string {
		if text == "" {
			return "Unknown"
		}
		return text
	}
	switch variable {
	case "AgeBand":
		switch {
		case o.age < 0:
			return "Unknown"
		case o.age < 18:
			return "Under 18"
		case o.age <= 25:
			return "18 to 25"
		case o.age <= 64:
			return "26 to 64"
		}
		return "65 and over"
	case "Gender":
		return or(map[string]string{"1": "Male", "2": "Female", "9": "Indeterminate"}[o.gender])
	case "EthnicGroup":
		for group, codes := range map[string]string{"White": "ABC", "Mixed": "DEFG", "Asian or Asian British": "HJKL", "Black or Black British": "MNP", "Other ethnic groups": "RS"} {
			if o.ethnicity != "" && strings.Contains(codes, o.ethnicity) {
				return group
			}
		}
		return "Unknown"
	case "ProblemDescriptor":
		if strings.HasPrefix(o.higher, "Anxiety") && o.lower != "" {
			return o.lower
		}
		return or(o.higher)
	case "DeprivationDecile":
		return or(map[int]string{1: "1", 5: "5", 10: "10"}[o.decile])
	case "TherapyType":
		return or(map[string]string{"304891004": "Cognitive behaviour therapy", "228557008": "Cognitive behaviour therapy", "449030000": "Eye movement desensitisation reprocessing"}[o.therapy])
	}
	source := o.source
	if source == "" {
		source = o.oldSource
	}
	return or(map[string]string{"B1": "Self", "A1": "General practitioner", "A3": "Other primary care", "B2": "Carer or relative", "C1": "Local authority and other public services",
		"C2": "Local authority and other public services", "N4": "NHS Talking Therapies", "Q1": "Other", "P1": "Other"}[source])
}

func TestPeriodsPartTheirSpan(t *testing.T) {
	quarters, err := PeriodsWithin(Quarter, window(t, "2022-02-01:2023-07-15"))
	require.NoError(t, err)
	require.Len(t, quarters, 5)
	assert.Equal(t, "2022-04-01", quarters[0].First.String())
	assert.Equal(t, "2023-06-30", quarters[4].Last.String())
	years, err := PeriodsWithin(Year, window(t, "2021-04-01:2023-03-31"))
	require.NoError(t, err)
	require.Len(t, years, 2)
	_, err = PeriodsWithin(Year, window(t, "2021-04-02:2022-03-31"))
	assert.ErrorContains(t, err, "no whole year")
	_, err = PeriodsWithin("week", window(t, "2021-04-02:2022-03-31"))
	assert.Error(t, err)
	rapid.Check(t, func(t *rapid.T) {
		first := spec.DateOf(on(rapid.IntRange(-3000, 3000).Draw(t, "first")))
		span := Period{first, spec.DateOf(first.Time().AddDate(0, 0, rapid.IntRange(800, 2000).Draw(t, "days")))}
		list, err := PeriodsWithin(rapid.SampledFrom([]string{Month, Quarter, Year}).Draw(t, "kind"), span)
		require.NoError(t, err)
		for i, period := range list {
			require.False(t, period.First.Before(span.First) || span.Last.Before(period.Last))
			if i > 0 {
				require.Equal(t, list[i-1].Last.Time().AddDate(0, 0, 1), period.First.Time())
			}
		}
	})
}

func FuzzParseWindow(f *testing.F) {
	for _, text := range []string{"2023-04-01:2023-04-30", "month", ":", "2023-04-30:2023-04-01", "0000-00-00:9999-99-99"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if period, err := ParseWindow(text); err == nil {
			assert.False(t, period.Last.Before(period.First))
		}
	})
}
