package auxtables

import (
	"context"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Place is where a row of a version stands in the delivery that it was loaded
// from: there its cells are as they came, before anything was normalised.
type Place struct {
	Wanted int64  `json:"wanted"` // the line of the row in the file that asks
	File   string `json:"file"`
	Line   int64  `json:"line"`
}

// Trace finds rows of a delivery again by what their columns hold. wanted is a
// file of text with a header: columns of the delivery's tables, such as
// recordnumber, and a row for each row that is looked for. Every file with all of
// these columns is searched. A file that the version was not loaded from is refused,
// and so is a column that identifies people.
func Trace(ctx context.Context, w *warehouse.Warehouse, delivery Delivery, wanted intake.Source) ([]Place, error) {
	if err := delivery.isOf(ctx, w); err != nil {
		return nil, err
	}
	if err := delivery.mayAsk(wanted); err != nil {
		return nil, err
	}
	lines := map[string][]int64{}
	err := wanted.Each(ctx, func(line int64, cells []string) error {
		lines[keyOf(cells)] = append(lines[keyOf(cells)], line)
		return nil
	})
	if err != nil {
		return nil, err
	}
	places := []Place{}
	for _, one := range delivery.read() {
		at := columnsAt(one.Header, wanted.Header)
		if at == nil {
			continue
		}
		err := one.Each(ctx, func(line int64, cells []string) error {
			for _, asked := range lines[keyOf(pick(cells, at))] {
				places = append(places, Place{asked, one.Name(), line})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(places, func(a, b Place) int { return int(a.Wanted - b.Wanted) })
	return places, nil
}

// isOf refuses a delivery with a file that the version was not loaded from.
func (d Delivery) isOf(ctx context.Context, w *warehouse.Warehouse) error {
	changed, err := changedFiles(ctx, w, d.request.Version, d)
	if err != nil || len(changed) == 0 {
		return err
	}
	return &diagnostic.Input{Findings: changed, Hint: "name the delivery as it was when " + d.request.Version.String() + " was loaded"}
}

// mayAsk refuses what cannot be looked for.
func (d Delivery) mayAsk(wanted intake.Source) error {
	var findings []diagnostic.Finding
	for _, one := range d.read() {
		if columnsAt(one.Header, wanted.Header) == nil {
			continue
		}
		if one.Format == intake.Parquet {
			findings = append(findings, diagnostic.Finding{File: one.Name(), Code: "DEL012", Message: "is Parquet, which has no lines: its rows are found by a query"})
		}
		if one.table == nil {
			continue
		}
		for _, name := range wanted.Header {
			if column, _ := one.table.Column(name); column.Category == spec.Identifying {
				findings = append(findings, diagnostic.Finding{File: wanted.Name(), Line: 1, Column: name, Code: "DEL013", Message: "identifies people: ask by the ids that the version has"})
			}
		}
	}
	if len(findings) == 0 && !slices.ContainsFunc(d.read(), func(f *file) bool { return columnsAt(f.Header, wanted.Header) != nil }) {
		findings = append(findings, diagnostic.Finding{File: wanted.Name(), Line: 1, Code: "DEL014", Message: "no file of the delivery has all of these columns"})
	}
	if len(findings) > 0 {
		return &diagnostic.Input{Findings: findings}
	}
	return nil
}

// columnsAt returns where wanted columns stand in a header; nil when one does not.
func columnsAt(header, wanted []string) []int {
	at := make([]int, len(wanted))
	for i, name := range wanted {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return nil
		}
	}
	return at
}

func pick(cells []string, at []int) []string {
	picked := make([]string, len(at))
	for i, column := range at {
		if column < len(cells) {
			picked[i] = cells[column]
		}
	}
	return picked
}

// keyOf makes one text of cells, without blanks around them.
func keyOf(cells []string) string {
	trimmed := make([]string, len(cells))
	for i, cell := range cells {
		trimmed[i] = strings.TrimSpace(cell)
	}
	return strings.Join(trimmed, "\x00")
}
