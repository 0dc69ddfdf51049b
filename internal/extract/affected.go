package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/warehouse"
)

// Why is what in a workspace concerns a project since it was specified.
type Why string

// What may concern a project.
const (
	FreezeAbsent     Why = "freeze absent"
	NewerFreeze      Why = "newer freeze"
	Withdrawal       Why = "withdrawal"
	VersionAbsent    Why = "version absent"
	VersionSucceeded Why = "version superseded"
)

// Effect is one thing that concerns a project, in words.
type Effect struct {
	Why  Why    `json:"why"`
	Says string `json:"says"`
}

// Affected lists what in a workspace concerns a project: a newer freeze, somebody of
// its studies who has withdrawn since its freeze, a version that another supersedes,
// and what is not there at all. It never says how many or of which study.
func Affected(ctx context.Context, w *warehouse.Warehouse, sources Sources) ([]Effect, error) {
	effects, err := affectedByFreezes(ctx, w, sources)
	if err != nil {
		return nil, err
	}
	for _, dataset := range sources.Project.Datasets {
		now, err := presentVersion(ctx, w, dataset.Version.String(), sources.Datasets)
		switch {
		case err != nil:
			return nil, err
		case now.Delivery == "":
			effects = append(effects, Effect{VersionAbsent, now.Name + " is not in the workspace"})
		case now.Newer != "":
			effects = append(effects, Effect{VersionSucceeded, fmt.Sprintf("%s is loaded beside %s", now.Newer, now.Name)})
		}
	}
	return effects, nil
}

func affectedByFreezes(ctx context.Context, w *warehouse.Warehouse, sources Sources) ([]Effect, error) {
	effects := []Effect{}
	numbers, err := FreezeNumbers(ctx, w)
	if err != nil {
		return nil, err
	}
	own := sources.Project.Freeze
	if !slices.Contains(numbers, own) {
		effects = append(effects, Effect{FreezeAbsent, fmt.Sprintf("freeze %d is not in the workspace", own)})
	}
	if newest := slices.Max(append(numbers, own)); newest > own {
		effects = append(effects, Effect{NewerFreeze, fmt.Sprintf("freeze %d is in the workspace", newest)})
	}
	var stale *linkage.Stale
	err = linkage.MayProvision(ctx, w, own, sources.Project.Studies, sources.OptOuts)
	if errors.As(err, &stale) {
		return append(effects, Effect{Withdrawal, fmt.Sprintf("freeze %d provisions nothing more: it holds participants who have withdrawn since", own)}), nil
	}
	return effects, err
}
