package matching

import (
	"context"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/warehouse"
)

// Truth is the pairs that are known to be of one person.
type Truth struct{ pairs map[[2]int32]bool }

// truthColumns are the columns of a file of true pairs.
var truthColumns = []string{"left_id", "right_id"}

// Truth reads a file of true pairs: left_id, right_id. An id that is in neither
// file is an error. Within one file the order of the two has no meaning.
func (p *People) Truth(ctx context.Context, path string) (Truth, error) {
	truth := Truth{map[[2]int32]bool{}}
	source, err := readTable(ctx, p.w, path, "truth_file", truthColumns)
	if err != nil {
		return truth, err
	}
	args := p.sideArgs()
	args["table"], args["left_id"], args["right_id"] = "truth_file", truthColumns[0], truthColumns[1]
	var unknown []int64
	err = p.w.Each(ctx, statements["63_read_truth"], args, func(scan func(...any) error) error {
		var row int64
		var left, right *int32
		if err := scan(&row, &left, &right); err != nil {
			return err
		}
		if left == nil || right == nil || p.within && *left == *right {
			unknown = append(unknown, row)
			return nil
		}
		truth.pairs[p.ordered(*left, *right)] = true
		return nil
	})
	if err == nil && len(unknown) > 0 {
		return truth, p.unknownIDs(ctx, source, unknown)
	}
	return truth, err
}

func (p *People) ordered(left, right int32) [2]int32 {
	if p.within && left > right {
		return [2]int32{right, left}
	}
	return [2]int32{left, right}
}

func (p *People) unknownIDs(ctx context.Context, source intake.Source, rows []int64) error {
	lines, err := source.Lines(ctx, rows)
	if err != nil {
		return err
	}
	var findings []diagnostic.Finding
	for _, row := range rows {
		findings = append(findings, diagnostic.Finding{File: source.Name(), Line: lines[row], Code: "LNK007", Message: "an id that the files do not have, or a record paired with itself"})
	}
	return refused(findings)
}

// readTable reads a CSV file that must have some columns as a table of text.
func readTable(ctx context.Context, w *warehouse.Warehouse, path, table string, columns []string) (intake.Source, error) {
	source, findings, err := intake.InspectFile(ctx, path)
	if err != nil {
		return source, err
	}
	if len(findings) == 0 {
		findings = intake.CheckColumns(source, columns)
	}
	if len(findings) > 0 {
		return source, refused(findings)
	}
	return source, readRows(ctx, w, source, table)
}

// Score is how well a choice of links does against the truth.
type Score struct {
	Probability float64 // from which pairs are taken for links; 0 for what was decided
	Weight      float64
	Links       disclosure.Count
	Precision   float64 // of the links, the share that is true; 1 of none
	Recall      float64 // of the true pairs, the share that is linked
	F1          float64
}

// thresholds are the probabilities that a model is judged at.
var thresholds = []float64{0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999}

// leastJudged is the lowest of them.
const leastJudged = 0.01

// Evaluate judges the candidates at each of a row of thresholds, before links are
// assigned or implied, and the links that were decided.
func (p *People) Evaluate(candidates *Candidates, links *Links, truth Truth) (table []Score, decided Score) {
	for _, probability := range thresholds {
		least := weightOf(probability)
		var chosen [][2]int32
		for _, pair := range candidates.pairs {
			if pair.step < len(p.model.Passes) || pair.weight >= least {
				chosen = append(chosen, [2]int32{pair.left, pair.right})
			}
		}
		score := truth.score(chosen)
		score.Probability, score.Weight = probability, least
		table = append(table, score)
	}
	var chosen [][2]int32
	for _, one := range links.links {
		chosen = append(chosen, [2]int32{one.left, one.right})
	}
	return table, truth.score(chosen)
}

func (t Truth) score(chosen [][2]int32) Score {
	right := 0
	for _, pair := range chosen {
		if t.pairs[pair] {
			right++
		}
	}
	score := Score{Links: disclosure.CountOf(int64(len(chosen))), Precision: 1, Recall: 1}
	if len(chosen) > 0 {
		score.Precision = float64(right) / float64(len(chosen))
	}
	if len(t.pairs) > 0 {
		score.Recall = float64(right) / float64(len(t.pairs))
	}
	if len(chosen)+len(t.pairs) > 0 {
		score.F1 = 2 * float64(right) / float64(len(chosen)+len(t.pairs))
	}
	return score
}
