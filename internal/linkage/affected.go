package linkage

import (
	"context"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Affected is a study of a freeze that holds people who have withdrawn since the
// freeze was made.
type Affected struct {
	Freeze    int
	Study     spec.Study
	Withdrawn disclosure.Count
}

// ListAffected returns the studies of all freezes that hold somebody who has
// withdrawn, by freeze and study.
func ListAffected(ctx context.Context, w *warehouse.Warehouse) ([]Affected, error) {
	if has, err := hasLedger(ctx, w); err != nil || !has {
		return nil, err
	}
	var list []Affected
	err := w.Each(ctx, statements["60_affected"], nil, func(scan func(...any) error) error {
		var one Affected
		var study string
		err := scan(&one.Freeze, &study, &one.Withdrawn)
		one.Study = spec.Study(study)
		list = append(list, one)
		return err
	})
	return list, err
}

// Holding returns those of a list that concern a freeze and some studies: a
// project's.
func Holding(list []Affected, freeze int, studies []spec.Study) []Affected {
	var concerned []Affected
	for _, one := range list {
		if one.Freeze == freeze && slices.Contains(studies, one.Study) {
			concerned = append(concerned, one)
		}
	}
	return concerned
}

// MayProvision refuses new provision from a freeze in which some of the studies
// hold people who have withdrawn since it was made, unless the policy allows it.
// The error is a *Stale, which says that there are some and not how many.
func MayProvision(ctx context.Context, w *warehouse.Warehouse, freeze int, studies []spec.Study, policy spec.OptOuts) error {
	if policy.NewProvision.Value != spec.RefuseProvision {
		return nil
	}
	list, err := ListAffected(ctx, w)
	if err != nil || len(Holding(list, freeze, studies)) == 0 {
		return err
	}
	return &Stale{
		fmt.Sprintf("freeze %d provisions nothing more to this project: it holds participants who have withdrawn since it was made", freeze),
		"make a new freeze and move the project to it; tre-extract withdrawals affected lists what is concerned",
	}
}
