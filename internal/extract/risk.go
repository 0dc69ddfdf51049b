package extract

import (
	"context"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/risk"
)

// riskOf returns the question that a plan's limits ask of an extract's folder, and
// false when the project sets none.
func (p Plan) riskOf(dir string) (risk.Question, bool) {
	limits := p.sources.Project.Risk
	if limits == nil {
		return risk.Question{}, false
	}
	question := risk.Question{
		Dir: dir, Rules: p.sources.Rules,
		Limits: risk.Limits{MostUnique: limits.MostUnique, SmallestClass: limits.SmallestClass},
	}
	for _, column := range limits.QuasiIdentifiers {
		question.Known = append(question.Known, column.String())
	}
	return question, true
}

// checkRisk refuses quasi-identifiers that the project does not ask for.
func (p Plan) checkRisk() error {
	question, _ := p.riskOf("")
	for _, name := range question.Known {
		asked := slices.ContainsFunc(p.Tables, func(table PlannedTable) bool {
			return slices.ContainsFunc(table.Columns, func(column PlannedColumn) bool { return column.Name == name })
		})
		if !asked {
			return p.sources.Project.Refuse("quasi_identifiers", "risk: no table of the extract has the column %s", name)
		}
	}
	return nil
}

// judgeRisk stops a run whose tables go past the project's limits, or hold what has
// the shape of an identifier.
func (r *runner) judgeRisk(ctx context.Context, made *Manifest) error {
	question, asked := r.plan.riskOf(r.output.Draft)
	if !asked {
		return nil
	}
	report, err := risk.Assess(ctx, r.w, question)
	if err != nil {
		return err
	}
	var found []string
	for _, one := range report.Findings {
		waiver, waived := r.output.waiverOf(one.Code)
		switch {
		case !one.Stops:
		case !waived:
			found = append(found, one.Code+" "+one.Where+": "+one.Says)
		case !slices.Contains(made.Checks, waiver):
			made.Checks = append(made.Checks, waiver)
		}
	}
	if len(found) > 0 {
		return &diagnostic.Refusal{Rule: "risk", Message: strings.Join(found, "\n"), Hint: "coarsen or leave out columns, or have other limits approved"}
	}
	if !report.Stops() {
		made.Checks = append(made.Checks, manifest.Check{Code: "risk", Outcome: manifest.Passed})
	}
	return nil
}
