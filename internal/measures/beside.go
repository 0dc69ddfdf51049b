package measures

import (
	"context"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// fault is something wrong with the data, and how many pathways and people it
// concerns.
type fault struct {
	what           string
	things, people disclosure.Count
}

// Fault is something wrong with the data that the measures met: what, what was
// done about it, and how many pathways it concerns.
type Fault struct {
	Fault    string          `json:"fault"`
	Pathways disclosure.Cell `json:"pathways"` // a number, or the mark as text
}

// outcomesCompared are the outcomes that flags and scores are compared by, and how
// their classes read.
var outcomesCompared = []struct{ name, pattern string }{
	{"At caseness", "C??"}, {"Not at caseness", "N??"}, {"Reliable improvement", "?[IB]?"},
	{"No reliable change", "?S?"}, {"Reliable deterioration", "?[DB]?"}, {"Recovery", "[!N]?R"},
}

// agreed is how many finished courses have an outcome by flag and by score.
type agreed struct {
	outcome           int
	flagged, scored   bool
	reason            string
	pathways, persons disclosure.Count
}

// Agreement is one line of the comparison of shipped flags with the outcomes that
// the scores give, over finished courses of all periods.
type Agreement struct {
	Outcome  string          `json:"outcome"`
	Flagged  bool            `json:"flagged"`
	Scored   bool            `json:"scored"`
	Agrees   bool            `json:"agrees"`
	Reason   string          `json:"reason"` // by what the scores were judged, or why they could not be
	Pathways disclosure.Cell `json:"pathways"`
}

// besides reads what is told beside the figures: faults, and the agreement of the
// two roads to the outcomes.
func (c *counting) besides(ctx context.Context, counted *Counted) error {
	people := c.request.Rules.CountsPeople()
	for _, one := range []step{
		{"50_faults", warehouse.Args{"people": people}},
		{"51_unused", warehouse.Args{"hub": c.table(c.request.Dataset.Hub)}},
		{"52_unknown_organisations", warehouse.Args{"people": people, "unknown_code": c.request.Measures.UnknownCode}},
	} {
		err := c.w.Each(ctx, statements[one.statement], one.args, func(scan func(...any) error) error {
			var found fault
			err := scan(&found.what, &found.things, &found.people)
			counted.faults = append(counted.faults, found)
			return err
		})
		if err != nil {
			return err
		}
	}
	var names, patterns []string
	for _, outcome := range outcomesCompared {
		names, patterns = append(names, outcome.name), append(patterns, outcome.pattern)
	}
	args := warehouse.Args{"outcomes": names, "patterns": patterns}
	return c.w.Each(ctx, statements["53_agreement"], args, func(scan func(...any) error) error {
		var one agreed
		err := scan(&one.outcome, &one.flagged, &one.scored, &one.reason, &one.pathways, &one.persons)
		counted.agreement = append(counted.agreement, one)
		return err
	})
}

// Faults lists what is wrong with the data, each fault once, whether or not
// anything has it.
func (r Results) Faults() []Fault {
	list := make([]Fault, len(r.counted.faults))
	for i, one := range r.counted.faults {
		list[i] = Fault{one.what, r.rules.CellOf(one.things, one.people)}
	}
	return list
}

// Agreement compares the shipped flags with the outcomes that the scores give. A
// masked line is left out, and nobody can tell it from one that nothing is behind.
// Under rules that print exact counts and hide some there is none at all: the lines
// add up to measures of outcomes, and beside these they would give one another away.
func (r Results) Agreement() []Agreement {
	list := []Agreement{}
	rules := r.rules.Rules()
	if r.counted.request.exact() && (rules.Threshold.Value > 1 || rules.Zero.Value == disclosure.MaskZero) {
		return list
	}
	for _, one := range r.counted.agreement {
		cell := r.rules.CellOf(one.pathways, one.persons)
		if cell.Masked() {
			continue
		}
		list = append(list, Agreement{
			Outcome: outcomesCompared[one.outcome-1].name, Flagged: one.flagged, Scored: one.scored, Agrees: one.flagged == one.scored,
			Reason: one.reason, Pathways: cell,
		})
	}
	return list
}

// Extent returns the days that a version's extracts cover, from the first day of
// the first to the last day of the last; false when there are none.
func Extent(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version spec.DatasetVersion) (Period, bool, error) {
	var first, last *string
	args := warehouse.Args{"hub": dataset.QualifiedTable(dataset.Hub, version)}
	if _, err := w.One(ctx, statements["54_extent"], args, &first, &last); err != nil || first == nil || last == nil {
		return Period{}, false, err
	}
	span, err := ParseWindow(*first + ":" + *last)
	return span, err == nil, err
}
