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

// isLatest reports whether no other row of the same person, key and financial
// year has a later extract end. A row without an end is older than any with one.
func isLatest(rows []row, mine row, key func(row) string) bool {
	for _, other := range rows {
		if other.person == mine.person && key(other) == key(mine) && financialYear(other.start) == financialYear(mine.start) && other.end > mine.end {
			return false
		}
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
}

func drawProject(t *rapid.T) project {
	return project{
		studies:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ALSPAC", "BIB", "GLAD"}), 1, 3, rapid.ID).Draw(t, "studies"),
		transform: rapid.SampledFrom([]string{"none", "latest-extract"}).Draw(t, "transform"),
		window:    rapid.Bool().Draw(t, "window"),
		undated:   rapid.SampledFrom([]string{"keep", "drop"}).Draw(t, "undated"),
		columns: rapid.SampledFrom([][]string{
			{"pathwayid", "extract_start_date", "extract_end_date", "referred", "score"}, {"score"}, {"score", "pathwayid"}, {"pathwayid"},
		}).Draw(t, "columns"),
	}
}

func (p project) toml(number int) string {
	quote := func(list []string) string { return `["` + strings.Join(list, `", "`) + `"]` }
	text := fmt.Sprintf("project = \"llc_0042\"\nfreeze = %d\nstudies = %s\nformat = \"csv\"\nrules = \"exactly\"\n[[datasets]]\nversion = \"NHSE_TINY@%d\"\n", number, quote(p.studies), number)
	for _, table := range tableNames {
		text += fmt.Sprintf("[[datasets.tables]]\nname = %q\ncolumns = %s\ntransform = %q\n", table, quote(p.columns), p.transform)
		if p.window {
			text += fmt.Sprintf("[datasets.tables.window]\ncolumn = \"referred\"\nfrom = 2020-09-01\nto = 2021-04-01\nundated = %q\n", p.undated)
		}
	}
	return text
}

// extract is what the project should be given of a table, in the file's order.
func (w world) extract(p project, table string, pseudonyms *keys.Pseudonymiser) [][]string {
	key := func(r row) string { return r.pathway }
	if table == "jobs" {
		key = func(r row) string { return r.person }
	}
	var records [][]string
	for _, one := range w.participants() {
		for _, r := range w.rows[table] {
			inWindow := r.referred >= "2020-09-01" && r.referred < "2021-04-01"
			switch {
			case !slices.Contains(p.studies, one.study), r.person != one.person:
				continue
			case p.transform == "latest-extract" && !isLatest(w.rows[table], r, key):
				continue
			case p.window && r.referred == "" && p.undated == "drop":
				continue
			case p.window && r.referred != "" && !inWindow:
				continue
			}
			record := []string{pseudonyms.Participant(one.study, one.person)}
			if slices.Contains(p.columns, "pathwayid") {
				pathway := r.pathway
				if pathway != "" {
					pathway = pseudonyms.Linking(pathway)
				}
				record = append(record, pathway)
			}
			for _, plain := range [][2]string{{"extract_start_date", r.start}, {"extract_end_date", r.end}, {"referred", r.referred}, {"score", r.score}} {
				if slices.Contains(p.columns, plain[0]) {
					record = append(record, plain[1])
				}
			}
			records = append(records, record)
		}
	}
	return records
}

// One comparison for all rules of an extract: who is in it, once for each of the
// studies that a person is in; which rows of them; the window, half-open; the
// columns and their order; and the re-keyed values.
func TestExtractsAreThoseOfTheOracle(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 2})
	id, err := spec.ParseProjectID("llc_0042")
	require.NoError(t, err)
	pseudonyms := place.root.For(id)
	rapid.Check(t, func(t *rapid.T) {
		w, p := drawWorld(t), drawProject(t)
		files, _ := place.run(t, p.toml(place.load(t, w)))
		for _, table := range tableNames {
			wanted := w.extract(p, table, pseudonyms)
			header, got := files[table][0], files[table][1:]
			require.Equal(t, "llc_0042_stud_id", header[0])
			require.Len(t, header, len(p.columns)+1)
			for _, record := range got {
				require.True(t, keys.ValidPseudonym(record[0]))
			}
			require.True(t, slices.IsSortedFunc(got, func(a, b []string) int { return strings.Compare(a[0], b[0]) }), "in the order of the project id")
			slices.SortFunc(wanted, slices.Compare)
			slices.SortFunc(got, slices.Compare)
			if len(wanted)+len(got) > 0 {
				require.Equal(t, wanted, got, "%s of %+v", table, p)
			}
		}
	})
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
