package versions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Entry is what one version changed, in the words and the numbers that may be
// shown. It holds nothing else, so that it can be kept.
type Entry struct {
	Before     spec.DatasetVersion `json:"before"`
	After      spec.DatasetVersion `json:"after"`
	Brief      []string            `json:"brief"` // a line a table, with no number of people
	Markdown   string              `json:"markdown"`
	Activities []Activity          `json:"activities"` // newest first
}

// entryForm is to be raised when an entry says other things of the same data:
// those that are kept are then made anew.
const entryForm = 1

func newEntry(ctx context.Context, w *warehouse.Warehouse, c Comparison) (Entry, error) {
	diff, err := Compare(ctx, w, c)
	if err != nil {
		return Entry{}, err
	}
	page, err := diff.Activities()
	if err != nil {
		return Entry{}, err
	}
	var text pageText
	diff.write(&text, "##")
	return Entry{diff.Before.Name, diff.After.Name, diff.brief(c.Dataset.Person), text.String(), page.Data}, nil
}

// Kept returns the entry of two versions that the register has, if it was made
// from the same content, rules, freeze and specifications as these.
func Kept(ctx context.Context, w *warehouse.Warehouse, c Comparison) (entry Entry, found bool, err error) {
	args, err := c.place()
	if err != nil {
		return entry, false, err
	}
	var text string
	found, err = w.One(ctx, statements["81_kept_change_log"], args, &text)
	if err != nil || !found {
		return entry, false, err
	}
	return entry, true, json.Unmarshal([]byte(text), &entry)
}

// Keep puts the entries of a log into the register, all or none.
func Keep(ctx context.Context, workspace *warehouse.Workspace, list []Version, c Comparison, log Log) error {
	return workspace.Transaction(ctx, func() error {
		for _, entry := range log.Entries {
			c.Before, c.After = named(list, entry.Before), named(list, entry.After)
			args, err := c.place()
			if err != nil {
				return err
			}
			text, err := encode(entry)
			if err != nil {
				return err
			}
			if _, err := workspace.Run(ctx, statements["80_keep_change_log"], with(args, "entry", string(text))); err != nil {
				return err
			}
		}
		return nil
	})
}

func named(list []Version, name spec.DatasetVersion) Version {
	for _, version := range list {
		if version.Name == name {
			return version
		}
	}
	return Version{Name: name}
}

// place says where the register keeps the comparison's entry, and what it must
// have been made from.
func (c Comparison) place() (warehouse.Args, error) {
	madeFrom, err := c.madeFrom()
	args := with(key(c.After.Name), "rules", c.Profile.Name())
	args["freeze"], args["made_from"] = c.Freeze, madeFrom
	return args, err
}

// madeFrom hashes all that an entry depends on: both versions as the register
// and the specification have them, with their tables' fingerprints; the rules;
// the freeze; and what the specification says of tables and columns.
func (c Comparison) madeFrom() (string, error) {
	var tables []string
	for _, table := range c.Dataset.Tables {
		tables = append(tables, fmt.Sprintf("%s by %s", table.Name, table.PeriodKey))
		for _, column := range table.Columns {
			tables = append(tables, fmt.Sprintf("%s %s %s from %q", column.Name, column.Type, column.Category, column.From))
		}
	}
	text, err := json.Marshal([]any{entryForm, c.Before, c.After, c.Profile.Rules(), c.Freeze, c.Dataset.Person, tables})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}
