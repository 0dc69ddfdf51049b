package matching

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/warehouse"
)

// AgeBand is a characteristic that needs no column of its own: it is made of the
// date of birth.
const AgeBand = "age_band"

// mostGroups is how many groups a characteristic may have: a column with more
// would be a list of people.
const mostGroups = 50

// BiasRequest says who was linked, and by what groups to look at them.
type BiasRequest struct {
	Model  Model // for its id and its fields
	People string
	Links  string
	Sides  []string // left_id, right_id or both: the links' ids of these people
	By     []string
	At     time.Time // on which ages are taken; needed for AgeBand
}

// Group is the people of one group: how many, and how many have a link.
type Group struct {
	Characteristic string          `json:"characteristic"`
	Group          string          `json:"group"`
	People         disclosure.Cell `json:"people"`
	Linked         disclosure.Cell `json:"linked"`
	Rate           disclosure.Cell `json:"rate"` // percent
}

// Bias counts who is linked in each group of each characteristic, and everybody,
// as a profile lets it be shown. The groups of all characteristics are protected
// together: they add up to the same people.
func Bias(ctx context.Context, w *warehouse.Warehouse, request BiasRequest, profile disclosure.Profile) ([]Group, error) {
	b := biasCount{w: w, request: request}
	if err := b.read(ctx); err != nil {
		return nil, err
	}
	for _, by := range request.By {
		if err := b.count(ctx, by); err != nil {
			return nil, err
		}
	}
	return b.protect(profile)
}

type biasCount struct {
	w       *warehouse.Warehouse
	request BiasRequest
	source  intake.Source
	table   string
	id      string
	groups  []Group
	linked  []disclosure.Count
	others  []disclosure.Count
}

func (b *biasCount) read(ctx context.Context) error {
	source, findings, err := intake.InspectFile(ctx, b.request.People)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return refused(findings)
	}
	b.source, b.table, b.id = source, "people_file", idColumn(source, b.request.Model)
	if b.id == "" {
		b.id = b.request.Model.ID[0]
	}
	if findings := intake.CheckColumns(source, []string{b.id}); len(findings) > 0 {
		return refused(findings)
	}
	if err := readRows(ctx, b.w, source, b.table); err != nil {
		return err
	}
	if _, err := readTable(ctx, b.w, b.request.Links, "links_file", b.request.Sides); err != nil {
		return err
	}
	if slices.Contains(b.request.By, AgeBand) && !slices.Contains(source.Header, AgeBand) {
		return b.addAgeBand(ctx)
	}
	return nil
}

func (b *biasCount) addAgeBand(ctx context.Context) error {
	birth := ""
	for _, field := range b.request.Model.Fields {
		if column := columnOf(b.source, field); field.Kind == Date && birth == "" {
			birth = column
		}
	}
	if birth == "" {
		return refused([]diagnostic.Finding{{File: b.source.Name(), Line: 1, Column: AgeBand, Code: "COL003", Message: "there is neither this column nor one of dates of birth"}})
	}
	if _, err := b.w.Run(ctx, statements["21_macro_calendar_date"], nil); err != nil {
		return err
	}
	year, month, day := b.request.At.Date()
	add := statements["65_add_age_band"].Naming("table", mustName("aged_people"))
	_, err := b.w.Run(ctx, add, warehouse.Args{"source": b.table, "birth": birth, "year": year, "month": int(month), "day": day})
	b.table = "aged_people"
	return err
}

// identifying reports whether a column tells people apart: a characteristic is
// shared by many.
func (b *biasCount) identifying(column string) bool {
	return column == b.id || slices.ContainsFunc(b.request.Model.Fields, func(f Field) bool {
		return f.Kind != Text && slices.Contains(f.Columns, column)
	})
}

func (b *biasCount) count(ctx context.Context, by string) error {
	findings := []diagnostic.Finding{}
	if by != AgeBand {
		findings = intake.CheckColumns(b.source, []string{by})
	}
	if len(findings) > 0 {
		return refused(findings)
	}
	before := len(b.groups)
	args := warehouse.Args{"table": b.table, "id": b.id, "links": "links_file", "link_ids": b.request.Sides, "column": by}
	err := b.w.Each(ctx, statements["64_count_groups"], args, func(scan func(...any) error) error {
		group := Group{Characteristic: by}
		var linked, others disclosure.Count
		err := scan(&group.Group, &linked, &others)
		b.groups, b.linked, b.others = append(b.groups, group), append(b.linked, linked), append(b.others, others)
		return err
	})
	if err != nil {
		return err
	}
	if b.identifying(by) || len(b.groups)-before > mostGroups {
		return &diagnostic.Refusal{
			Rule:    "identifying",
			Message: fmt.Sprintf("%s is no characteristic: it is an identifier, or has more than %d values", by, mostGroups),
			Hint:    "name columns such as sex, ethnicity or age_band",
		}
	}
	return nil
}

// protect puts all groups through the gate at once. Each has three cells, of
// which the third is the sum of two; the groups of a characteristic add up to
// everybody.
func (b *biasCount) protect(profile disclosure.Profile) ([]Group, error) {
	table := protect.Table{}
	cell := func(name string, count disclosure.Count) int {
		table.Cells = append(table.Cells, protect.Cell{Name: name, Count: count})
		return len(table.Cells) - 1
	}
	var linked, others disclosure.Count
	for i, group := range b.groups {
		if group.Characteristic == b.groups[0].Characteristic {
			linked, others = linked.Plus(b.linked[i]), others.Plus(b.others[i])
		}
	}
	everybody := [3]int{cell("everybody, linked", linked), cell("everybody, not linked", others), cell("everybody", linked.Plus(others))}
	places := [][3]int{everybody}
	parts := map[string][3][]int{}
	for i, group := range b.groups {
		name := group.Characteristic + " " + group.Group
		of := [3]int{cell(name+", linked", b.linked[i]), cell(name+", not linked", b.others[i]), cell(name, b.linked[i].Plus(b.others[i]))}
		places = append(places, of)
		own := parts[group.Characteristic]
		for k := range own {
			own[k] = append(own[k], of[k])
		}
		parts[group.Characteristic] = own
	}
	for _, of := range places {
		table.Sums = append(table.Sums, protect.Sum{Total: of[2], Parts: []int{of[0], of[1]}})
		table.Shares = append(table.Shares, protect.Share{Part: of[0], Whole: of[2]})
	}
	for _, by := range slices.Compact(slices.Clone(b.request.By)) {
		for k, own := range parts[by] {
			table.Sums = append(table.Sums, protect.Sum{Total: everybody[k], Parts: own})
		}
	}
	result, err := protect.Protect(table, profile)
	if err != nil {
		return nil, err
	}
	groups := append([]Group{{Characteristic: "everybody", Group: "everybody"}}, b.groups...)
	for i, of := range places {
		groups[i].People, groups[i].Linked, groups[i].Rate = result.Cells[of[2]], result.Cells[of[0]], result.Shares[i]
	}
	return groups, nil
}
