package matching

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// ErrRowsDisagree is returned when the database did not see every record that is
// in a file. Nothing is linked then.
var ErrRowsDisagree = errors.New("the database read another number of rows")

// People are one or two files of people, read and written alike in a database,
// ready to be linked by a model: what [Stage] returns.
type People struct {
	w         *warehouse.Warehouse
	model     Model    // with those fields alone that the files have
	slots     []int    // the place of each comparison, from 1
	missing   []string // fields of the model that the files do not have
	sources   []intake.Source
	sides     [2]string // tables of the staged records
	records   [2]int64
	within    bool    // one file
	blocks    []Block // once they are counted
	clustered bool    // the records of a block lie together
	numbers   *numbers
}

// Missing returns the fields of the model that not every file has: they are not
// compared.
func (p *People) Missing() []string { return p.missing }

// Model returns the model as far as the files go: without the fields that they do
// not have, and what needs them.
func (p *People) Model() Model { return p.model }

const (
	noColumn   = "_no_column_"
	leftTable  = "left_records"
	rightTable = "right_records"
)

// Stage reads one or two files of people for a model. What does not fit comes
// back as a *diagnostic.Input: places and rules, never values.
func Stage(ctx context.Context, w *warehouse.Warehouse, model Model, superseded Superseded, paths ...string) (*People, error) {
	p := &People{w: w, model: model, within: len(paths) == 1, sides: [2]string{leftTable, leftTable}}
	if !p.within {
		p.sides[1] = rightTable
	}
	var findings []diagnostic.Finding
	for _, path := range paths {
		source, found, err := inspectPeople(ctx, path, model)
		if err != nil {
			return nil, err
		}
		p.sources = append(p.sources, source)
		findings = append(findings, found...)
	}
	if len(findings) > 0 {
		return nil, refused(findings)
	}
	if err := p.restrict(); err != nil {
		return nil, err
	}
	if err := p.prepare(ctx, superseded); err != nil {
		return nil, err
	}
	for i, source := range p.sources {
		if err := p.read(ctx, i, source); err != nil {
			return nil, err
		}
	}
	if err := p.tellSynthetic(ctx); err != nil {
		return nil, err
	}
	for i, source := range p.sources {
		if err := p.stage(ctx, i, source); err != nil {
			return nil, err
		}
	}
	if p.within {
		p.records[1] = p.records[0]
	}
	return p, p.define(ctx)
}

func refused(findings []diagnostic.Finding) error {
	return &diagnostic.Input{Findings: findings, Hint: "nothing was linked and nothing was written"}
}

func inspectPeople(ctx context.Context, path string, model Model) (intake.Source, []diagnostic.Finding, error) {
	source, findings, err := intake.InspectFile(ctx, path)
	if err != nil || len(findings) > 0 {
		return source, findings, err
	}
	id := idColumn(source, model)
	if id == "" {
		id = model.ID[0]
	}
	findings = intake.CheckColumns(source, []string{id})
	for _, field := range model.Fields {
		if column := columnOf(source, field); column != "" && column != id && len(findings) == 0 {
			findings = append(findings, intake.CheckColumns(source, []string{column})...)
		}
	}
	if len(findings) == 0 && source.Records == 0 {
		findings = []diagnostic.Finding{{File: source.Name(), Code: "CSV008", Message: "has a header and no rows: there is nobody to link"}}
	}
	return source, findings, nil
}

// idColumn returns the first of the model's columns of ids that a file has.
func idColumn(source intake.Source, model Model) string { return firstOf(source, model.ID) }

// columnOf returns the first column of a field that a file has.
func columnOf(source intake.Source, field Field) string { return firstOf(source, field.Columns) }

// firstOf returns a file's name of the first column that it has, however that is
// written: "Given Name" is given_name where no column is called just that.
func firstOf(source intake.Source, columns []string) string {
	for _, column := range columns {
		if slices.Contains(source.Header, column) {
			return column
		}
	}
	for _, column := range columns {
		for _, header := range source.Header {
			if plainName(header) == plainName(column) {
				return header
			}
		}
	}
	return ""
}

// plainName returns a column's name in lower case, with one underscore for what parts
// its words.
func plainName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "_")
}

// restrict takes out of the model what the files cannot tell.
func (p *People) restrict() error {
	has := func(field string) bool { return !slices.Contains(p.missing, field) }
	for _, field := range p.model.Fields {
		for _, source := range p.sources {
			if columnOf(source, field) == "" && has(field.Name) {
				p.missing = append(p.missing, field.Name)
			}
		}
	}
	var names []string
	for _, field := range p.model.Fields {
		names = append(names, field.Columns[0])
	}
	known := strings.Join(names, ", ")
	all := func(names []string) bool { return !slices.ContainsFunc(names, func(n string) bool { return !has(n) }) }
	m := &p.model
	m.Fields = slices.DeleteFunc(slices.Clone(m.Fields), func(f Field) bool { return !has(f.Name) })
	m.Comparisons = slices.DeleteFunc(slices.Clone(m.Comparisons), func(c Comparison) bool { return !has(c.Field) })
	for i := range m.Comparisons {
		if partner := m.Comparisons[i].SwappedWith; partner != "" && !has(partner) {
			m.Comparisons[i] = m.Comparisons[i].withoutSwap()
		}
	}
	m.Rules = slices.DeleteFunc(slices.Clone(m.Rules), func(r Rule) bool {
		return slices.ContainsFunc(r, func(part Part) bool { return !has(part.Field) })
	})
	m.Passes = slices.Clone(m.Passes)
	for i := range m.Passes {
		m.Passes[i].Partly = slices.DeleteFunc(slices.Clone(m.Passes[i].Partly), func(f string) bool { return !has(f) })
	}
	m.Passes = slices.DeleteFunc(m.Passes, func(pass Pass) bool { return !all(pass.Agree) || len(pass.Partly) < pass.AtLeast })
	if len(m.Comparisons) == 0 || len(m.Rules) == 0 {
		return refused([]diagnostic.Finding{{
			File: p.sources[0].Name(), Line: 1, Code: "LNK003",
			Message: fmt.Sprintf("the columns that model %s compares and blocks by are not here; it looks for %s", m.Name, known),
		}})
	}
	p.slots = m.slots()
	return nil
}

// withoutSwap returns the comparison where there is nothing to change places with.
func (c Comparison) withoutSwap() Comparison {
	c.SwappedWith = ""
	if len(c.M) > 0 {
		c.M = slices.Delete(slices.Clone(c.M), 1, 2)
		c.U = slices.Delete(slices.Clone(c.U), 1, 2)
	}
	return c
}

// slots gives each comparison its place among the staged fields: the two that may
// change places come first, where the statements look for them.
func (m Model) slots() []int {
	slots := make([]int, len(m.Comparisons))
	next := 1
	for i, comparison := range m.Comparisons {
		if comparison.SwappedWith != "" {
			slots[i] = next
			next++
		}
	}
	for i := range slots {
		if slots[i] == 0 {
			slots[i] = next
			next++
		}
	}
	return slots
}

// slotOf returns the place of a field: of those that are compared, and behind
// them of those that pairs are only looked for by.
func (p *People) slotOf(field string) int {
	if at := p.model.comparison(field); at >= 0 {
		return p.slots[at]
	}
	next := len(p.slots)
	for _, other := range p.model.Fields {
		if p.model.comparison(other.Name) >= 0 {
			continue
		}
		next++
		if other.Name == field {
			return next
		}
	}
	return 0
}

// prepare lends the database what cleaning needs.
func (p *People) prepare(ctx context.Context, superseded Superseded) error {
	p.numbers = &numbers{superseded: superseded, people: identifier.Real}
	for name, function := range map[string]warehouse.TextFunction{
		"canonical_nhs_number": p.numbers.canonical,
		"current_nhs_number":   p.numbers.current,
	} {
		if err := p.w.Register(mustName(name), function); err != nil {
			return err
		}
	}
	for _, macro := range []string{"20_macro_digits", "21_macro_calendar_date", "21_macro_real_postcode", "22_macro_cleaned", "23_macro_part", "24_macro_block_key", "80_macro_edits"} {
		if _, err := p.w.Run(ctx, statements[macro], nil); err != nil {
			return err
		}
	}
	return nil
}

// mustName returns a name of this package's own as an identifier.
func mustName(name string) warehouse.Identifier {
	identifier, err := spec.ParseIdentifier(name)
	if err != nil {
		panic(err) // the name is a constant
	}
	return identifier
}

func rawTable(side int) string { return [2]string{"left_file", "right_file"}[side] }

// read reads a file of people and checks its ids.
func (p *People) read(ctx context.Context, side int, source intake.Source) error {
	if err := readRows(ctx, p.w, source, rawTable(side)); err != nil {
		return err
	}
	p.records[side] = source.Records
	return p.checkIDs(ctx, side, source)
}

// readRows reads a file whole as a table of text, or says which of its rows are no
// rows.
func readRows(ctx context.Context, w *warehouse.Warehouse, source intake.Source, table string) error {
	if err := intake.ForgetRejects(ctx, w); err != nil {
		return err
	}
	if _, err := w.Run(ctx, statements["10_read_file"].Naming("table", mustName(table)), source.Args(nil)); err != nil {
		return fmt.Errorf("%s: %w", source.Name(), err)
	}
	var rows int64
	if _, err := w.One(ctx, statements["11_count_rows"], warehouse.Args{"table": table}, &rows); err != nil {
		return err
	}
	rejects, err := intake.ReadRejects(ctx, w, source, nil)
	if err != nil {
		return err
	}
	var findings []diagnostic.Finding
	for _, reject := range rejects {
		findings = append(findings, reject.Finding())
	}
	if len(findings) > 0 {
		return refused(findings)
	}
	if rows != source.Records {
		return fmt.Errorf("%s: %w: %d in the file, %d read", source.Name(), ErrRowsDisagree, source.Records, rows)
	}
	return nil
}

func (p *People) checkIDs(ctx context.Context, side int, source intake.Source) error {
	id := idColumn(source, p.model)
	var findings []diagnostic.Finding
	var rows []int64
	args := warehouse.Args{"table": rawTable(side), "id": id}
	err := p.w.Each(ctx, statements["12_check_ids"], args, func(scan func(...any) error) error {
		finding := diagnostic.Finding{File: source.Name(), Column: id}
		err := scan(&finding.Line, &finding.Code, &finding.Message)
		findings, rows = append(findings, finding), append(rows, finding.Line)
		return err
	})
	if err != nil || len(findings) == 0 {
		return err
	}
	lines, err := source.Lines(ctx, rows)
	if err != nil {
		return err
	}
	for i := range findings {
		findings[i].Line = lines[rows[i]]
	}
	return refused(findings)
}

// numberField returns the field that is an NHS number.
func (p *People) numberField() (Field, bool) {
	at := slices.IndexFunc(p.model.Fields, func(f Field) bool { return f.Kind == NHSNumber })
	if at < 0 {
		return Field{}, false
	}
	return p.model.Fields[at], true
}

// tellSynthetic takes numbers of the test range for numbers where there are no
// others: the people are synthetic then. Among real people they are junk.
func (p *People) tellSynthetic(ctx context.Context) error {
	field, known := p.numberField()
	if !known {
		return nil
	}
	for side, source := range p.sources {
		var real int64
		args := warehouse.Args{"table": rawTable(side), "number": columnOf(source, field)}
		if _, err := p.w.One(ctx, statements["13_count_numbers"], args, &real); err != nil || real > 0 {
			return err
		}
	}
	p.numbers.people = identifier.Synthetic
	return nil
}

// stage writes a file's records alike: the model's fields in their places, and the
// blocks of each record.
func (p *People) stage(ctx context.Context, side int, source intake.Source) error {
	columns, fieldKinds := slices.Repeat([]string{noColumn}, mostFields), make([]string, mostFields)
	unknown := slices.Repeat([][]string{{""}}, mostFields) // an empty list has no type
	number := noColumn
	for _, field := range p.model.Fields {
		at, column := p.slotOf(field.Name)-1, columnOf(source, field)
		columns[at], fieldKinds[at] = column, string(field.Kind)
		unknown[at] = slices.Concat(unknown[at], field.Unknown)
		if field.Kind == NHSNumber {
			number = column
		}
	}
	args := warehouse.Args{
		"source": rawTable(side), "id": idColumn(source, p.model), "number": number,
		"columns": columns, "kinds": fieldKinds, "unknown": unknown,
	}
	const cleaned = "cleaned_records"
	if _, err := p.w.Run(ctx, statements["30_stage_records"].Naming("table", mustName(cleaned)), args); err != nil {
		return err
	}
	if _, err := p.w.Run(ctx, statements["34_forget"].Naming("table", mustName(rawTable(side))), nil); err != nil {
		return err
	}
	staged := statements["31_stage_blocks"].Naming("table", mustName(p.sides[side]))
	if _, err := p.w.Run(ctx, staged, p.blockArgs(cleaned)); err != nil {
		return err
	}
	_, err := p.w.Run(ctx, statements["34_forget"].Naming("table", mustName(cleaned)), nil)
	return err
}

// blockArgs says which parts of which fields make the blocks. The parts of a rule
// that the model does not have are of no column, so that its blocks are NULL.
func (p *People) blockArgs(source string) warehouse.Args {
	parts, lengths := slices.Repeat([]string{noColumn}, mostRules*mostParts), slices.Repeat([]int32{whole}, mostRules*mostParts)
	for j, rule := range p.model.Rules {
		for q := range mostParts {
			at := j*mostParts + q
			if q >= len(rule) {
				lengths[at] = 0
				continue
			}
			parts[at] = fieldColumn(p.slotOf(rule[q].Field))
			if rule[q].Length != 0 {
				lengths[at] = int32(rule[q].Length)
			}
		}
	}
	return warehouse.Args{"source": source, "parts": parts, "lengths": lengths}
}

func numbered(name string, k int) string { return fmt.Sprintf("%s_%d", name, k) }

// fieldColumn returns the column of the staged records that a place is.
func fieldColumn(slot int) string { return fmt.Sprintf("f%d", slot) }
