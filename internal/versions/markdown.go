package versions

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tre-toolkit/internal/versions/fingerprint"
)

func columnFacts(columns []fingerprint.Column) []columnFact {
	var facts []columnFact
	for _, column := range columns {
		facts = append(facts, columnFact(column))
	}
	return facts
}

// day returns a number of days since 1970 as a date.
func day(days float64) string {
	return time.Unix(int64(math.Floor(days))*24*60*60, 0).UTC().Format(time.DateOnly)
}

// pageText is a text in Markdown that grows.
type pageText struct{ strings.Builder }

func (p *pageText) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// safe is a text of the data that cannot be taken for Markdown or HTML, nor end
// its line.
func safe(text string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	return markdownEscapes.Replace(plain)
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`,
	"<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`, "&", `\&`, "!", `\!`,
)

// Markdown writes the whole log, newest version first.
func (l Log) Markdown() string {
	var p pageText
	p.line("# Data change log of %s", l.Dataset)
	if len(l.Entries)+len(l.Begun) == 0 {
		p.line("\nNo version is loaded.")
		return p.String()
	}
	for _, entry := range l.Entries {
		p.line("")
		p.WriteString(entry.Markdown)
	}
	for _, begun := range l.Begun {
		version := begun.Version
		p.line("\n## Version %s of %s, %s\n", version.Name.Number, version.Date.Long(), l.first())
		p.line("| table | rows | columns | participants |\n|---|---:|---:|---:|")
		for _, created := range begun.Tables {
			p.line("| %s | %d | %d | %s |", created.Table, created.Rows, created.Columns, safe(created.Participants.String()))
		}
	}
	p.line("\n%s", notes(l.Rules, l.Freeze))
	return p.String()
}

// first says what a version without one before it is the first of.
func (l Log) first() string {
	if len(l.Begun) == 1 {
		return "the first that is loaded"
	}
	return "the first of its lineage that is loaded"
}

// Markdown writes what changed for a reader.
func (d Diff) Markdown() string {
	var p pageText
	d.write(&p, "#")
	p.line("\n%s", notes(d.Rules, d.Freeze))
	return p.String()
}

func notes(rules string, freeze int) string {
	counted := "No number of people is told, as no freeze says whose participants they are. "
	if freeze > 0 {
		counted = fmt.Sprintf("Participants are those linked in freeze %d, in each table over the studies whose participants the rules let be shown "+
			"in both versions: a sum of shown numbers, in which one person in two studies is two participants. ", freeze)
	}
	return "Rows are rows of the deliveries. " + counted + "Numbers of people passed the rules `" + rules + "`; a number is also hidden when it differs from " +
		"that of the other version, or from the rest of its table, by fewer people than the rules let be shown. " +
		"Percentages are of the participants in the table. A pathway is a key in one extract period, of these participants; it has changed when its rows differ " +
		"in the columns that come from the source and that both versions have."
}

func (d Diff) write(p *pageText, heading string) {
	list := []Version{d.Before, d.After}
	p.line("%s What changed in the data of %s from version %s to %s\n", heading, d.After.Name.Dataset, Label(list, d.Before), Label(list, d.After))
	p.line("| | %s | %s |\n|---|---|---|", Label(list, d.Before), Label(list, d.After))
	p.line("| date | %s | %s |", d.Before.Date.Long(), d.After.Date.Long())
	p.line("| DOI | %s | %s |", d.Before.DOI(), d.After.DOI())
	p.line("| latest extract | %s | %s |\n", d.Before.LatestExtract(), d.After.LatestExtract())
	p.list("Tables added", d.TablesAdded)
	p.list("Tables dropped", d.TablesDropped)
	var same []string
	for _, table := range d.Tables {
		if table.Same {
			same = append(same, table.Name)
		}
	}
	p.list("Tables without any change", same)
	for _, table := range d.Tables {
		if !table.Same {
			table.write(p, heading+"#")
		}
	}
}

func (p *pageText) list(title string, items []string) {
	if len(items) > 0 {
		p.line("- %s (%d): %s", title, len(items), strings.Join(items, ", "))
	}
}

func (t TableDiff) write(p *pageText, heading string) {
	title := t.Name
	if t.Was != "" {
		title += ", before " + t.Was
	}
	p.line("\n%s %s\n", heading, title)
	p.line("- Rows: %d, now %d (%+d)", t.RowsBefore, t.RowsAfter, t.RowsAfter-t.RowsBefore)
	p.line("- Participants: %s", t.Participants)
	if t.pathwaysMoved() {
		p.line("- Pathways, by `%s` and extract period: added %s, removed %s, changed %s",
			t.Key, safe(t.Pathways.Added.String()), safe(t.Pathways.Removed.String()), safe(t.Pathways.Changed.String()))
	}
	p.list("Extract periods added", periods(t.PeriodsNew))
	p.list("Extract periods gone", periods(t.PeriodsGone))
	p.list("Columns added", described(t.ColumnsAdded))
	p.list("Columns dropped", described(t.ColumnsDropped))
	for _, rename := range t.ColumnsRenamed {
		p.line("- Column renamed: `%s` is now `%s` (found by %s)", rename.Before, rename.After, rename.Found)
	}
	for _, one := range t.Retyped {
		p.line("- Column retyped: `%s` from %s to %s", one.Column, one.Before, one.After)
	}
	if t.Withheld > 0 {
		p.line("- Changes that the rules withhold: %d", t.Withheld)
	}
	t.writeStudies(p)
	t.writeColumns(p)
}

// String returns both numbers of a pair.
func (p Pair) String() string {
	return safe(p.Before.String()) + ", now " + safe(p.After.String())
}

func periods(list []Period) []string {
	texts := make([]string, len(list))
	for i, period := range list {
		texts[i] = period.Start + " to " + period.End
	}
	return texts
}

func described(columns []fingerprint.Column) []string {
	texts := make([]string, len(columns))
	for i, column := range columns {
		texts[i] = "`" + column.Name + "` " + column.Type
	}
	return texts
}

func (t TableDiff) writeStudies(p *pageText) {
	moved := t.movedStudies()
	if len(moved) == 0 {
		return
	}
	p.line("\n| study | participants before | now |\n|---|---:|---:|")
	for _, study := range moved {
		p.line("| %s | %s | %s |", study.Study, safe(study.Before.String()), safe(study.After.String()))
	}
}

func (t TableDiff) writeColumns(p *pageText) {
	if !slices.ContainsFunc(t.Columns, ColumnDiff.hasValues) {
		t.writeSpreads(p)
		return
	}
	p.line("\n| column | what | participants before | now | %% before | now |\n|---|---|---:|---:|---:|---:|")
	for _, column := range t.Columns {
		for _, group := range []struct {
			what   string
			values []ValueDiff
		}{{"new value", column.New}, {"value gone", column.Gone}, {"share of", column.Moved}} {
			for _, value := range group.values {
				p.value(column.Name, group.what+" "+safe(value.Value), value)
			}
		}
		if column.Empty != nil {
			p.value(column.Name, "an empty cell", *column.Empty)
		}
	}
	t.writeSpreads(p)
}

func (c ColumnDiff) hasValues() bool {
	return len(c.New)+len(c.Gone)+len(c.Moved) > 0 || c.Empty != nil
}

func (t TableDiff) writeSpreads(p *pageText) {
	for _, column := range t.Columns {
		if column.Spread != nil {
			p.line("\n`%s`: %s", column.Name, column.Spread)
		}
	}
}

func (p *pageText) value(column, what string, value ValueDiff) {
	cells := make([]string, 0, 4)
	for _, pair := range []Pair{value.People, value.Percents} {
		cells = append(cells, safe(pair.Before.String()), safe(pair.After.String()))
	}
	p.line("| `%s` | %s | %s |", column, what, strings.Join(cells, " | "))
}

// String returns the mean and the quartiles of both versions.
func (s SpreadDiff) String() string {
	number := func(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
	if s.Dates {
		number = day
	}
	pair := func(name string, before, after float64) string {
		return name + " " + number(before) + ", now " + number(after)
	}
	return strings.Join([]string{
		pair("mean", s.Before.Mean, s.After.Mean), pair("lower quartile", s.Before.Lower, s.After.Lower),
		pair("median", s.Before.Median, s.After.Median), pair("upper quartile", s.Before.Upper, s.After.Upper),
	}, "; ")
}
