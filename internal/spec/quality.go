package spec

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Kinds of quality rules. Each is one question over the rows of a table; what the
// columns of a rule are to it depends on the kind.
const (
	UniqueRule      = "unique"       // no two rows have the same values in Columns and MayBeEmpty; rows that lack one of Columns are not judged
	ForeignKeyRule  = "foreign_key"  // a row of Parent has the value of the one column, in the same extract period
	AfterParentRule = "after_parent" // the second column's day is not before ParentDay of the row of Parent that the first column names
	DateOrderRule   = "date_order"   // the second column's day is not before the first's
	TogetherRule    = "together"     // both columns are filled, or neither
	ExcludingRule   = "excluding"    // no row has one of the first Codes in the first column and one of the second in the second
	FilledRule      = "filled"       // each column is filled
	CodeListRule    = "code_list"    // each value of a column is in its list of codes; without Columns, of every column with a list
	ScoreRule       = "score"        // the second column is a score that the tool in the first can give
	LinkedRule      = "linked"       // the row's person is in the mapping of the freeze
)

// How much a broken rule matters.
const (
	SeverityError   = "error"   // the row cannot be right
	SeverityWarning = "warning" // the row may be right, and somebody should look
)

// Quality says what is checked of a dataset's auxiliary tables once they are
// loaded. It is read from specs/datasets/NAME/quality.toml; a dataset without
// that file has no rules.
type Quality struct {
	Months  []TableMonth
	MonthID MonthID
	Scales  []Scale
	Rules   []QualityRule
}

// TableMonth says which column tells the month that a table's rows are of: the
// first of Columns that a version has. It is a date, or a month's id.
type TableMonth struct {
	Table   Identifier   `toml:"table"`
	Columns []Identifier `toml:"columns"`
}

// MonthID says how months are numbered in columns that hold whole numbers.
type MonthID struct {
	Number int  `toml:"number"` // of the month that First is in
	First  Date `toml:"first"`
}

// Scale says which scores an assessment tool gives: those of a range, and texts.
type Scale struct {
	Tool   string       `toml:"tool"`
	Name   string       `toml:"name"`
	Ranges []ScoreRange `toml:"ranges"`
	Texts  []string     `toml:"texts"`
	Source string       `toml:"source"`
}

// ScoreRange is a span of scores with at most so many decimals.
type ScoreRange struct {
	Lowest   float64 `toml:"lowest"`
	Highest  float64 `toml:"highest"`
	Decimals int     `toml:"decimals"`
}

// QualityRule is one rule of one table, or of every table that can be judged by
// it where Table is not given.
type QualityRule struct {
	Code       string       `toml:"code"`
	Severity   string       `toml:"severity"`
	Kind       string       `toml:"kind"`
	Table      Identifier   `toml:"table"`
	Columns    []Identifier `toml:"columns"`
	MayBeEmpty []Identifier `toml:"may_be_empty"` // UniqueRule: compared too, nothing being the same as nothing
	Parent     Identifier   `toml:"parent"`       // ForeignKeyRule and AfterParentRule
	ParentDay  Identifier   `toml:"parent_day"`   // AfterParentRule
	Codes      [][]string   `toml:"codes"`        // ExcludingRule: two lists
	Reason     string       `toml:"reason"`
	Source     string       `toml:"source"`
}

// On reports whether the rule is one of that table.
func (r QualityRule) On(table Identifier) bool { return r.Table.IsZero() || r.Table == table }

// MonthOf returns the column that tells a table's months in a version, and false
// when none does.
func (q Quality) MonthOf(table Table, version VersionNumber) (Column, bool) {
	for _, month := range q.Months {
		if month.Table != table.Name {
			continue
		}
		for _, name := range month.Columns {
			if column, found := table.Column(name.String()); found && column.In(version) {
				return column, true
			}
		}
	}
	return Column{}, false
}

// qualityFile is the file as it is written; every word of it is judged before it
// becomes a Quality.
type qualityFile struct {
	Months  []TableMonth  `toml:"months"`
	MonthID MonthID       `toml:"month_id"`
	Scales  []Scale       `toml:"scales"`
	Rules   []QualityRule `toml:"rules"`
}

// LoadQuality reads the quality rules of a dataset, and says everything that is
// wrong with them at once.
func LoadQuality(files fs.FS, dataset Dataset) (Quality, error) {
	name := "datasets/" + dataset.Name + "/quality.toml"
	if _, err := fs.Stat(files, name); errors.Is(err, fs.ErrNotExist) {
		return Quality{}, nil
	}
	var raw qualityFile
	faults := decodeFile(files, name, &raw)
	if faults.broken {
		return Quality{}, faults.err()
	}
	text, _ := fs.ReadFile(files, name) // it was read before
	check := qualityCheck{dataset: dataset, name: name, lines: linesOfParts(text), faults: faults}
	for i, month := range raw.Months {
		check.month(month, raw.MonthID, check.line("[[months]]", i))
	}
	check.scales(raw.Scales)
	for i, rule := range raw.Rules {
		check.rule(rule, check.line("[[rules]]", i))
		if slices.ContainsFunc(raw.Rules[:i], func(r QualityRule) bool { return r.Code == rule.Code }) {
			check.fault(check.line("[[rules]]", i), "two rules are called %s", rule.Code)
		}
	}
	if err := faults.err(); err != nil {
		return Quality{}, err
	}
	return Quality(raw), nil
}

// qualityCheck collects what is wrong with a file of quality rules.
type qualityCheck struct {
	dataset Dataset
	name    string
	lines   map[string][]int // by heading, such as [[rules]]
	faults  *faultList
}

func (c qualityCheck) fault(line int, format string, args ...any) {
	c.faults.add(c.name, line, format, args...)
}

// line returns where the part of a heading and an index begins, or 0.
func (c qualityCheck) line(heading string, index int) int {
	if lines := c.lines[heading]; index < len(lines) {
		return lines[index]
	}
	return 0
}

// linesOfParts finds every line that opens a part of a list, in one pass.
func linesOfParts(text []byte) map[string][]int {
	lines := map[string][]int{}
	for i, line := range strings.Split(string(text), "\n") {
		if heading := strings.TrimSpace(line); strings.HasPrefix(heading, "[[") {
			heading, _, _ = strings.Cut(heading, "]]")
			lines[heading+"]]"] = append(lines[heading+"]]"], i+1)
		}
	}
	return lines
}

func (c qualityCheck) month(month TableMonth, id MonthID, line int) {
	table, found := c.dataset.Table(month.Table.String())
	if !found {
		c.fault(line, "there is no table %q", month.Table)
		return
	}
	if len(month.Columns) == 0 {
		c.fault(line, "columns is empty; name those that tell the month, the best first")
	}
	for _, column := range c.columns(table, month.Columns, line) {
		if column.Type.IsText() {
			c.fault(line, "column %s is text; a month is told by a date or a whole number", column.Name)
		}
		if !column.Type.IsDate() && id.First.IsZero() {
			c.fault(line, "column %s holds numbers of months, and [month_id] does not say how they are counted", column.Name)
		}
	}
}

func (c qualityCheck) scales(scales []Scale) {
	seen := map[string]bool{}
	for i, scale := range scales {
		line := c.line("[[scales]]", i)
		if scale.Tool == "" || scale.Name == "" || scale.Source == "" || len(scale.Ranges)+len(scale.Texts) == 0 {
			c.fault(line, "a scale needs tool, name, source, and ranges or texts")
		}
		if seen[scale.Tool] {
			c.fault(line, "the tool %s has two scales; give one several ranges", scale.Tool)
		}
		seen[scale.Tool] = true
		for _, span := range scale.Ranges {
			if span.Lowest > span.Highest || span.Decimals < 0 || span.Decimals > 4 {
				c.fault(line, "%g to %g with %d decimals is no range of scores", span.Lowest, span.Highest, span.Decimals)
			}
		}
	}
}

var qualityCode = regexp.MustCompile(`^[A-Z]{2,6}[0-9]{3}$`)

// columnsOf says how many columns a rule of a kind names, at least and at most.
var columnsOf = map[string][2]int{
	UniqueRule: {1, 20}, ForeignKeyRule: {1, 1}, AfterParentRule: {2, 2}, DateOrderRule: {2, 2}, TogetherRule: {2, 2}, ExcludingRule: {2, 2},
	FilledRule: {1, 50}, CodeListRule: {0, 50}, ScoreRule: {2, 2}, LinkedRule: {0, 0},
}

func (c qualityCheck) rule(rule QualityRule, line int) {
	fault := func(format string, args ...any) { c.fault(line, rule.Code+": "+format, args...) }
	if !qualityCode.MatchString(rule.Code) {
		fault("the code %q is not one: letters and three digits, as DQ101", rule.Code)
	}
	if !slices.Contains([]string{SeverityError, SeverityWarning}, rule.Severity) {
		fault("severity is %q; it is %q or %q", rule.Severity, SeverityError, SeverityWarning)
	}
	if len(strings.TrimSpace(rule.Reason)) < 10 || len(strings.TrimSpace(rule.Source)) < 10 {
		fault("gives no reason or no source; a rule is not invented")
	}
	number, known := columnsOf[rule.Kind]
	if !known {
		fault("there is no kind %q%s", rule.Kind, suggest(rule.Kind, ruleKinds()))
		return
	}
	if len(rule.Columns) < number[0] || len(rule.Columns) > number[1] {
		fault("names %d columns; a rule of kind %s has %d to %d", len(rule.Columns), rule.Kind, number[0], number[1])
		return
	}
	c.extras(rule, fault)
	if rule.Table.IsZero() {
		c.everyTable(rule, line, fault)
		return
	}
	table, found := c.dataset.Table(rule.Table.String())
	if !found {
		fault("there is no table %q", rule.Table)
		return
	}
	columns := c.columns(table, append(slices.Clone(rule.Columns), rule.MayBeEmpty...), line)
	if rule.Kind == DateOrderRule {
		for _, column := range columns {
			if !column.Type.IsDate() {
				fault("column %s is no date", column.Name)
			}
		}
	}
	if rule.hasParent() {
		c.parent(rule, line, fault)
	}
}

// extras refuses what a rule of another kind would say.
func (c qualityCheck) extras(rule QualityRule, fault func(format string, args ...any)) {
	if len(rule.MayBeEmpty) > 0 && rule.Kind != UniqueRule {
		fault("may_be_empty is for rules of kind %s", UniqueRule)
	}
	if rule.Parent.IsZero() == rule.hasParent() {
		fault("rules of kind %s and %s have a parent, and no others", ForeignKeyRule, AfterParentRule)
	}
	if rule.ParentDay.IsZero() == (rule.Kind == AfterParentRule) {
		fault("rules of kind %s have a parent_day, and no others", AfterParentRule)
	}
	pairs := len(rule.Codes) == 2 && len(rule.Codes[0]) > 0 && len(rule.Codes[1]) > 0
	if rule.Kind == ExcludingRule && !pairs || rule.Kind != ExcludingRule && len(rule.Codes) > 0 {
		fault("a rule of kind %s has two lists of codes, and no other has any", ExcludingRule)
	}
}

// everyTable checks a rule without a table: its columns must be those of some.
func (c qualityCheck) everyTable(rule QualityRule, line int, fault func(format string, args ...any)) {
	if !slices.Contains([]string{FilledRule, CodeListRule, LinkedRule}, rule.Kind) {
		fault("names no table; only rules of kind %s, %s and %s may be of all tables", FilledRule, CodeListRule, LinkedRule)
		return
	}
	for _, name := range rule.Columns {
		has := func(table Table) bool { _, found := table.Column(name.String()); return found }
		if !slices.ContainsFunc(c.dataset.Tables, has) {
			fault("no table has a column %q", name)
		}
	}
}

func (c qualityCheck) parent(rule QualityRule, line int, fault func(format string, args ...any)) {
	parent, found := c.dataset.Table(rule.Parent.String())
	if !found {
		fault("there is no table %q to be its parent", rule.Parent)
		return
	}
	wanted := rule.Columns[:1]
	if rule.Kind == AfterParentRule {
		wanted = []Identifier{rule.Columns[0], rule.ParentDay}
	}
	c.columns(parent, wanted, line)
}

func (r QualityRule) hasParent() bool { return r.Kind == ForeignKeyRule || r.Kind == AfterParentRule }

// columns returns the columns of these names and tells of those that are not there.
func (c qualityCheck) columns(table Table, wanted []Identifier, line int) []Column {
	var columns []Column
	for _, name := range wanted {
		column, found := table.Column(name.String())
		if !found {
			c.fault(line, "%s has no column %q%s", table.Name, name, suggest(name.String(), names(table.Columns)))
			continue
		}
		columns = append(columns, column)
	}
	return columns
}

func ruleKinds() []string {
	var kinds []string
	for kind := range columnsOf {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}
