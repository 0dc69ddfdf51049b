package auxtables

import (
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
)

// file is one file of a delivery and what it was recognised as: a ready-made
// auxiliary table, a source table of a generation, or neither.
type file struct {
	intake.Source
	findings   []diagnostic.Finding // what is wrong with it
	aux        *spec.Table
	generation *spec.Generation
	table      *spec.SourceTable
	alike      []fit    // source tables of several generations that fit alike, until settled
	lacking    []string // columns of the source table that the file does not have
	sameAs     string   // another file of the same text
}

// Recognised is one file of a delivery as a listing has it.
type Recognised struct {
	File       string         `json:"file"`
	Bytes      int64          `json:"bytes"`
	Rows       int64          `json:"rows"`
	Format     intake.Format  `json:"format"`
	Packing    intake.Packing `json:"packing"`
	Delimiter  string         `json:"delimiter,omitempty"`
	Generation string         `json:"generation,omitempty"` // of a source table
	Table      string         `json:"table,omitempty"`      // empty when it was not recognised
	Lacking    []string       `json:"lacking,omitempty"`    // columns that the file does not have
	Why        []string       `json:"why,omitempty"`        // why it is not read
}

func (f file) listed() Recognised {
	one := Recognised{File: f.Name(), Bytes: f.Bytes, Rows: max(f.Records, 0), Format: f.Format, Packing: f.Packing, Delimiter: f.Delimiter, Lacking: f.lacking}
	switch {
	case f.table != nil:
		one.Generation, one.Table = f.generation.Name, f.table.Name
	case f.aux != nil:
		one.Table = f.aux.Name.String()
	}
	if f.sameAs != "" {
		one.Why = append(one.Why, "the same as "+f.sameAs)
	}
	for _, finding := range f.findings {
		one.Why = append(one.Why, finding.String())
	}
	return one
}

// recogniser knows the tables that a dataset's files may hold.
type recogniser struct {
	dataset     spec.Dataset
	version     spec.VersionNumber
	generations []spec.Generation
	columns     map[*spec.SourceTable][]string // of each source table, in lower case
}

func newRecogniser(request Request) recogniser {
	r := recogniser{request.Dataset, request.Version.Number, request.Generations, map[*spec.SourceTable][]string{}}
	for i := range r.generations {
		for j := range r.generations[i].Tables {
			table := &r.generations[i].Tables[j]
			for _, column := range table.Columns {
				r.columns[table] = append(r.columns[table], strings.ToLower(column.Name))
			}
		}
	}
	return r
}

// recognise says what a file is by its header. Its name helps only where headers
// are alike, and never decides against one.
func (r recogniser) recognise(f *file) {
	if len(f.Header) == 0 {
		r.byNameAlone(f)
		return
	}
	aux := r.auxiliaryLike(f.Header)
	if len(aux) > 1 {
		aux = keep(aux, func(t *spec.Table) bool { return t.Name.String() == tableName(r.dataset, f.Name()) })
	}
	if len(aux) == 1 {
		f.aux = aux[0]
		return
	}
	if f.alike = r.sourcesLike(f.Header, f.Name()); len(f.alike) == 0 {
		r.explain(f)
	}
}

// byNameAlone is for a file without a header to go by. What is wrong with it is
// known; that it is no table at all is told of a file that nothing else names.
func (r recogniser) byNameAlone(f *file) {
	if table, known := r.dataset.Table(tableName(r.dataset, f.Name())); known {
		f.aux = &table
		return
	}
	for _, generation := range r.generations {
		if slices.ContainsFunc(generation.Tables, func(t spec.SourceTable) bool { return names(f.Name(), t) }) {
			return
		}
	}
	f.findings = append(f.findings, r.unknown(f.Name()))
}

func (r recogniser) unknown(name string) diagnostic.Finding {
	return diagnostic.Finding{File: name, Code: "DEL003", Message: "is not named after a table of " + r.dataset.Name}
}

// auxiliaryLike returns the auxiliary tables whose columns are exactly those of a
// header.
func (r recogniser) auxiliaryLike(header []string) []*spec.Table {
	var like []*spec.Table
	for i := range r.dataset.Tables {
		table := &r.dataset.Tables[i]
		columns := table.ColumnsIn(r.version)
		if len(columns) == len(header) && !slices.ContainsFunc(columns, func(c spec.Column) bool { return !slices.Contains(header, c.Name.String()) }) {
			like = append(like, table)
		}
	}
	return like
}

// fit is how well a source table takes a header.
type fit struct {
	generation *spec.Generation
	table      *spec.SourceTable
	known      int
	unknown    []string // columns that the table does not have
	lacking    []string // columns, not optional, that the header does not have
	keyless    bool     // without a column of the table's key
}

func (r recogniser) fits(header []string) []fit {
	var fits []fit
	for i := range r.generations {
		for j := range r.generations[i].Tables {
			fits = append(fits, r.fitOf(&r.generations[i], &r.generations[i].Tables[j], header))
		}
	}
	return fits
}

func (r recogniser) fitOf(generation *spec.Generation, table *spec.SourceTable, header []string) fit {
	one := fit{generation: generation, table: table}
	given := make(map[string]bool, len(header))
	for _, name := range header {
		given[name] = true
	}
	for i, column := range table.Columns {
		name := r.columns[table][i]
		if given[name] {
			delete(given, name)
			one.known++
			continue
		}
		if !column.Optional && column.Kept() {
			one.lacking = append(one.lacking, name)
		}
		one.keyless = one.keyless || slices.Contains(table.Key, column.Staged)
	}
	one.unknown = keep(header, func(name string) bool { return given[name] })
	return one
}

// sourcesLike returns the source tables that take every column of a header and
// lack fewest of their own. A name counts only between equals.
func (r recogniser) sourcesLike(header []string, name string) []fit {
	fits := keep(r.fits(header), func(f fit) bool { return len(f.unknown) == 0 && !f.keyless })
	if len(fits) == 0 {
		return nil
	}
	fewest := len(slices.MinFunc(fits, func(a, b fit) int { return len(a.lacking) - len(b.lacking) }).lacking)
	fits = keep(fits, func(f fit) bool { return len(f.lacking) == fewest })
	for _, helps := range []func(fit) bool{
		func(f fit) bool { return names(name, *f.table) },
		func(f fit) bool { return strings.Contains(strings.ToLower(name), strings.ToLower(f.generation.Name)) },
	} {
		if named := keep(fits, helps); len(named) > 0 {
			fits = named
		}
	}
	return fits
}

// names reports whether a file's name holds a source table's.
func names(file string, table spec.SourceTable) bool {
	return strings.Contains(strings.ToLower(file), strings.ToLower(table.Name))
}

// settle makes each file the table that fits. A file that fits several generations
// alike is of the one that the delivery's other files are of, if that is one.
func settle(files []*file) {
	certain := map[string]bool{}
	for _, one := range files {
		if len(one.alike) == 1 {
			certain[one.alike[0].generation.Name] = true
		}
	}
	for _, one := range files {
		if len(one.alike) > 1 && len(certain) == 1 {
			if fits := keep(one.alike, func(f fit) bool { return certain[f.generation.Name] }); len(fits) > 0 {
				one.alike = fits
			}
		}
		one.take()
	}
}

// take makes the file the table that fits, if only one does.
func (f *file) take() {
	switch len(f.alike) {
	case 0:
		return
	case 1:
	default:
		alike := make([]string, len(f.alike))
		for i, one := range f.alike {
			alike[i] = one.generation.Name + " " + one.table.Name
		}
		f.findings = append(f.findings, diagnostic.Finding{File: f.Name(), Line: 1, Code: "DEL008", Message: "fits " + strings.Join(alike, " and ") + " alike: give it a name that says which, or load it on its own"})
		return
	}
	f.generation, f.table, f.lacking = f.alike[0].generation, f.alike[0].table, f.alike[0].lacking
	f.findings = append(f.findings, twice(f.Source)...)
	for _, column := range f.table.Columns {
		if column.Kept() && column.Type.IsText() && slices.Contains(f.Floating, strings.ToLower(column.Name)) {
			f.findings = append(f.findings, floating(f.Source, strings.ToLower(column.Name)))
		}
	}
}

// twice finds columns that a header has more than once.
func twice(source intake.Source) []diagnostic.Finding {
	var findings []diagnostic.Finding
	for i, name := range source.Header {
		if slices.Contains(source.Header[:i], name) {
			findings = append(findings, diagnostic.Finding{File: source.Name(), Line: 1, Column: intake.Printable(name), Code: "COL001", Message: "this column is there twice"})
		}
	}
	return findings
}

func floating(source intake.Source, column string) diagnostic.Finding {
	return diagnostic.Finding{File: source.Name(), Column: column, Code: "COL004", Message: "holds floating-point numbers, which keep 15 digits at most: an id or a code must be text or a whole number"}
}

// explain says why a file is no table: by the auxiliary table that it is named
// after, or else by the source table that it is most like.
func (r recogniser) explain(f *file) {
	if table, known := r.dataset.Table(tableName(r.dataset, f.Name())); known {
		f.aux = &table
		return // its header is compared in full
	}
	fits := keep(r.fits(f.Header), func(one fit) bool { return one.known >= 2 && 2*one.known >= len(f.Header) })
	if len(fits) == 0 {
		f.findings = append(f.findings, r.unknown(f.Name()))
		return
	}
	nearest := slices.MinFunc(fits, func(a, b fit) int {
		return (len(a.unknown) + len(a.lacking)) - (len(b.unknown) + len(b.lacking))
	})
	what := nearest.table.Name + " of " + nearest.generation.Name
	for _, name := range nearest.unknown {
		finding := diagnostic.Finding{File: f.Name(), Line: 1, Column: intake.Printable(name), Code: "COL002", Message: what + ", which the file is most like, has no such column"}
		if nearest.generation.Refuses(*nearest.table, name) {
			finding.Code, finding.Message = "DEL009", "would identify people, and "+what+" has no such column: the delivery is refused"
		}
		f.findings = append(f.findings, finding)
	}
	for _, key := range nearest.table.Key {
		if !slices.Contains(f.Header, key.String()) {
			f.findings = append(f.findings, diagnostic.Finding{File: f.Name(), Line: 1, Column: key.String(), Code: "COL003", Message: "this column is missing, and it is of the key of " + what})
		}
	}
}

func keep[T any](list []T, wanted func(T) bool) []T {
	var kept []T
	for _, one := range list {
		if wanted(one) {
			kept = append(kept, one)
		}
	}
	return kept
}
