package main

import (
	"context"
	"fmt"
	"strings"

	"tre-toolkit/internal/page"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// keptChanges returns the entries of the page's change log that the workspace
// has kept, newest first: a line a table that changed, in short. What values
// came, went and moved is in the whole log, which versions changelog writes. An
// entry that nobody has kept is named in missing, with what keeps it: to make one
// takes too long for a page.
func keptChanges(ctx context.Context, w *warehouse.Warehouse, list []versions.Version, c versions.Comparison) (kept []page.Change, missing string, err error) {
	var lacking []string
	for i := len(list) - 1; i >= 0; i-- {
		var continues bool
		if c.Before, continues = versions.Previous(list, list[i]); !continues {
			continue
		}
		c.After = list[i]
		heading := fmt.Sprintf("Version %s to version %s", versions.Label(list, c.Before), versions.Label(list, c.After))
		entry, found, err := versions.Kept(ctx, w, c)
		if err != nil {
			return nil, "", err
		}
		if !found {
			lacking = append(lacking, heading)
			continue
		}
		kept = append(kept, page.Change{Heading: heading, Date: c.After.Date.Long(), Lines: entry.Brief})
	}
	if len(lacking) > 0 {
		missing = fmt.Sprintf("Not kept yet, or of other data, rules or another freeze: %s. The command tre-extract versions changelog %s --keep keeps it.",
			strings.ToLower(strings.Join(lacking, ", ")), c.Dataset.Name)
	}
	return kept, missing, nil
}
