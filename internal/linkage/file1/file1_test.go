package file1

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

const goodName = "ALSPAC_FILE1_v1_20260501.csv"

var today = time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC)

func options(name string) Options {
	return Options{Name: name, Studies: []spec.Study{"ALSPAC", "NIHRBIO_COPING"}, Today: today, Synthetic: true}
}

// good is a row without a fault.
var good = map[string]string{
	"STUDY_ID": "Q1", "ROW_STATUS": "C", "NHS_NUMBER": "9990000018", "SURNAME": "Example", "FORENAME": "Person",
	"ADDRESS_1": "1 High Street", "ADDRESS_2": "Town", "POSTCODE": "SW1A 1AA", "ADDRESS_START_DATE": "01/02/2010",
	"DATE_OF_BIRTH": "05/03/1979", "GENDER_CD": "1", "CREATE_DATE": "01/04/2026", "Multiple_Birth": "0",
}

// rowOf returns the good row with changes; "flags" changes every flag.
func rowOf(changes map[string]string) string {
	cells := make([]string, columnCount)
	for i, column := range columns {
		cells[i] = good[column.name]
		if column.kind == flag && i != multipleBirth {
			cells[i] = "1"
			if i == nationalOptOut {
				cells[i] = "0"
			}
			if all, changed := changes["flags"]; changed {
				cells[i] = all
			}
		}
		if value, changed := changes[column.name]; changed {
			cells[i] = value
		}
	}
	return strings.Join(cells, ",")
}

func header() string { return strings.Join(Columns(), ",") }

func check(t testing.TB, opts Options, text string) Report {
	t.Helper()
	report, err := Check(context.Background(), strings.NewReader(text), opts)
	require.NoError(t, err)
	return report
}

// codes lists what was found as CODE@LINE, one a line of the file.
func codes(report Report) []string {
	list := []string{}
	for _, one := range report.Findings {
		if len(one.Lines) == 0 {
			list = append(list, one.Code+"@0")
		}
		for _, line := range one.Lines {
			list = append(list, fmt.Sprintf("%s@%d", one.Code, line))
		}
	}
	slices.Sort(list)
	return list
}

// goldenCase is a line of the golden set.
type goldenCase struct {
	text      string
	rows      []string
	synthetic bool
	codes     []string
}

var marks = strings.NewReplacer("_", "", "^", " ", "~", "\u00a0", `\t`, "\t", `\n`, "\n", `\x07`, "\x07", `\x00`, "\x00", `\xe9`, "\xe9")

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.txt")
	require.NoError(t, err)
	var list []goldenCase
	for _, line := range strings.Split(string(text), "\n") {
		given, expected, found := strings.Cut(line, " -> ")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		one := goldenCase{text: line, synthetic: true, codes: []string{}}
		if rest, real := strings.CutPrefix(given, "real "); real {
			given, one.synthetic = rest, false
		}
		for _, row := range strings.Split(given, " / ") {
			one.rows = append(one.rows, rowOf(changesOf(t, row)))
		}
		for _, code := range strings.Fields(expected) {
			switch {
			case code == "ok":
			case strings.Contains(code, "@"):
				one.codes = append(one.codes, code)
			default:
				one.codes = append(one.codes, code+"@2")
			}
		}
		slices.Sort(one.codes)
		list = append(list, one)
	}
	return list
}

// changesOf reads COLUMN=value | COLUMN=value.
func changesOf(t *testing.T, text string) map[string]string {
	t.Helper()
	changes := map[string]string{}
	for _, change := range strings.Split(text, " | ") {
		name, value, found := strings.Cut(change, "=")
		if !found {
			require.Equal(t, "row", strings.TrimSpace(change))
			continue
		}
		value = marks.Replace(strings.TrimRight(value, " "))
		if letter, times, many := strings.Cut(value, "*"); many {
			n, err := strconv.Atoi(times)
			require.NoError(t, err)
			value = strings.Repeat(letter, n)
		}
		changes[strings.TrimSpace(name)] = value
	}
	return changes
}

func TestTheGoldenSet(t *testing.T) {
	list := goldenCases(t)
	require.GreaterOrEqual(t, len(list), 200)
	for _, one := range list {
		opts := options(goodName)
		opts.Synthetic = one.synthetic
		for _, end := range []string{"\n", "\r\n"} {
			report := check(t, opts, header()+end+strings.Join(one.rows, end)+end)
			assert.Equal(t, one.codes, codes(report), one.text)
		}
	}
}

type fileCase struct{ what, name, text, codes string }

// wholeFiles names one fault of a file as a whole each.
func wholeFiles() []fileCase {
	row := rowOf(nil)
	swapped := strings.Replace(header(), "SURNAME,FORENAME", "FORENAME,SURNAME", 1)
	return []fileCase{
		{"a good file", goodName, header() + "\n" + row + "\n", ""},
		{"no line end at the end", goodName, header() + "\n" + row, ""},
		{"a quoted header", goodName, `"` + strings.Join(Columns(), `","`) + `"` + "\n" + row, ""},
		{"a code with an underscore", "NIHRBIO_COPING_FILE1_v12_20260501.csv", header() + "\n" + row, ""},
		{"no such name", "file.csv", header() + "\n" + row, "FNM001@0"},
		{"File 2", "ALSPAC_FILE2_v1_20260501.csv", header() + "\n" + row, "FNM001@0"},
		{"no whole version", "ALSPAC_FILE1_v1.0_20260501.csv", header() + "\n" + row, "FNM001@0"},
		{"capitals in the ending", "ALSPAC_FILE1_v1_20260501.CSV", header() + "\n" + row, "FNM001@0"},
		{"no such study", "EXCED_FILE1_v1_20260501.csv", header() + "\n" + row, "FNM002@0"},
		{"a small code", "alspac_FILE1_v1_20260501.csv", header() + "\n" + row, "FNM002@0"},
		{"an earlier code", "NCDS_FILE1_v1_20260501.csv", header() + "\n" + row, "FNM003@0"},
		{"no such day", "ALSPAC_FILE1_v1_20260532.csv", header() + "\n" + row, "FNM004@0"},
		{"a day too long", "ALSPAC_FILE1_v1_202605015.csv", header() + "\n" + row, "FNM004@0"},
		{"a day to come", "ALSPAC_FILE1_v1_20270501.csv", header() + "\n" + row, "FNM005@0"},

		{"nothing", goodName, "", "ENC007@1"},
		{"UTF-16, little end first", goodName, "\xff\xfeS\x00T\x00", "ENC001@1"},
		{"UTF-16, big end first", goodName, "\xfe\xff\x00S\x00T", "ENC001@1"},
		{"UTF-16 without a mark", goodName, "S\x00T\x00U\x00\n", "ENC002@1"},
		{"a byte order mark", goodName, "\ufeff" + header() + "\n" + row, "ENC004@1"},
		{"a mark before a quote", goodName, "\ufeff\"STUDY_ID\"" + strings.TrimPrefix(header(), "STUDY_ID") + "\n" + row, "ENC004@1"},
		{"carriage returns alone", goodName, header() + "\r" + row + "\r", "ENC006@1"},

		{"no header", goodName, row + "\n" + strings.Replace(row, "9990000018", "9990000019", 1), "HDR001@1 NHS004@2 XRW001@2"},
		{"neither header nor File 1", goodName, "a,b,c\nd,e,f", "HDR001@1"},
		{"a column missing", goodName, strings.TrimSuffix(header(), ",HMRC_Linkage_Permission") + "\n" + row, "HDR002@1"},
		{"a column too many", goodName, header() + ",EMAIL\n" + row + ",", "HDR003@1"},
		{"another order", goodName, swapped + "\n" + row, "HDR004@1"},
		{"a column twice", goodName, header() + ",SURNAME\n" + row + ",", "HDR005@1"},
		{"a column of 2023", goodName, header() + ",ZoeSymptomTracker_Permission\n" + row + ",1", "HDR006@1"},
		{"small letters", goodName, strings.Replace(header(), "NHS_NUMBER", "nhs_number", 1) + "\n" + row, "HDR007@1"},
		{"spaces", goodName, strings.Replace(header(), ",NHS_NUMBER", ", NHS_NUMBER", 1) + "\n" + row, "HDR007@1"},

		{"a short row", goodName, header() + "\n" + strings.TrimSuffix(row, ",1") + "\n", "ROW001@2"},
		{"an empty line", goodName, header() + "\n\n" + row + "\n", "ROW002@2"},
		{"an open quote", goodName, header() + "\n" + row + "\nQ2,\"C", "ROW003@3"},
		{"an open quote in the header", goodName, "STUDY_ID,\"ROW", "ROW003@1"},
		{"a header alone", goodName, header() + "\n", "ROW006@1"},
		{"a header without a line end", goodName, header(), "ROW006@1"},
		{"an endless row", goodName, header() + "\n" + strings.Repeat("x", 3*blockSize) + "\n" + row, "ROW005@2"},
		{"an endless quote", goodName, header() + "\n" + row + "\n\"" + strings.Repeat("x\n", 2*blockSize), "ROW005@3"},
		{"an endless header", goodName, strings.Repeat("x", 3*blockSize), "ROW005@1"},
		{"lines are those of the file", goodName, header() + "\n" + strings.Replace(row, "1 High Street", "\"1\nHigh\nStreet\"", 1) + "\n" + row, "ENC005@2 XRW001@5"},
		{"1 January", goodName, birthdays(4000, 100, "01/01/1980"), "DAT009@0"},
	}
}

func TestFilesAsAWhole(t *testing.T) {
	for _, one := range wholeFiles() {
		report := check(t, options(one.name), one.text)
		want := strings.Fields(one.codes)
		assert.ElementsMatch(t, want, codes(report), one.what)
		stopped := slices.ContainsFunc(want, func(code string) bool {
			return slices.Contains([]string{"ENC001", "ENC002", "ENC006", "ENC007", "HDR002", "ROW003", "ROW005"}, code[:6])
		})
		assert.Equal(t, !stopped && one.what != "neither header nor File 1", report.Checked, one.what)
	}
}

func TestEveryRuleIsInTheGoldenSet(t *testing.T) {
	used := map[string]bool{}
	for _, one := range goldenCases(t) {
		for _, code := range one.codes {
			used[code[:6]] = true
		}
	}
	for _, one := range wholeFiles() {
		for _, code := range strings.Fields(one.codes) {
			used[code[:6]] = true
		}
	}
	for _, rule := range Rules() {
		assert.True(t, used[rule.Code], rule.Code)
	}
}

// A report is the same however the file is cut into blocks and reads.
func TestBlocksDoNotMatter(t *testing.T) {
	var file strings.Builder
	file.WriteString(header() + "\n")
	number := uint64(999_100_000)
	for i := range 18_000 { // several blocks
		digit, issued := identifier.NHSCheckDigit(number)
		number++
		if !issued {
			digit = 0
		}
		changes := map[string]string{"STUDY_ID": fmt.Sprint(i), "NHS_NUMBER": fmt.Sprint((number-1)*10 + digit)}
		if i%7 == 0 {
			changes["ADDRESS_1"] = "\"The \"\"Old\"\" House,\r\nHigh Street\""
		}
		if i%11 == 0 {
			changes["STUDY_ID"] = fmt.Sprint(i - i%5)
		}
		file.WriteString(rowOf(changes) + "\n")
	}
	require.Greater(t, file.Len(), 2*blockSize)
	whole := check(t, options(goodName), file.String())
	require.Equal(t, int64(18_000), whole.Rows)
	require.Greater(t, whole.Errors, int64(1000))
	for _, reader := range []func(string) Report{
		func(text string) Report {
			report, err := Check(context.Background(), iotest.HalfReader(strings.NewReader(text)), options(goodName))
			require.NoError(t, err)
			return report
		},
		func(text string) Report {
			report, err := Check(context.Background(), iotest.DataErrReader(strings.NewReader(text)), options(goodName))
			require.NoError(t, err)
			return report
		},
	} {
		assert.Equal(t, whole, reader(file.String()))
	}
}

func TestAnErrorOfReadingIsReturned(t *testing.T) {
	_, err := Check(context.Background(), iotest.TimeoutReader(strings.NewReader(strings.Repeat("x,", 100_000))), options(goodName))
	assert.ErrorIs(t, err, iotest.ErrTimeout)
	_, err = Check(context.Background(), iotest.ErrReader(errors.New("a bad disk")), options(goodName))
	assert.Error(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Check(ctx, strings.NewReader(header()+"\n"+rowOf(nil)), options(goodName))
	assert.ErrorIs(t, err, context.Canceled)
}

// Rows across which nothing conflicts may come in any order; whatever conflicts
// is found in any order.
func TestTheOrderOfRowsDoesNotHideAConflict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids, numbers := []string{"A", "B", "C"}, []string{"", "9990000018", "9990000026"}
		n := rapid.IntRange(1, 6).Draw(t, "rows")
		var rows []string
		type seen struct{ id, number string }
		var facts []seen
		current := map[string]int{}
		for range n {
			id, number := rapid.SampledFrom(ids).Draw(t, "id"), rapid.SampledFrom(numbers).Draw(t, "number")
			status := rapid.SampledFrom([]string{"C", "H"}).Draw(t, "status")
			current[id] += strings.Count(status, "C")
			facts = append(facts, seen{id, number})
			rows = append(rows, rowOf(map[string]string{"STUDY_ID": id, "NHS_NUMBER": number, "ROW_STATUS": status}))
		}
		shared, second := false, false
		for _, a := range facts {
			for _, b := range facts {
				shared = shared || a.number != "" && a.number == b.number && a.id != b.id
				second = second || a.number != "" && b.number != "" && a.id == b.id && a.number != b.number
			}
		}
		want := map[string]bool{"XRW003": shared, "XRW004": second}
		for _, n := range current {
			want["XRW001"] = want["XRW001"] || n > 1
			want["XRW002"] = want["XRW002"] || n == 0
		}
		report, err := Check(context.Background(), strings.NewReader(header()+"\n"+strings.Join(rapid.Permutation(rows).Draw(t, "order"), "\n")), options(goodName))
		require.NoError(t, err)
		for code, expected := range want {
			found := slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Code == code })
			assert.Equal(t, expected, found, code)
		}
	})
}

// birthday makes a file of participants, of whom some were born on one day and
// the rest on days spread over the year.
func birthdays(n, onDay int, day string) string {
	var file strings.Builder
	file.WriteString(header() + "\n")
	for i := range n {
		born := time.Date(1980, 1, 2+i%364, 0, 0, 0, 0, time.UTC).Format("02/01/2006")
		if i < onDay {
			born = day
		}
		file.WriteString(rowOf(map[string]string{"STUDY_ID": fmt.Sprint(i), "NHS_NUMBER": "", "DATE_OF_BIRTH": born}) + "\n")
	}
	return file.String()
}

func TestDaysThatSystemsFillInAreFound(t *testing.T) {
	for _, one := range []struct {
		what  string
		file  string
		found bool
	}{
		{"an even spread", birthdays(4000, 0, ""), false},
		{"a few more on 1 January", birthdays(4000, 15, "01/01/1980"), false},
		{"many on 1 January", birthdays(4000, 100, "01/01/1980"), true},
		{"many on 1 January of many years", birthdays(4000, 100, "01/01/1975"), true},
		{"many on the first of a month", birthdays(4000, 600, "01/07/1975"), true},
		{"many in the middle of a month", birthdays(4000, 600, "15/06/1975"), true},
		{"a study of one week of March", birthdays(4000, 4000, "05/03/1958"), false},
		{"too few to tell", birthdays(9, 9, "01/01/1980"), false},
	} {
		report := check(t, options(goodName), one.file)
		assert.Equal(t, one.found, slices.Contains(codes(report), "DAT009@0"), one.what)
		assert.True(t, report.Fits, one.what)
	}
}

func TestTheReportNeverHoldsACell(t *testing.T) {
	var file strings.Builder
	file.WriteString(header() + "\n")
	for i, one := range goldenCases(t) {
		for _, row := range one.rows {
			row = strings.NewReplacer("Example", "CANARYname", "High Street", "CANARYstreet", "Q1", fmt.Sprint("CANARYid", i), "Q2", "CANARYid2").Replace(row)
			file.WriteString(row + "\n")
		}
	}
	report := check(t, options(goodName), file.String())
	require.Greater(t, report.Errors, int64(300))
	var written bytes.Buffer
	require.NoError(t, report.WriteText(&written, true))
	require.NoError(t, WriteCSV(&written, []Report{report}))
	require.NoError(t, json.NewEncoder(&written).Encode(report))
	counts, err := report.Counts(Enrolment{Participants: -1}, today)
	require.NoError(t, err)
	require.NoError(t, json.NewEncoder(&written).Encode(counts))
	for _, cell := range []string{"CANARY", "999000", "SW1A 1A", "QQ99", "1979"} {
		text := written.String()
		for _, rule := range Rules() { // "as in SW1A 1AA"
			text = strings.ReplaceAll(text, rule.Fix, "")
		}
		assert.NotContains(t, text, cell)
	}
}

func TestCountsAreUKLLCsForm(t *testing.T) {
	text := header() + "\n" + rowOf(nil) + "\n" +
		rowOf(map[string]string{"STUDY_ID": "Q2", "NHS_NUMBER": "", "flags": "0"}) + "\n" +
		rowOf(map[string]string{"ROW_STATUS": "H", "flags": ""}) + "\n"
	report := check(t, options(goodName), text)
	excluded, err := ParseExclusions("0, 0,3,0,0,0,1")
	require.NoError(t, err)
	counts, err := report.Counts(Enrolment{Participants: 5, Excluded: excluded, Upload: "10/05/2026"}, today)
	require.NoError(t, err)
	written, err := json.Marshal(counts)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Date": "02/05/2026", "File Name": "ALSPAC_FILE1_v1_20260501.csv", "LPS": "ALSPAC", "Row Count": "3",
		"Upload Date": "10/05/2026", "Total Participants": "5", "Exclusions1": "0", "Exclusions2": "0", "Exclusions3": "3",
		"Exclusions4": "0", "Exclusions5": "0", "Exclusions6": "0", "Exclusions7": "1", "Total Included": "1",
		"valid file": "1", "checker_output": "", "saved with warning": "0"}`, string(written))
	assert.Equal(t, "File1_Doc_ALSPAC_FILE1_v1_20260501.json", CountsName(goodName))

	counts, err = report.Counts(Enrolment{Participants: 6, Excluded: excluded}, today)
	assert.ErrorIs(t, err, ErrDoesNotAddUp)
	assert.Equal(t, "1", counts.Warned)
	for _, wrong := range []string{"", "1", "1,2,3,4,5,6", "1,2,3,4,5,6,x", "1,2,3,4,5,6,-7", "1,2,3,4,5,6,7,8"} {
		_, err := ParseExclusions(wrong)
		assert.ErrorIs(t, err, ErrEnrolment, wrong)
	}
	bad, err := check(t, options(goodName), header()).Counts(Enrolment{Participants: -1}, today)
	require.NoError(t, err)
	assert.Equal(t, "0", bad.Valid)
	assert.Contains(t, bad.Output, "ROW006")
	assert.Empty(t, bad.Participants)
}

func TestCurrentRowsAreHandedOnInOrder(t *testing.T) {
	var file strings.Builder
	file.WriteString(header() + "\n")
	for i := range 9000 {
		changes := map[string]string{"STUDY_ID": fmt.Sprint("P", i), "NHS_NUMBER": fmt.Sprint(i)}
		if i%3 == 0 {
			changes["UKLLC_STATUS"] = "0"
		}
		if i%5 == 0 {
			changes["ROW_STATUS"] = "H"
		}
		file.WriteString(rowOf(changes) + "\n")
	}
	next := 0
	_, err := CheckRows(context.Background(), strings.NewReader(file.String()), options(goodName), func(p Participant) {
		for next%5 == 0 {
			next++
		}
		require.Equal(t, fmt.Sprint("P", next), string(p.StudyID))
		require.Equal(t, fmt.Sprint(next), string(p.Number))
		require.Equal(t, next%3 != 0, p.Included)
		next++
	})
	require.NoError(t, err)
	assert.Equal(t, 9000, next)
}

func TestEveryRuleHasACodeOfItsOwnAndAFix(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules() {
		assert.Regexp(t, `^[A-Z]{3}\d{3}$`, rule.Code)
		assert.False(t, seen[rule.Code], rule.Code)
		assert.Contains(t, []Severity{Error, Warning}, rule.Severity)
		assert.NotEmpty(t, rule.Says, rule.Code)
		assert.NotEmpty(t, rule.Fix, rule.Code)
		seen[rule.Code] = true
	}
	assert.Len(t, Columns(), 34)
	assert.Contains(t, Identifying(), "NHS_S_Study_Number")
	assert.NotContains(t, Identifying(), "UKLLC_STATUS")
}

// Whatever bytes come, the check ends, keeps its books and says the same twice.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(header()+"\n"+rowOf(nil)), true)
	f.Add([]byte(header()+"\r\n"+rowOf(map[string]string{"SURNAME": `"O""Brien"`})), false)
	f.Add([]byte("\ufeff"+header()), true)
	f.Add([]byte(`"`), true)
	f.Add([]byte("\xff\xfe"), true)
	f.Add([]byte(rowOf(nil)+"\n\"\"\"\n,\"\r"), true)
	f.Fuzz(func(t *testing.T, data []byte, headed bool) {
		if headed {
			data = append([]byte(header()+"\n"), data...)
		}
		first, err := Check(context.Background(), bytes.NewReader(data), options(goodName))
		if err != nil {
			t.Fatal(err)
		}
		second, err := Check(context.Background(), iotest.OneByteReader(bytes.NewReader(data)), options(goodName))
		if err != nil || !assert.ObjectsAreEqual(first, second) {
			t.Fatal("the same file, another report")
		}
		lines := uint32(bytes.Count(data, newline) + 1)
		for _, found := range first.Findings {
			if int64(len(found.Lines)) > found.Count || !slices.IsSorted(found.Lines) || len(found.Lines) > 0 && (found.Lines[0] < 1 || found.Lines[len(found.Lines)-1] > lines) {
				t.Fatalf("%s: lines %v of %d", found.Code, found.Lines, lines)
			}
		}
	})
}

// FuzzRows is the cutter and one worker alone, many times as fast as the whole:
// whatever bytes come, rows and lines add up.
func FuzzRows(f *testing.F) {
	f.Add([]byte(rowOf(nil) + "\n"))
	f.Add([]byte(rowOf(map[string]string{"SURNAME": `"O""Brien"`, "NHS_NUMBER": "9.99E+09"}) + "\r\n\"\""))
	f.Add([]byte("\"a\nb\",\"c\"d\"\n,,\r\n\x00\xff"))
	c := &checker{opts: options(goodName), report: newReport(goodName), people: newPeople(0)}
	c.checkName()
	for i := range c.layout.at {
		c.layout.at[i] = i
	}
	c.layout.cells = columnCount
	c.seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	w, b := newWorker(c), newBlock()
	f.Fuzz(func(t *testing.T, data []byte) {
		cut, read := &cutter{source: bytes.NewReader(data), line: 1}, 0
		for {
			err := cut.next(b)
			if err == io.EOF {
				break
			}
			if err != nil || len(b.data) == 0 || b.data[len(b.data)-1] != '\n' {
				t.Fatal("a block of no whole records")
			}
			read += len(b.data)
			w.check(b)
			for _, found := range b.findings {
				if found.line < b.line || found.line >= cut.line {
					t.Fatal("a finding outside its block")
				}
			}
		}
		if whole := cut.openLine == 0 && !cut.tooLong; whole && (read < len(data) || read > len(data)+1) {
			t.Fatalf("%d of %d bytes", read, len(data))
		}
	})
}

// FuzzCells goes deeper into one row than bytes at random do.
func FuzzCells(f *testing.F) {
	f.Add(uint8(nhsNumber), "9.99E+09", uint8(postcode), "QQ99 9ZZ")
	f.Add(uint8(dateOfBirth), "00/13/1990", uint8(surname), "TWIN ONE")
	f.Add(uint8(ukllcStatus), "\x00", uint8(studyID), `"a"b`)
	f.Fuzz(func(t *testing.T, one uint8, value string, other uint8, second string) {
		changes := map[string]string{columns[one%columnCount].name: value, columns[other%columnCount].name: second}
		text := header() + "\n" + rowOf(changes) + "\n" + rowOf(nil) + "\n"
		report, err := Check(context.Background(), strings.NewReader(text), options(goodName))
		if err != nil || report.Errors < 0 || report.Fits != (report.Errors == 0) {
			t.Fatal("the report does not add up")
		}
	})
}
