package outputs

import "slices"

// WithoutCertificates returns the report without what proves a disclosure: it
// says what is wrong and where, and holds no hidden value and no low count. Only
// such a report is itself safe to release.
func (r Report) WithoutCertificates() Report {
	r.Findings = slices.Clone(r.Findings)
	for i, finding := range r.Findings {
		r.Findings[i].Certificate = ""
		r.Findings[i].Row = releasable(finding.Row, r.threshold)
		r.Findings[i].Column = releasable(finding.Column, r.threshold)
		r.Findings[i].Message = releasable(finding.Message, r.threshold)
	}
	r.Guesses = slices.Clone(r.Guesses)
	for i, guess := range r.Guesses {
		r.Guesses[i] = guess.releasable(r.threshold)
	}
	r.Hidden = nil
	r.Disclosive = false
	return r
}

func (g Guess) releasable(threshold int64) Guess {
	g.Columns, g.Totals = slices.Clone(g.Columns), slices.Clone(g.Totals)
	for i, column := range g.Columns {
		column.Name, column.Of, column.In = releasable(column.Name, threshold), releasable(column.Of, threshold), releasable(column.In, threshold)
		g.Columns[i] = column
	}
	for i, label := range g.Totals {
		g.Totals[i] = releasable(label, threshold)
	}
	return g
}
