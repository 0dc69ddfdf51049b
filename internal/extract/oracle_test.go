package extract_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// The oracle: every rule of the pipeline a second time, in plain Go over lists,
// slow and obvious. It shares nothing with the SQL that it is compared with.

// participant is a person in a study.
type participant struct{ study, person string }

func linkable(study string) bool { return study != "SABRE" }

func (w world) personOf(id string) string {
	for _, one := range w.mapping {
		if one.id == id {
			return one.person
		}
	}
	return ""
}

func (p permission) permits() bool { return linkable(p.study) && p.status == "1" && p.nhs == "1" }

func (p permission) hasBasis() bool { return p.optOut == "0" || p.optOut == "1" }

// participants are the linked people of each study, each once.
func (w world) participants() []participant {
	var list []participant
	for _, one := range w.permissions {
		found := participant{one.study, w.personOf(one.id)}
		if one.permits() && one.hasBasis() && found.person != "" && !slices.Contains(list, found) {
			list = append(list, found)
		}
	}
	return list
}

// present counts a study's participants with a row in a table.
func (w world) present(table, study string) int {
	n := 0
	for _, one := range w.participants() {
		if one.study == study && slices.ContainsFunc(w.rows[table], func(r row) bool { return r.person == one.person }) {
			n++
		}
	}
	return n
}

func TestParticipantsAreThoseOfTheOracle(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 1})
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		counted, _ := place.count(t, place.load(t, w))
		for _, table := range tableNames {
			total := 0
			for _, study := range []string{"ALSPAC", "BIB", "GLAD", "SABRE"} {
				wanted := w.present(table, study)
				total += wanted
				got, listed := counted[table][study]
				if !listed {
					got = "0" // a study with nobody in any table has no line
				}
				require.Equal(t, strconv.Itoa(wanted), got, "%s in %s", study, table)
			}
			require.Equal(t, strconv.Itoa(total), counted[table]["Total"], table)
		}
	})
}

func TestTheFunnelIsThatOfTheOracle(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 1})
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		_, funnel := place.count(t, place.load(t, w))
		for _, study := range []string{"ALSPAC", "BIB", "GLAD", "SABRE"} {
			enrolled, permitted := 0, 0
			people := map[string]map[string]bool{"0": {}, "1": {}}
			for _, one := range w.permissions {
				if one.study != study {
					continue
				}
				enrolled++
				if !one.permits() {
					continue
				}
				permitted++
				if person := w.personOf(one.id); one.hasBasis() && person != "" {
					people[one.optOut][person] = true
				}
			}
			if enrolled == 0 {
				require.NotContains(t, funnel["enrolled"], study)
				continue
			}
			require.Equal(t, strconv.Itoa(enrolled), funnel["enrolled"][study], study)
			require.Equal(t, strconv.Itoa(permitted), funnel["permitted"][study], study)
			require.Equal(t, strconv.Itoa(len(people["0"])), funnel["linked_consent"][study], study)
			require.Equal(t, strconv.Itoa(len(people["1"])), funnel["linked_section_251"][study], study)
			for _, table := range tableNames {
				require.Equal(t, strconv.Itoa(w.present(table, study)), funnel[table][study], "%s in %s", study, table)
			}
		}
	})
}

// financialYear is the year in which the financial year of a day begins.
func financialYear(day string) string {
	if day == "" {
		return ""
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the test's own days
	}
	if at.Month() < time.April {
		return strconv.Itoa(at.Year() - 1)
	}
	return strconv.Itoa(at.Year())
}

// isLatest reports whether no other row of the same person and key, and of the
// same financial year if it goes by years, has a later extract end. A row
// without an end is older than any with one.
func isLatest(rows []row, mine row, key func(row) string, byYear bool) bool {
	for _, other := range rows {
		sameYear := !byYear || financialYear(other.start) == financialYear(mine.start)
		if other.person == mine.person && key(other) == key(mine) && sameYear && other.end > mine.end {
			return false
		}
	}
	return true
}

// isLastSubmission reports whether no other row that is known by the same, of the
// same person, has a later month, or the same month and a later extract end.
func isLastSubmission(rows []row, mine row, known func(row) string) bool {
	for _, other := range rows {
		later := other.month() > mine.month() || other.month() == mine.month() && other.end > mine.end
		if other.person == mine.person && known(other) == known(mine) && later {
			return false
		}
	}
	return true
}

// stays reports whether a transform leaves a row of a table.
func (p project) stays(rows []row, mine row, table string) bool {
	key := func(r row) string { return r.pathway }
	if table == "jobs" {
		key = func(r row) string { return r.person }
	}
	switch p.transform {
	case "latest-extract", "final-extract":
		return isLatest(rows, mine, key, p.transform == "latest-extract")
	case "latest-submission":
		return isLastSubmission(rows, mine, func(r row) string { return key(r) + " " + r.referred })
	}
	return true
}

// project is what a random project asks of every table.
type project struct {
	studies   []string
	transform string
	window    bool
	undated   string
	columns   []string
	pinned    bool   // to extracts cut by 1 May 2022
	codes     bool   // of the tool: F33, and all that begin with F32
	index     string // first or last referral in the hub; empty without
	shift     int    // days either way; 0 without
	real      bool   // the provider's real code
	coarsen   map[string]string
}

// everyColumn is what a project may ask of each table, in the order of the hub.
var everyColumn = []string{"pathwayid", "extract_start_date", "extract_end_date", "referred", "score", "provider", "age", "tool", "home", "seen"}

func drawProject(t *rapid.T) project {
	p := project{
		studies:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ALSPAC", "BIB", "GLAD"}), 1, 3, rapid.ID).Draw(t, "studies"),
		transform: rapid.SampledFrom([]string{"none", "latest-extract", "final-extract", "latest-submission"}).Draw(t, "transform"),
		window:    rapid.Bool().Draw(t, "window"),
		undated:   rapid.SampledFrom([]string{"keep", "drop"}).Draw(t, "undated"),
		columns:   slices.DeleteFunc(slices.Clone(everyColumn), func(column string) bool { return rapid.IntRange(0, 2).Draw(t, column) == 2 }),
		pinned:    rapid.Bool().Draw(t, "pinned"),
		codes:     rapid.IntRange(0, 2).Draw(t, "codes") == 0,
		index:     rapid.SampledFrom([]string{"", "first", "last"}).Draw(t, "index"),
		shift:     rapid.SampledFrom([]int{0, 1, 200}).Draw(t, "shift"),
		real:      rapid.Bool().Draw(t, "real"),
		coarsen: map[string]string{
			"home": rapid.SampledFrom([]string{"postcode-area", "postcode-sector"}).Draw(t, "home"),
			"seen": rapid.SampledFrom([]string{"", "year", "quarter", "month"}).Draw(t, "seen"),
			"age":  rapid.SampledFrom([]string{"", "age-band"}).Draw(t, "age"),
			"tool": rapid.SampledFrom([]string{"", "groups"}).Draw(t, "tool"),
		},
	}
	if p.shift > 0 { // the delivery's dates would give it away
		p.columns = slices.DeleteFunc(p.columns, func(c string) bool { return strings.HasPrefix(c, "extract_") })
	}
	if len(p.columns) == 0 {
		p.columns = []string{"score"}
	}
	return p
}

func (p project) has(column string) bool { return slices.Contains(p.columns, column) }

func (p project) toml(number int) string {
	quote := func(list []string) string { return `["` + strings.Join(list, `", "`) + `"]` }
	text := fmt.Sprintf("project = \"llc_0042\"\nfreeze = %d\nstudies = %s\nformat = \"csv\"\nrules = \"exactly\"\n", number, quote(p.studies))
	if p.shift > 0 {
		text += fmt.Sprintf("[date_shift]\nmost_days = %d\n", p.shift)
	}
	text += fmt.Sprintf("[[datasets]]\nversion = \"NHSE_TINY@%d\"\n", number)
	if p.pinned {
		text += "extract_date = 2022-05-01\n"
	}
	if p.index != "" {
		text += fmt.Sprintf("[datasets.index]\ntable = \"hub\"\ncolumn = \"referred\"\nchoose = %q\n", p.index)
	}
	for _, table := range tableNames {
		text += fmt.Sprintf("[[datasets.tables]]\nname = %q\ncolumns = %s\ntransform = %q\napproved = [\"provider\", \"home\"]\n", table, quote(p.columns), p.transform)
		text += p.treatments() + p.filters()
	}
	return text
}

func (p project) treatments() string {
	text := ""
	if p.real && p.has("provider") {
		text += "real_codes = [\"provider\"]\n"
	}
	for _, column := range []string{"age", "home", "seen", "tool"} {
		to := p.coarsen[column]
		if to == "" || !p.has(column) {
			continue
		}
		text += fmt.Sprintf("[[datasets.tables.coarsen]]\ncolumn = %q\nto = %q\n", column, to)
		if column == "age" {
			text += "width = 5\ntop = 90\n"
		}
		if column == "tool" {
			text += "groups = { depression = [\"F320\", \"F33\"] }\nrest = \"other\"\n"
		}
	}
	return text
}

func (p project) filters() string {
	text := ""
	if p.window {
		text += fmt.Sprintf("[datasets.tables.window]\ncolumn = \"referred\"\nfrom = 2020-09-01\nto = 2021-04-01\nundated = %q\n", p.undated)
	}
	if p.index != "" {
		text += fmt.Sprintf("[datasets.tables.around_index]\ncolumn = \"seen\"\nfrom_days = 0\nto_days = 40\nundated = %q\n", p.undated)
	}
	if p.codes {
		text += fmt.Sprintf("[[datasets.tables.codes]]\ncolumn = \"tool\"\nkeep = [\"F33\", \"F32*\"]\nuncoded = %q\n", p.undated)
	}
	return text
}

// cut are the rows of the extracts that a project is pinned to.
func (w world) cut(p project, table string) []row {
	return slices.DeleteFunc(slices.Clone(w.rows[table]), func(r row) bool {
		return p.pinned && (r.extracted == "" || r.extracted > "2022-05-01")
	})
}

// keeps reports whether a project's filters keep one of its rows.
func (p project) keeps(w world, table string, r row) bool {
	undated := p.undated == "keep"
	switch {
	case p.window && r.referred == "" && !undated,
		p.window && r.referred != "" && (r.referred < "2020-09-01" || r.referred >= "2021-04-01"),
		p.codes && r.tool() == "" && !undated,
		p.codes && r.tool() == "F41":
		return false
	}
	if p.index == "" {
		return true
	}
	start := ""
	for _, one := range w.cut(p, "hub") {
		better := one.referred < start
		if p.index == "last" {
			better = one.referred > start
		}
		if one.person == r.person && one.referred != "" && (start == "" || better) {
			start = one.referred
		}
	}
	if start == "" || r.seen() == "" {
		return undated
	}
	return r.seen() >= start && r.seen() < addDays(start, 40)
}

// shown is what a project is given of a row's column.
func (p project) shown(r row, column string, days int, pseudonyms, providers *keys.Pseudonymiser) string {
	shifted := func(day string) string {
		if p.shift > 0 && day <= "1901-01-01" {
			return ""
		}
		return addDays(day, days)
	}
	switch column {
	case "pathwayid":
		if r.pathway == "" {
			return ""
		}
		return pseudonyms.Linking(r.pathway)
	case "extract_start_date":
		return r.start
	case "extract_end_date":
		return r.end
	case "referred":
		return shifted(r.referred)
	case "score":
		return r.score
	case "provider":
		if p.real || r.provider() == "" {
			return r.provider()
		}
		return providers.Code(r.provider())
	case "seen":
		return coarserDay(shifted(r.seen()), p.coarsen["seen"])
	}
	coarser := map[string]string{"": "", // of each column, with what it is made coarser to
		"age/0": "0", "age/34": "34", "age/90": "90", "age/0/age-band": "0-4", "age/34/age-band": "30-34", "age/90/age-band": "90+",
		"tool/F320": "F320", "tool/F33": "F33", "tool/F41": "F41",
		"tool/F320/groups": "depression", "tool/F33/groups": "depression", "tool/F41/groups": "other",
		"home/SW1A 1AA/postcode-area": "SW", "home/ls29jt/postcode-area": "LS", "home/ZZ99 3VZ/postcode-area": "",
		"home/SW1A 1AA/postcode-sector": "SW1A 1", "home/ls29jt/postcode-sector": "LS2 9", "home/ZZ99 3VZ/postcode-sector": "",
	}
	value := map[string]string{"age": r.age(), "tool": r.tool(), "home": r.home()}[column]
	if value == "" {
		return ""
	}
	made, known := coarser[strings.TrimSuffix(column+"/"+value+"/"+p.coarsen[column], "/")]
	if !known {
		panic(column + value)
	}
	return made
}

// coarserDay is a day's year, or the first day of its quarter or month.
func coarserDay(day, to string) string {
	if day == "" || to == "" {
		return day
	}
	switch to {
	case "year":
		return day[:4]
	case "month":
		return day[:8] + "01"
	}
	month, err := strconv.Atoi(day[5:7])
	if err != nil {
		panic(err) // the test's own days
	}
	return fmt.Sprintf("%s-%02d-01", day[:4], (month-1)/3*3+1)
}

// inOrder returns the columns as the table has them.
func (p project) inOrder(table string) []string {
	columns := slices.DeleteFunc(slices.Clone(everyColumn), func(c string) bool { return !p.has(c) })
	if table == "events" && p.has("pathwayid") { // behind the score
		columns = slices.DeleteFunc(columns, func(c string) bool { return c == "pathwayid" })
		at := slices.IndexFunc(columns, func(c string) bool { return slices.Index(everyColumn, c) > slices.Index(everyColumn, "score") })
		if at < 0 {
			at = len(columns)
		}
		columns = slices.Insert(columns, at, "pathwayid")
	}
	return columns
}

// extract is what the project should be given of a table.
func (w world) extract(p project, table string, root keys.Root) [][]string {
	id, err := spec.ParseProjectID("llc_0042")
	if err != nil {
		panic(err) // it is one
	}
	provider, err := spec.ParseIdentifier("provider")
	if err != nil {
		panic(err) // it is one
	}
	pseudonyms, providers, dates := root.For(id), root.Column(id, provider), root.Dates(id)
	var records [][]string
	for _, one := range w.participants() {
		days := 0
		if p.shift > 0 {
			days = dates.Days(one.study, one.person, p.shift)
		}
		for _, r := range w.cut(p, table) {
			switch {
			case !slices.Contains(p.studies, one.study), r.person != one.person,
				!p.stays(w.cut(p, table), r, table),
				!p.keeps(w, table, r):
				continue
			}
			record := []string{pseudonyms.Participant(one.study, one.person)}
			for _, column := range p.inOrder(table) {
				record = append(record, p.shown(r, column, days, pseudonyms, providers))
			}
			records = append(records, record)
		}
	}
	return records
}

// One comparison for all rules of an extract: who is in it, once for each of the
// studies that a person is in; which rows of them; the window, half-open; the
// columns and their order; the re-keyed values, the coarser ones and the shifted
// dates.
func TestExtractsAreThoseOfTheOracle(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 2})
	rapid.Check(t, func(t *rapid.T) {
		w, p := drawWorld(t), drawProject(t)
		place.compare(t, w, p, place.load(t, w))
	})
}

// compare builds a project's extract and compares it with the oracle's.
func (p *place) compare(t require.TestingT, w world, asked project, number int) {
	files, _ := p.run(t.(failer), asked.toml(number))
	for _, table := range tableNames {
		wanted := w.extract(asked, table, p.root)
		header, got := files[table][0], files[table][1:]
		require.Equal(t, append([]string{"llc_0042_stud_id"}, asked.inOrder(table)...), header)
		for _, record := range got {
			require.True(t, keys.ValidPseudonym(record[0]))
		}
		require.True(t, slices.IsSortedFunc(got, func(a, b []string) int { return strings.Compare(a[0], b[0]) }), "in the order of the project id")
		slices.SortFunc(wanted, slices.Compare)
		slices.SortFunc(got, slices.Compare)
		if len(wanted)+len(got) > 0 {
			require.Equal(t, wanted, got, "%s of %+v", table, asked)
		}
	}
}

// One world with every value beside every other, and each rule of a project by
// itself: what random worlds meet seldom, such as a day on a boundary.
func TestEachRuleIsThatOfTheOracle(t *testing.T) {
	w := world{rows: map[string][]row{}}
	w.manyOf("ALSPAC", "A", 2)
	for i, referred := range []string{"", "2020-08-31", "2020-09-01", "2021-03-31", "2021-04-01"} {
		for _, score := range []string{"", "0", "5", "27"} {
			for j, extracted := range []string{"2022-05-01", "2022-06-01", ""} {
				for person, end := range []string{"2022-03-31", ""} {
					one := row{"A" + strconv.Itoa(person), "P" + strconv.Itoa(person), strconv.Itoa(2020+i%2) + "-04-01", end, extracted, referred, score}
					if j == 1 {
						one.end = "2021-06-30"
					}
					for _, table := range tableNames {
						w.rows[table] = append(w.rows[table], one)
					}
				}
			}
		}
	}
	place := newPlace(t, warehouse.Settings{Threads: 2})
	number := place.load(t, w)
	all := func() project {
		return project{studies: []string{"ALSPAC"}, transform: "none", undated: "drop", columns: everyColumn, coarsen: map[string]string{"home": "postcode-area"}}
	}
	rules := map[string]func(*project){
		"nothing":              func(*project) {},
		"latest extract":       func(p *project) { p.transform = "latest-extract" },
		"final extract":        func(p *project) { p.transform = "final-extract" },
		"latest submission":    func(p *project) { p.transform = "latest-submission" },
		"submission, pinned":   func(p *project) { p.pinned, p.transform = true, "latest-submission" },
		"pinned":               func(p *project) { p.pinned = true },
		"pinned and latest":    func(p *project) { p.pinned, p.transform = true, "latest-extract" },
		"window":               func(p *project) { p.window = true },
		"window, undated kept": func(p *project) { p.window, p.undated = true, "keep" },
		"codes":                func(p *project) { p.codes = true },
		"codes, uncoded kept":  func(p *project) { p.codes, p.undated = true, "keep" },
		"first index":          func(p *project) { p.index = "first" },
		"last index, kept":     func(p *project) { p.index, p.undated = "last", "keep" },
		"pinned index":         func(p *project) { p.index, p.pinned = "last", true },
		"real codes":           func(p *project) { p.real = true },
		"sector":               func(p *project) { p.coarsen["home"] = "postcode-sector" },
		"year":                 func(p *project) { p.coarsen["seen"] = "year" },
		"quarter":              func(p *project) { p.coarsen["seen"] = "quarter" },
		"month":                func(p *project) { p.coarsen["seen"] = "month" },
		"age bands":            func(p *project) { p.coarsen["age"] = "age-band" },
		"groups":               func(p *project) { p.coarsen["tool"] = "groups" },
		"shifted": func(p *project) {
			p.shift, p.columns = 200, []string{"pathwayid", "referred", "seen"}
		},
		"shifted, then quarter": func(p *project) {
			p.shift, p.columns, p.coarsen["seen"] = 200, []string{"referred", "seen"}, "quarter"
		},
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			asked := all()
			rule(&asked)
			place.compare(t, w, asked, number)
		})
	}
}

// hubRows writes rows of the hub of one person as a table that reads like the
// rule: pathway, period, and whether the row stays.
func TestLatestExtractPerPathwayAndFinancialYear(t *testing.T) {
	table := `
		P1  2020-09-01 2020-12-31  goes   the first extract of all starts on 1 September
		P1  2020-09-01 2021-03-31  stays  the last of the financial year 2020/21
		P1  2021-04-01 2021-06-30  goes   a new financial year
		P1  2021-04-01 2021-09-30  goes
		P1  2021-04-01 2022-03-31  stays
		P1  2021-04-01 2022-03-31  stays  rows of one extract stay together
		P2  2021-04-01 2021-06-30  stays  another pathway, not seen again
		P3  2022-03-31 2022-03-31  stays  still 2021/22
		P3  2022-04-01 2022-04-30  stays  now 2022/23
		-   2021-04-01 2021-06-30  goes   without a pathway
		-   2021-04-01 2022-03-31  stays  without a pathway, the last
		P4  -          -           stays  without a period: nothing to compare
		P5  2022-04-01 9999-12-31  stays  an end that stands for no end`
	w := world{permissions: []permission{{"ALSPAC", "S1", "1", "1", "0"}}, mapping: []mapped{{"S1", "K1"}}, rows: map[string][]row{}}
	var wanted []string
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		fields := strings.Fields(line)
		for j := range fields[:3] {
			fields[j] = strings.TrimPrefix(fields[j], "-")
		}
		w.rows["hub"] = append(w.rows["hub"], row{"K1", fields[0], fields[1], fields[2], "2022-05-01", "2020-01-01", strconv.Itoa(i)})
		if fields[3] == "stays" {
			wanted = append(wanted, strconv.Itoa(i))
		}
	}
	// Somebody else without a pathway, in a later extract, outdates nobody.
	w.permissions = append(w.permissions, permission{"ALSPAC", "S2", "1", "1", "0"})
	w.mapping = append(w.mapping, mapped{"S2", "K2"})
	w.rows["hub"] = append(w.rows["hub"], row{"K2", "", "2021-04-01", "2022-05-31", "2022-05-01", "2020-01-01", "99"})
	wanted = append(wanted, "99")

	place := newPlace(t, warehouse.Settings{})
	files, _ := place.run(t, project{studies: []string{"ALSPAC"}, transform: "latest-extract", columns: []string{"score"}}.toml(place.load(t, w)))
	var kept []string
	for _, record := range files["hub"][1:] {
		kept = append(kept, record[1])
	}
	assert.ElementsMatch(t, wanted, kept)
}

// A pathway has one project value in all of a project's tables, and another one
// in another project.
func TestLinkingColumnsJoinWithinAProjectOnly(t *testing.T) {
	w := world{permissions: []permission{{"ALSPAC", "S1", "1", "1", "1"}}, mapping: []mapped{{"S1", "K1"}}, rows: map[string][]row{
		"hub":    {{"K1", "P1", "2021-04-01", "2022-03-31", "2022-05-01", "", "1"}},
		"events": {{"K1", "P1", "2021-04-01", "2022-03-31", "2022-05-01", "", "1"}, {"K1", "P2", "2021-04-01", "2022-03-31", "2022-05-01", "", "1"}},
	}}
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid"}}.toml(place.load(t, w))
	mine, _ := place.run(t, asked)
	theirs, _ := place.run(t, strings.Replace(asked, "llc_0042", "llc_0043", 1))
	again, _ := place.run(t, asked)
	pathways := func(files map[string][][]string, table string) []string {
		var list []string
		for _, record := range files[table][1:] {
			list = append(list, record[1])
		}
		return list
	}
	require.Len(t, pathways(mine, "hub"), 1)
	assert.Contains(t, pathways(mine, "events"), pathways(mine, "hub")[0])
	assert.NotContains(t, pathways(theirs, "events"), pathways(mine, "hub")[0], "two projects cannot be joined")
	assert.NotEqual(t, mine["hub"][1][0], theirs["hub"][1][0])
	assert.Equal(t, mine, again, "the same plan, the same extract")
	assert.Equal(t, "llc_0043_stud_id", theirs["hub"][0][0])
}
