// Package measures works out the published measures of NHS Talking Therapies:
// referrals, access, waits, endings, outcomes, appointments, by period,
// organisation, study and variable.
//
// The unit is the distinct pathway, as its latest extract has it. What a measure
// counts is data (specs/measures): statements put every pathway into families, one
// event each, by a class; a measure names the classes that it counts. Each
// grouping is one pass of SQL. Outcomes come by two roads, the flags that were
// shipped and the scores, and Agreement says where they part.
//
// What it promises: exact numbers are disclosure.Count and disclosure.Statistic
// from the database on, and leave as Results, under a profile. Every organisation
// of a level has a figure for every period and value of a variable, so that a
// line that is missing tells nothing. Where a profile prints exact counts, measures
// are masked so that none can be worked out from others of its group (exact.go);
// where it rounds, every figure is judged by itself, as the owner's rules have it.
package measures

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Level is a kind of organisation that figures are for, as GROUP_TYPE names it.
type Level string

// The levels, from the largest to the smallest. A study counts its own people,
// who may live anywhere.
const (
	England        Level = "England"
	Region         Level = "Region"
	ICB            Level = "ICB"
	SubICB         Level = "SubICB"
	Provider       Level = "Provider"
	SubICBProvider Level = "SubICB-Provider"
	Study          Level = "Study"
)

// Levels lists every level in order.
func Levels() []Level {
	return []Level{England, Region, ICB, SubICB, Provider, SubICBProvider, Study}
}

// ParseLevel returns the level of that name.
func ParseLevel(name string) (Level, error) {
	if slices.Contains(Levels(), Level(name)) {
		return Level(name), nil
	}
	return "", fmt.Errorf("there is no level %q; levels are %q", name, Levels())
}

// Choices are the switches where sources differ.
type Choices struct {
	Recomputed    bool `json:"recomputed_outcomes"`     // outcomes worked out from scores in place of the shipped flags
	FinishedFlag  bool `json:"finished_by_flag"`        // a finished course is one that is flagged, in place of one of two treatment contacts
	WithoutClause bool `json:"change_despite_opposite"` // a reliable change counts beside one the other way, as NCDR words it
}

// Request says what to count.
type Request struct {
	Dataset       spec.Dataset
	Version       spec.DatasetVersion
	Measures      spec.Measures
	CutOffs       spec.CutOffs
	Rules         disclosure.Profile
	Organisations Organisations // empty when any code is taken as it is
	Freeze        int           // whose linked people count; 0 counts everybody in the tables
	Periods       []Period      // one after another
	Levels        []Level
	Variables     []string // what figures are broken down by; none for the figures of all
	Choices       Choices
}

// ErrNoStudies says that studies were asked for without a freeze.
var ErrNoStudies = errors.New("studies are counted through a freeze")

// hubTable and the others are the tables that the statements read.
const (
	activitiesTable = "care_activities"
	conditionsTable = "mental_and_physical_health_conditions"
)

// Count counts every measure of the request. What it returns cannot be printed;
// Results of it can. Rules that print exact counts are asked for one level, and one
// variable, at a time: with figures of two that contain or cross one another a
// reader could work out what is masked, and the error is a refusal.
func Count(ctx context.Context, w *warehouse.Warehouse, request Request) (Counted, error) {
	if err := request.check(); err != nil {
		return Counted{}, err
	}
	run := counting{w: w, request: request}
	if err := run.prepare(ctx); err != nil {
		return Counted{}, err
	}
	counted := Counted{request: request}
	organisations, studies := splitLevels(request.Levels)
	for _, scope := range []struct {
		statement string
		levels    []Level
	}{{"21_create_scope_of_all", organisations}, {"22_create_scope_of_studies", studies}} {
		if len(scope.levels) == 0 {
			continue
		}
		if err := run.within(ctx, scope.statement, scope.levels, &counted); err != nil {
			return Counted{}, err
		}
	}
	slices.SortStableFunc(counted.tables, func(a, b table) int {
		return slices.Index(request.Levels, a.level) - slices.Index(request.Levels, b.level)
	})
	return counted, run.besides(ctx, &counted)
}

func splitLevels(levels []Level) (organisations, studies []Level) {
	for _, level := range levels {
		if level == Study {
			studies = append(studies, level)
		} else {
			organisations = append(organisations, level)
		}
	}
	return organisations, studies
}

func (r Request) check() error {
	if len(r.Levels) == 0 || len(r.Periods) == 0 {
		return errors.New("nothing is asked for: name a level and a period")
	}
	for i := 1; i < len(r.Periods); i++ {
		if next := r.Periods[i-1].Last.Time().AddDate(0, 0, 1); !r.Periods[i].First.Time().Equal(next) {
			return fmt.Errorf("the period from %s does not follow the one before it", r.Periods[i].First)
		}
	}
	if slices.Contains(r.Levels, Study) && r.Freeze == 0 {
		return ErrNoStudies
	}
	for i, name := range r.Variables {
		if _, found := r.Measures.Variable(name); !found || slices.Contains(r.Variables[:i], name) {
			return fmt.Errorf("there is no variable %q, or it is named twice", name)
		}
	}
	if r.exact() && (len(r.Levels) > 1 || len(r.Variables) > 1) {
		return &diagnostic.Refusal{
			Rule:    r.Rules.Name(),
			Message: fmt.Sprintf("the rules %s print exact counts: figures of several levels or variables beside one another would let masked ones be worked out", r.Rules.Name()),
			Hint:    "ask for one level, and at most one variable; or name rules that round, such as nhs-talking-therapies",
		}
	}
	return nil
}

// exact reports whether counts are printed as they are.
func (r Request) exact() bool { return r.Rules.Rules().RoundingBase.Value == 1 }
