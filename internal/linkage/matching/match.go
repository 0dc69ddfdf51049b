package matching

import (
	"context"
	"database/sql/driver"
	"path/filepath"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/warehouse"
)

// Links are what was decided of the candidates.
type Links struct {
	people *People
	links  []link
}

// Decide decides which candidates are links. Within one file the links' groups
// are compared record by record, so that every pair of a group has a weight.
func (p *People) Decide(ctx context.Context, candidates *Candidates) (*Links, error) {
	passes, decision := len(p.model.Passes), p.model.Decision
	if !p.within {
		return &Links{p, decideBetween(candidates.pairs, passes, decision)}, nil
	}
	var links []link
	sure := weightOf(decision.Link)
	for _, pair := range candidates.pairs {
		if pair.step < passes || pair.weight >= sure {
			links = append(links, link{candidate: pair})
		}
	}
	implied, err := p.implied(ctx, links)
	if err != nil {
		return nil, err
	}
	links = append(links, implied...)
	least := weightOf(decision.Review)
	for i := range links {
		links[i].ambiguous = links[i].implied && links[i].weight < least
	}
	return &Links{p, ranked(links)}, nil
}

// implied returns the pairs of records that hang together by links and are none
// themselves.
func (p *People) implied(ctx context.Context, links []link) ([]link, error) {
	together := newComponents()
	linked := make(map[[2]int32]bool, len(links))
	for _, one := range links {
		together.join(one.left, one.right)
		linked[[2]int32{one.left, one.right}] = true
	}
	pairs, err := p.scoreGroups(ctx, together.groups())
	if err != nil {
		return nil, err
	}
	var implied []link
	for _, pair := range pairs {
		if !linked[[2]int32{pair.left, pair.right}] {
			pair.step = len(p.model.Passes)
			implied = append(implied, link{candidate: pair, implied: true})
		}
	}
	return implied, nil
}

// scoreGroups compares all records of each group with each other, for groups of
// three up to the size that the model takes for one person.
func (p *People) scoreGroups(ctx context.Context, groups [][]int32) ([]candidate, error) {
	groups = slices.DeleteFunc(groups, func(records []int32) bool {
		return len(records) < 3 || len(records) > p.model.Decision.ImpliedUpTo
	})
	if len(groups) == 0 {
		return nil, nil
	}
	if _, err := p.w.Run(ctx, statements["60_create_members"], nil); err != nil {
		return nil, err
	}
	err := p.w.Appender(mustName("members"), func(add func(...driver.Value) error) error {
		for _, records := range groups {
			for _, record := range records {
				if err := add(record, uint64(records[0])); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	const table = "member_records"
	stage := statements["61_stage_members"].Naming("table", mustName(table))
	if _, err := p.w.Run(ctx, stage, warehouse.Args{"source": p.sides[0]}); err != nil {
		return nil, err
	}
	if err := p.forgetBlocks(ctx); err != nil {
		return nil, err
	}
	return p.scoreAll(ctx, p.componentArgs([2]string{table, table}))
}

// scoreAll weighs all pairs that the arguments say, however low.
func (p *People) scoreAll(ctx context.Context, args warehouse.Args) ([]candidate, error) {
	if err := p.startScoring(ctx); err != nil {
		return nil, err
	}
	least := weightOf(1e-300)
	if err := p.keep(ctx, args, least); err != nil {
		return nil, err
	}
	return p.weighed(ctx, least)
}

// step returns the name of the step that made a link.
func (l *Links) step(one link) string {
	switch {
	case one.implied:
		return StepImplied
	case one.step < len(l.people.model.Passes):
		return l.people.model.Passes[one.step].Step
	default:
		return StepProbabilistic
	}
}

// Write writes the links to a new CSV file: left_id, right_id, step, weight,
// probability, ambiguous. Weight is log2 odds.
func (l *Links) Write(ctx context.Context, path string) error {
	return l.write(ctx, path, statements["71_links"], nil)
}

// WriteDiagnostics writes a CSV file that says more of each link: its rank among
// the left record's links, whether a superseded NHS number was followed, whether
// a number or demographics carried it, and how each field agreed.
func (l *Links) WriteDiagnostics(ctx context.Context, path string) error {
	args := warehouse.Args{"comparisons": []string{}, "places": []int64{}, "level_names": [][]string{}}
	var names []string
	var places []int64
	var levels [][]string
	for i, comparison := range l.people.model.Comparisons {
		names = append(names, comparison.Field)
		places = append(places, int64(1)<<(bitsPerLevel*(l.people.slots[i]-1)))
		levels = append(levels, append([]string{"missing"}, fromLowest(comparison.Levels())...))
	}
	args["comparisons"], args["places"], args["level_names"] = names, places, levels
	return l.write(ctx, path, statements["72_diagnostics"], args)
}

func (l *Links) write(ctx context.Context, path string, query warehouse.Statement, args warehouse.Args) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := l.fill(ctx); err != nil {
		return err
	}
	bound := l.people.sideArgs()
	for name, value := range args {
		bound[name] = value
	}
	bound["path"] = absolute
	_, err = l.people.w.Run(ctx, statements["73_write"].Around(query), bound)
	return err
}

// fill hands the links to the database, which knows the ids.
func (l *Links) fill(ctx context.Context) error {
	p := l.people
	if _, err := p.w.Run(ctx, statements["70_create_links"], nil); err != nil {
		return err
	}
	return p.w.Appender(mustName("links"), func(add func(...driver.Value) error) error {
		for _, one := range l.links {
			probability := probabilityOf(one.weight)
			if err := add(one.left, one.right, int32(one.rank), l.step(one), one.weight, probability, one.ambiguous, p.byNumber(one), int64(one.pattern)); err != nil {
				return err
			}
		}
		return nil
	})
}

// byNumber reports whether a link rests on an NHS number that agrees.
func (p *People) byNumber(one link) bool {
	field, known := p.numberField()
	at := p.model.comparison(field.Name)
	return known && at >= 0 && one.pattern.level(p.slots[at]) == len(p.model.Comparisons[at].Levels())
}

// Steps counts the links of each step, in the order of steps.
func (l *Links) Steps() []StepCount {
	var counts []StepCount
	names := make([]string, 0, len(l.people.model.Passes)+2)
	for _, pass := range l.people.model.Passes {
		names = append(names, pass.Step)
	}
	names = append(names, StepProbabilistic, StepImplied)
	for _, name := range names {
		var made int64
		for _, one := range l.links {
			if l.step(one) == name {
				made++
			}
		}
		counts = append(counts, StepCount{name, disclosure.CountOf(made)})
	}
	return counts
}

// StepCount is how many links a step made.
type StepCount struct {
	Step  string
	Links disclosure.Count
}

func fromLowest(levels []string) []string {
	slices.Reverse(levels)
	return levels
}
