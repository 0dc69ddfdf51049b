package matching

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// small is a model of two fields and a number.
const small = `
name = "small"
title = "Two fields and a number"
description = "For tests."
id = ["id"]

[[fields]]
name = "surname"
kind = "name"
unknown = ["unknown"]

[[fields]]
name = "born"
kind = "date"

[[fields]]
name = "nhs_number"
kind = "nhs_number"

[[comparisons]]
field = "surname"
method = "jaro_winkler"
at_least = [0.9]
term_frequency = true

[[comparisons]]
field = "born"
method = "date"

[[comparisons]]
field = "nhs_number"
method = "edits"
at_most = [1]

[blocking]
rules = [["nhs_number"], ["surname"], ["born"]]
most_pairs = 1000000

[[passes]]
step = "number_and_birth"
agree = ["nhs_number", "born"]

[[passes]]
step = "number_and_part"
agree = ["nhs_number"]
partly = ["surname", "born"]
at_least = 1

[decision]
link = 0.9
review = 0.5
lead = 3.0
assignment = "all"
implied_up_to = 10
`

func parsed(t *testing.T, text string) Model {
	t.Helper()
	model, err := ParseModel("small.toml", []byte(text))
	require.NoError(t, err)
	return model
}

// outcome is a line of the file of links.
type outcome struct{ left, right, step, ambiguous string }

// linked matches files and returns the links and the bytes that were written.
func linked(t *testing.T, settings warehouse.Settings, model Model, superseded Superseded, paths ...string) ([]outcome, []byte) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "links.csv")
	for _, path := range append(paths, out) {
		settings.Directories = append(settings.Directories, filepath.Dir(path))
	}
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), settings, func(w *warehouse.Warehouse) error {
		people, err := Stage(t.Context(), w, model, superseded, paths...)
		require.NoError(t, err)
		if !people.Model().Trained() {
			require.NoError(t, people.Train(t.Context()))
		}
		candidates, err := people.Candidates(t.Context())
		require.NoError(t, err)
		links, err := people.Decide(t.Context(), candidates)
		require.NoError(t, err)
		return links.Write(t.Context(), out)
	}))
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"left_id", "right_id", "step", "weight", "probability", "ambiguous"}, rows[0])
	var outcomes []outcome
	for _, row := range rows[1:] {
		outcomes = append(outcomes, outcome{row[0], row[1], row[2], row[5]})
	}
	return outcomes, text
}

// The steps stop at the first that succeeds, and a superseded number is followed
// before anything is compared.
func TestPassesInTheirOrder(t *testing.T) {
	dir := testFolder(t, map[string]string{
		"a.csv": "id,surname,born,nhs_number\n" +
			"a1,Green,1980-01-02,999 000 0018\n" + // number and birth date
			"a2,Brown,1970-05-06,9990000026\n" + // number and surname, another birth date
			"a3,White,1960-07-08,9990000034\n" + // superseded
			"a4,Black,1950-09-10,\n" + // no number
			"a5,Gray,1940-11-12,9990000042\n", // number alone: somebody else
		"b.csv": "id,surname,born,nhs_number\n" +
			"b1,Greene,02/01/1980,9990000018\n" +
			"b2,brown,1911-11-11,9990000026\n" +
			"b3,White,1960-07-08,9990000050\n" +
			"b4,Black,1950-09-10,9990000069\n" +
			"b5,Purple,1900-02-03,9990000042\n",
		"replaced.csv": "nhs_number,replaced_by\n9990000034,9990000077\n9990000077,9990000050\n",
	})
	replaced, err := LoadSuperseded(t.Context(), filepath.Join(dir, "replaced.csv"))
	require.NoError(t, err)
	links, _ := linked(t, warehouse.Settings{}, parsed(t, small), replaced, filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"))
	want := []outcome{
		{"a1", "b1", "number_and_birth", "false"},
		{"a2", "b2", "number_and_part", "false"},
		{"a3", "b3", "number_and_birth", "false"},
		{"a4", "b4", "probabilistic", "false"},
	}
	require.Equal(t, want, links)
}

// Among real people numbers of the test range are junk, and so are the dummies.
// The third number is of the range in use, and so it is not written out.
func TestJunkNumbersLinkNobody(t *testing.T) {
	digit, issued := identifier.NHSCheckDigit(401023213)
	require.True(t, issued)
	file := fmt.Sprintf("id,nhs_number\n%%[1]s1,9990000018\n%%[1]s2,0000000000\n%%[1]s3,401023213%d\n", digit)
	dir := testFolder(t, map[string]string{"a.csv": fmt.Sprintf(file, "a"), "b.csv": fmt.Sprintf(file, "b")})
	model := parsed(t, strings.NewReplacer(`partly = ["surname", "born"]`, "", "at_least = 1\n", "").Replace(small))
	links, _ := linked(t, warehouse.Settings{}, model, nil, filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"))
	require.Equal(t, []outcome{{"a3", "b3", "number_and_part", "false"}}, links)
}

// Records that hang together by others are of one person, and say so.
func TestDuplicatesAreGroups(t *testing.T) {
	dir := testFolder(t, map[string]string{
		"a.csv": "id,surname,born,nhs_number\n" +
			"1,Green,1980-01-02,9990000018\n" +
			"2,Green,1980-01-02,\n" +
			"3,Green,1981-01-02,9990000018\n" +
			"4,Brown,1970-05-06,\n" +
			"5,Brown,1970-05-06,9990000026\n" +
			"6,Whitby,1933-03-03,9990000034\n" +
			"7,Xavier,1944-04-04,9990000042\n",
	})
	links, _ := linked(t, warehouse.Settings{}, parsed(t, small), nil, filepath.Join(dir, "a.csv"))
	require.Equal(t, []outcome{
		{"1", "2", "probabilistic", "false"},
		{"1", "3", "number_and_part", "false"},
		{"2", "3", "implied", links[2].ambiguous},
		{"4", "5", "probabilistic", "false"},
	}, links)
}

// twoFiles writes a file of synthetic people, and a second one of the same people
// with some of their fields mistyped. The names are of no register.
func twoFiles(t *testing.T, persons int, reverse bool) (a, b string) {
	t.Helper()
	names := []string{"ash", "birch", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "ivy", "juniper", "larch", "maple", "oak", "pine", "rowan", "willow"}
	var left, right []string
	for i := range persons {
		surname := names[i*7%16] + names[i/16%16]
		born := fmt.Sprintf("%04d-%02d-%02d", 1930+i*13%80, 1+i*5%12, 1+i*11%28)
		left = append(left, fmt.Sprintf("L%05d,%s,%s,", i, surname, born))
		if i%5 == 0 {
			surname = surname[:2] + "x" + surname[3:]
		}
		if i%7 == 0 {
			born = born[:8] + "28"
		}
		right = append(right, fmt.Sprintf("R%05d,%s,%s,", i, surname, born))
	}
	if reverse {
		slices.Reverse(left)
		slices.Reverse(right)
	}
	const header = "id,surname,born,nhs_number\n"
	dir := testFolder(t, map[string]string{"a.csv": header + strings.Join(left, "\n") + "\n", "b.csv": header + strings.Join(right, "\n") + "\n"})
	return filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
}

// One thread or four, the rows in this order or the other: the same bytes.
func TestSameFilesSameBytes(t *testing.T) {
	model := parsed(t, small)
	var first, firstModel []byte
	for _, threads := range []int{1, 4} {
		for _, reverse := range []bool{false, true} {
			a, b := twoFiles(t, 900, reverse)
			_, text := linked(t, warehouse.Settings{Threads: threads}, model, nil, a, b)
			trained := trainedOn(t, warehouse.Settings{Threads: threads}, model, a, b)
			trained.Files = nil // the hashes of files in another order
			if first == nil {
				first, firstModel = text, trained.TOML()
				require.Greater(t, bytes.Count(text, []byte("\n")), 600)
			}
			require.Equal(t, string(first), string(text))
			require.Equal(t, string(firstModel), string(trained.TOML()))
		}
	}
}

func trainedOn(t *testing.T, settings warehouse.Settings, model Model, paths ...string) Model {
	t.Helper()
	for _, path := range paths {
		settings.Directories = append(settings.Directories, filepath.Dir(path))
	}
	var trained Model
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), settings, func(w *warehouse.Warehouse) error {
		people, err := Stage(t.Context(), w, model, nil, paths...)
		require.NoError(t, err)
		err = people.Train(t.Context())
		trained = people.Model()
		return err
	}))
	return trained
}

// A model that was written and read again is the same model and gives the same
// links.
func TestTrainedModelIsReadAsWritten(t *testing.T) {
	a, b := twoFiles(t, 500, false)
	trained := trainedOn(t, warehouse.Settings{}, parsed(t, small), a, b)
	again, err := ParseModel("trained.toml", trained.TOML())
	require.NoError(t, err, string(trained.TOML()))
	require.Equal(t, trained.TOML(), again.TOML())
	_, want := linked(t, warehouse.Settings{}, trained, nil, a, b)
	_, got := linked(t, warehouse.Settings{}, again, nil, a, b)
	require.Equal(t, string(want), string(got))
	_, untrained := linked(t, warehouse.Settings{}, parsed(t, small), nil, a, b)
	require.Equal(t, string(want), string(untrained), "match estimates as train does")
}

func TestShippedModelsAreRight(t *testing.T) {
	model, err := LoadModel(specs.Files, "person")
	require.NoError(t, err)
	require.False(t, model.Trained())
	again, err := ParseModel("again", model.TOML())
	require.NoError(t, err)
	require.Equal(t, model.TOML(), again.TOML())
}

// FEBRL's synthetic people with known duplicates: the shipped model, estimated
// without labels.
func TestFEBRL(t *testing.T) {
	shared := os.Getenv("TRE_SHARED")
	if shared == "" {
		t.Skip("TRE_SHARED does not say where the files of others are")
	}
	file := func(name string) string { return filepath.Join(shared, "data", "febrl", name) }
	cases := []struct {
		name  string
		files []string
		least float64
	}{
		{"dataset 4", []string{file("dataset4a.csv"), file("dataset4b.csv")}, 0.999},
		{"dataset 3", []string{file("dataset3.csv")}, 0.995},
	}
	model, err := LoadModel(specs.Files, "person")
	require.NoError(t, err)
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			links, _ := linked(t, warehouse.Settings{}, model, nil, test.files...)
			precision, recall, f1 := judge(t, links, test.files)
			t.Logf("precision %.5f, recall %.5f, F1 %.5f", precision, recall, f1)
			require.GreaterOrEqual(t, f1, test.least)
		})
	}
}

// judge compares links with the ids: rec-12-org and rec-12-dup-0 are one person.
func judge(t *testing.T, links []outcome, files []string) (precision, recall, f1 float64) {
	t.Helper()
	person := func(id string) string { return strings.Split(id, "-")[1] }
	counts := []map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		count := map[string]int{}
		for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			id, _, _ := strings.Cut(line, ",")
			count[person(id)]++
		}
		counts = append(counts, count)
	}
	pairs := 0
	for who, n := range counts[0] {
		if len(counts) == 1 {
			pairs += n * (n - 1) / 2
		} else {
			pairs += n * counts[1][who]
		}
	}
	right := 0
	for _, link := range links {
		if person(link.left) == person(link.right) {
			right++
		}
	}
	precision, recall = float64(right)/float64(len(links)), float64(right)/float64(pairs)
	return precision, recall, 2 * precision * recall / (precision + recall)
}

// Evaluate's figures are those of counting by hand.
func TestEvaluateCountsAsAHandWould(t *testing.T) {
	dir := testFolder(t, map[string]string{
		"a.csv": "id,surname,born\n1,Green,1980-01-02\n2,Brown,1970-05-06\n3,White,1960-07-08\n",
		"b.csv": "id,surname,born\n1,Green,1980-01-02\n2,Brown,1970-05-06\n3,Violet,1920-10-10\n",
		"t.csv": "left_id,right_id\n1,1\n3,3\n",
		"u.csv": "left_id,right_id\n1,1\n3,nobody\n",
	})
	path := func(name string) string { return filepath.Join(dir, name) }
	settings := warehouse.Settings{Directories: []string{dir}}
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), settings, func(w *warehouse.Warehouse) error {
		people, err := Stage(t.Context(), w, parsed(t, small), nil, path("a.csv"), path("b.csv"))
		require.NoError(t, err)
		require.Equal(t, []string{"nhs_number"}, people.Missing())
		require.NoError(t, people.Train(t.Context()))
		candidates, err := people.Candidates(t.Context())
		require.NoError(t, err)
		links, err := people.Decide(t.Context(), candidates)
		require.NoError(t, err)
		truth, err := people.Truth(t.Context(), path("t.csv"))
		require.NoError(t, err)
		table, decided := people.Evaluate(candidates, links, truth)
		require.Len(t, table, len(thresholds))
		require.Equal(t, []float64{0.5, 0.5, 0.5}, []float64{decided.Precision, decided.Recall, decided.F1})

		_, err = people.Truth(t.Context(), path("u.csv"))
		var input *diagnostic.Input
		require.ErrorAs(t, err, &input)
		require.Equal(t, int64(3), input.Findings[0].Line)
		require.NotContains(t, err.Error(), "nobody")
		return nil
	}))
}

func profile(t *testing.T) disclosure.Profile {
	t.Helper()
	rules, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	return rules
}

// Small groups are masked, and so is what would give them away: the groups of
// every characteristic add up to the same people.
func TestBiasHidesSmallGroups(t *testing.T) {
	var people, links strings.Builder
	people.WriteString("id,sex,region,born\n")
	links.WriteString("left_id,right_id\n")
	for i := range 200 {
		region := "north"
		if i < 4 {
			region = "south"
		} else if i < 90 {
			region = "west"
		}
		fmt.Fprintf(&people, "p%d,%d,%s,19%02d-03-04\n", i, 1+i%2, region, 40+i%50)
		if i%3 > 0 {
			fmt.Fprintf(&links, "p%d,q%d\n", i, i)
		}
	}
	dir := testFolder(t, map[string]string{"p.csv": people.String(), "l.csv": links.String()})
	request := BiasRequest{Model: parsed(t, small), People: filepath.Join(dir, "p.csv"), Links: filepath.Join(dir, "l.csv"), Sides: []string{"left_id"}, By: []string{"sex", "region", AgeBand}}
	request.At = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	groups := biasOf(t, dir, request)
	byName := map[string]Group{}
	for _, group := range groups {
		byName[group.Characteristic+" "+group.Group] = group
	}
	require.True(t, byName["region south"].People.Masked())
	require.True(t, byName["region west"].People.Masked() || byName["region north"].People.Masked() || byName["everybody everybody"].People.Masked(), "one masked group of three would be the rest")
	require.False(t, byName["sex 1"].People.Masked())
	require.Equal(t, "67.0", byName["sex 2"].Rate.String())
	require.Contains(t, byName, "age_band 40-49")

	request.By = []string{"born"}
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), warehouse.Settings{Directories: []string{dir}}, func(w *warehouse.Warehouse) error {
		_, err := Bias(t.Context(), w, request, profile(t))
		var refusal *diagnostic.Refusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, "identifying", refusal.Rule)
		return nil
	}))
}

func biasOf(t *testing.T, dir string, request BiasRequest) []Group {
	t.Helper()
	var groups []Group
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), warehouse.Settings{Directories: []string{dir}}, func(w *warehouse.Warehouse) (err error) {
		groups, err = Bias(t.Context(), w, request, profile(t))
		return err
	}))
	return groups
}

// A record that holds too little to find itself again is unlinkable.
func TestUnlinkables(t *testing.T) {
	a, b := twoFiles(t, 400, false)
	text, err := os.ReadFile(a)
	require.NoError(t, err)
	for i := range 60 {
		text = append(text, fmt.Sprintf("X%d,,,\n", i)...)
	}
	require.NoError(t, os.WriteFile(a, text, 0o600))
	model := trainedOn(t, warehouse.Settings{}, parsed(t, small), a, b)
	require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), warehouse.Settings{Directories: []string{filepath.Dir(a)}}, func(w *warehouse.Warehouse) error {
		people, err := Stage(t.Context(), w, model, nil, a)
		require.NoError(t, err)
		table, err := people.Unlinkables(t.Context(), profile(t))
		require.NoError(t, err)
		last := -1.0
		for _, row := range table {
			if records, shown := row.Records.Value(); shown {
				require.GreaterOrEqual(t, records, last)
				last = records
			}
		}
		at := slices.IndexFunc(table, func(row Unlinkable) bool { return row.Weight == 2 })
		records, shown := table[at].Records.Value()
		require.True(t, shown)
		require.Equal(t, 60.0, records)
		requirePicture(t, model.UnlinkablesChart(table))
		return nil
	}))
}

// requirePicture asserts that a picture is well-formed and runs nothing.
func requirePicture(t *testing.T, svg []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if element, ok := token.(xml.StartElement); ok {
			require.Contains(t, []string{"svg", "title", "desc", "rect", "line", "text", "polyline"}, element.Name.Local)
			for _, attribute := range element.Attr {
				require.NotContains(t, attribute.Value, "NaN")
				require.False(t, strings.HasPrefix(attribute.Name.Local, "on"))
			}
		}
	}
	require.Contains(t, string(svg), "<title")
}

func TestPictures(t *testing.T) {
	a, b := twoFiles(t, 300, false)
	model := trainedOn(t, warehouse.Settings{}, parsed(t, small), a, b)
	requirePicture(t, model.WeightsChart())
	requirePicture(t, model.ProbabilitiesChart())
	agreement, err := model.ParseAgreement("surname: exact; born: day and month swapped; nhs_number: missing")
	require.NoError(t, err)
	requirePicture(t, model.WaterfallChart(agreement))
	requirePicture(t, model.ThresholdsChart([]Score{{Weight: 1, Precision: 1, Recall: 0.5, F1: 0.6}, {Weight: 3, Precision: 1, Recall: 0.4, F1: 0.5}}))
	requirePicture(t, model.ThresholdsChart(nil))
	for _, wrong := range []string{"colour: exact", "surname: nearly"} {
		_, err := model.ParseAgreement(wrong)
		require.Error(t, err)
	}
}

// Every fault of a model is found, with its line where there is one.
func TestFaultsOfAModel(t *testing.T) {
	cases := []struct{ name, old, new, want string }{
		{"unknown key", `title = `, `titel = `, `unknown key "titel"`},
		{"no syntax", `id = ["id"]`, `id = [`, `small.toml:`},
		{"no such kind", `kind = "date"`, `kind = "day"`, `small.toml:13: field born: there is no kind "day"`},
		{"field twice", `name = "born"`, `name = "surname"`, `field surname is there twice`},
		{"no such method", `method = "date"`, `method = "soundex"`, `there is no method "soundex"`},
		{"a level that is no hundredth", `[0.9]`, `[0.905]`, `whole hundredths`},
		{"levels upside down", `[0.9]`, `[0.7, 0.9]`, `highest first`},
		{"too many edits", `at_most = [1]`, `at_most = [4]`, `from 1 to 3`},
		{"a block of no field", `["born"]]`, `["birth"]]`, `names "birth", which is no field`},
		{"a part that is none", `["born"]]`, `["born:x"]]`, `is no part of a block`},
		{"a pass that no block makes", `agree = ["nhs_number"]`, `agree = ["surname", "nhs_number"]`, ``},
		{"a pass beside the blocks", `rules = [["nhs_number"], ["surname"], ["born"]]`, `rules = [["surname", "born"]]`, `would miss pairs`},
		{"a step of ours", `step = "number_and_part"`, `step = "implied"`, `needs a step of its own`},
		{"thresholds upside down", `review = 0.5`, `review = 0.95`, `0 < review <= link < 1`},
		{"no such assignment", `"all"`, `"some"`, `assignment is all, best or one_to_one`},
		{"no budget", `most_pairs = 1000000`, ``, `most_pairs`},
		{"half estimated", "[decision]", "[estimates]\nprior = 0.1\n[decision]", `not every comparison has its m and u`},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, small, test.old)
			_, err := ParseModel("small.toml", []byte(strings.Replace(small, test.old, test.new, 1)))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			var invalid *spec.Invalid
			require.ErrorAs(t, err, &invalid)
			require.Contains(t, err.Error(), test.want)
		})
	}
}

// Files that cannot be linked are refused with a place and a rule.
func TestFilesThatDoNotFit(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"empty", "", "CSV001"},
		{"a header alone", "id,surname,born\n", "CSV008"},
		{"no id", "surname,born\nGreen,1980-01-02\n", "x.csv:1: id: this column is missing [COL003]"},
		{"an id twice", "id,surname\nSECRET,Green\nother,Brown\nSECRET,White\n", "x.csv:4: id: this id was there before"},
		{"an empty id", "id,surname\n  ,Green\n", "x.csv:2: id: the id is empty [LNK001]"},
		{"an open quote", "id,surname\n1,\"SECRET\n2,Brown\n", "x.csv:2: a quote is opened here and never closed"},
		{"too many cells", "id,surname\n1,Green,SECRET\n", "x.csv:2: the row has too many columns"},
		{"semicolons", "id;surname\n1;Green\n", "CSV006"},
		{"a column twice", "id,surname,surname\n1,Green,SECRET\n", "x.csv:1: surname: this column is there twice"},
		{"nothing to compare", "id,colour\n1,SECRET\n", "x.csv:1: the columns that model small compares and blocks by are not here; it looks for "},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			dir := testFolder(t, map[string]string{"x.csv": test.text})
			require.NoError(t, warehouse.Scratch(t.Context(), t.TempDir(), warehouse.Settings{Directories: []string{dir}}, func(w *warehouse.Warehouse) error {
				_, err := Stage(t.Context(), w, parsed(t, small), nil, filepath.Join(dir, "x.csv"))
				var input *diagnostic.Input
				require.ErrorAs(t, err, &input)
				require.Contains(t, err.Error(), test.want)
				require.NotContains(t, err.Error(), "SECRET")
				return nil
			}))
		})
	}
}

// A byte order mark, carriage returns and quotes are no fault.
func TestFilesOfOtherHabits(t *testing.T) {
	dir := testFolder(t, map[string]string{
		"a.csv": "\ufeffID, Surname ,BORN\r\n1,\"Gr\"\"een\",1980-01-02\r\n",
		"b.csv": "id,surname,born,other\n9,green,02/01/1980,x\n",
	})
	links, _ := linked(t, warehouse.Settings{}, parsed(t, small), nil, filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"))
	require.Equal(t, []outcome{{"1", "9", "probabilistic", "false"}}, links)
}

// "Given Name", "given-name" and "given_name" are one column; where a file has two of
// them, the one that is called as the model says.
func TestColumnsHoweverTheirNamesAreWritten(t *testing.T) {
	of := func(header ...string) string {
		return firstOf(intake.Source{Header: header}, []string{"given_name", "first_name"})
	}
	require.Equal(t, "given name", of("id", "given name"))
	require.Equal(t, "first-name", of("first-name", "surname"))
	require.Equal(t, "first_name", of("given name", "first_name"))
	require.Empty(t, of("name", "givenname"))
}

func TestSupersededNumbersInACircle(t *testing.T) {
	dir := testFolder(t, map[string]string{
		"circle.csv": "nhs_number,replaced_by\n9990000018,9990000026\n9990000026,9990000018\n",
		"twice.csv":  "nhs_number,replaced_by\n9990000018,9990000026\n9990000018,9990000034\n",
		"junk.csv":   "nhs_number,replaced_by\n9990000018,9990000019\n",
	})
	for file, code := range map[string]string{"circle.csv": "LNK006", "twice.csv": "LNK005", "junk.csv": "LNK004"} {
		_, err := LoadSuperseded(t.Context(), filepath.Join(dir, file))
		require.ErrorContains(t, err, code)
		require.NotContains(t, err.Error(), "999")
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("[[fields]]\nname = 1\n"))
	f.Add([]byte("[[comparisons]]\nfield = \"x\"\nm = [nan]\nu = [inf]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		model, err := ParseModel("fuzz.toml", text)
		if err != nil {
			return
		}
		again, err := ParseModel("again.toml", model.TOML())
		require.NoError(t, err, string(model.TOML()))
		require.Equal(t, string(model.TOML()), string(again.TOML()))
		_, _ = model.ParseAgreement(string(text))
	})
}

func FuzzParsePart(f *testing.F) {
	for _, seed := range []string{"surname", "surname:3", "postcode:-2", "a:b:c", ":"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		part, err := ParsePart(text)
		if err != nil {
			return
		}
		again, err := ParsePart(part.String())
		require.NoError(t, err)
		require.Equal(t, part, again)
	})
}

// A field is in one place, whatever the order of comparisons.
func TestPlacesOfFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, err := LoadModel(specs.Files, "person")
		require.NoError(t, err)
		model.Comparisons = rapid.Permutation(model.Comparisons).Draw(t, "comparisons")[:rapid.IntRange(1, len(model.Comparisons)).Draw(t, "compared")]
		for i := range model.Comparisons {
			if partner := model.Comparisons[i].SwappedWith; partner != "" && model.comparison(partner) < 0 {
				model.Comparisons[i].SwappedWith = ""
			}
		}
		people := People{model: model, slots: model.slots()}
		seen := map[int]bool{}
		for _, field := range model.Fields {
			slot := people.slotOf(field.Name)
			require.False(t, seen[slot])
			seen[slot] = true
			require.True(t, slot >= 1 && slot <= mostFields)
			at := model.comparison(field.Name)
			if at >= 0 && model.Comparisons[at].SwappedWith != "" {
				require.LessOrEqual(t, slot, 2)
			}
		}
	})
}
