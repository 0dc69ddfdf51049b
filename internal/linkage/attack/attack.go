// Package attack joins the extracts of two projects without a key, as a researcher
// who holds both could try: by what the same person's rows have in common. No id
// joins two projects, but whoever has an unusual number of contacts on unusual days
// has them in both. It says what share of participants could be joined so, which no
// pseudonym can prevent: only fewer columns, coarser dates and an agreement do.
//
// Every number of people goes through the profile. A joined pair is a guess that
// nothing contradicts: whether the two are one person only the key can tell, so that
// the share is the most that the attack can reach.
package attack

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Errors that a caller may test for.
var (
	ErrNoPeople = errors.New("no file of this folder has a column of participants")
	ErrNoCommon = errors.New("the two extracts have no file in common")
)

// Report is what the attack found. Participants are those of the files in common.
type Report struct {
	Participants [2]disclosure.Cell `json:"participants"`
	Columns      []Column           `json:"columns_in_common"`
	IDsJoin      bool               `json:"ids_join"` // participants' ids occur in both: never so under two project ids
	Joined       []Joined           `json:"joined"`
}

// Column is a column that both extracts have, with values in common.
type Column struct {
	File  string `json:"file"`
	Name  string `json:"name"`
	Dates bool   `json:"dates"`
}

// Joined says how many participants of the first extract have a fingerprint that
// exactly one participant of each extract has.
type Joined struct {
	By           string          `json:"by"`
	Participants disclosure.Cell `json:"participants"`
	Share        disclosure.Cell `json:"share"` // percent
}

// Share attacks two extracts, whose folders the warehouse must be opened with.
func Share(ctx context.Context, w *warehouse.Warehouse, left, right string, profile disclosure.Profile) (Report, error) {
	var report Report
	files, err := inCommon(left, right)
	if err != nil {
		return report, err
	}
	if _, err := w.Run(ctx, statements["30_create_prints"], nil); err != nil {
		return report, err
	}
	people := [2]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		pair := pair{w: w, name: name}
		if err := pair.read(ctx, files[name]); err != nil {
			return report, fmt.Errorf("%s: %w", name, err)
		}
		for side := range people {
			people[side] = people[side] || pair.person[side] != ""
		}
		if pair.person[0] == "" || pair.person[1] == "" {
			continue
		}
		if err := pair.print(ctx, &report); err != nil {
			return report, fmt.Errorf("%s: %w", name, err)
		}
	}
	for side, dir := range []string{left, right} {
		if !people[side] {
			return report, fmt.Errorf("%s: %w", dir, ErrNoPeople)
		}
	}
	return report, report.count(ctx, w, profile)
}

// inCommon returns the data files that both folders have, by name without ending.
func inCommon(left, right string) (map[string][2]string, error) {
	both := map[string][2]string{}
	lefts, err := dataFiles(left)
	if err != nil {
		return nil, err
	}
	rights, err := dataFiles(right)
	if err != nil {
		return nil, err
	}
	for name, path := range lefts {
		if other, there := rights[name]; there {
			both[name] = [2]string{path, other}
		}
	}
	if len(both) == 0 {
		return nil, ErrNoCommon
	}
	return both, nil
}

// dataFiles returns a folder's data files by name without ending. Of a table that is
// written twice, the Parquet file is taken.
func dataFiles(dir string) (map[string]string, error) {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		ending := filepath.Ext(path)
		name, err := filepath.Rel(dir, strings.TrimSuffix(path, ending))
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if _, there := files[name]; ending == ".parquet" || ending == ".csv" && !there {
			files[name], err = filepath.Abs(path)
		}
		return err
	})
	return files, err
}

// pair is one file in two extracts.
type pair struct {
	w       *warehouse.Warehouse
	name    string
	columns [2][]string
	person  [2]string // the columns of participants
}

var sides = [2]string{"left_rows", "right_rows"}

func (p *pair) read(ctx context.Context, paths [2]string) error {
	for side, path := range paths {
		statement := statements["11_read_csv"]
		if filepath.Ext(path) == ".parquet" {
			statement = statements["10_read_parquet"]
		}
		table, err := spec.ParseIdentifier(sides[side])
		if err != nil {
			return err
		}
		if _, err := p.w.Run(ctx, statement.Naming("table", table), warehouse.Args{"path": path}); err != nil {
			return err
		}
		err = p.w.Each(ctx, statements["12_columns"], warehouse.Args{"table": sides[side]}, func(scan func(...any) error) error {
			var column string
			err := scan(&column)
			p.columns[side] = append(p.columns[side], column)
			if strings.HasSuffix(column, participantEnding) && p.person[side] == "" {
				p.person[side] = column
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// participantEnding ends the name of an extract's column of participants.
const participantEnding = "_stud_id"

// print takes the fingerprints of the file's participants in both extracts.
func (p *pair) print(ctx context.Context, report *Report) error {
	joins, _, err := p.meet(ctx, p.person[0], p.person[1])
	if err != nil {
		return err
	}
	report.IDsJoin = report.IDsJoin || joins
	dates, shared := []string{""}, []string{""} // an empty list has no type
	for _, column := range p.columns[0] {
		if slices.Contains(p.person[:], column) || !slices.Contains(p.columns[1], column) {
			continue
		}
		inBoth, isDate, err := p.meet(ctx, column, column)
		if err != nil {
			return err
		}
		if !inBoth {
			continue
		}
		shared = append(shared, column)
		if isDate {
			dates = append(dates, column)
		}
		report.Columns = append(report.Columns, Column{p.name, column, isDate})
	}
	for side := range sides {
		_, err := p.w.Run(ctx, statements["31_insert_prints"], warehouse.Args{
			"side": side, "source": sides[side], "file_name": p.name, "person": p.person[side], "dates": dates, "shared": shared,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *pair) meet(ctx context.Context, left, right string) (shared, dates bool, err error) {
	args := warehouse.Args{"left_side": sides[0], "right_side": sides[1], "left_column": left, "right_column": right}
	_, err = p.w.One(ctx, statements["20_meet"], args, &shared, &dates)
	return shared, dates, err
}

// ways are what a participant may be known by.
var ways = []struct{ by, column string }{
	{"numbers of rows", "by_rows"}, {"dates", "by_dates"}, {"all values in common", "by_values"},
}

// count counts who is joined in each way, protected together.
func (r *Report) count(ctx context.Context, w *warehouse.Warehouse, profile disclosure.Profile) error {
	table := protect.Table{Cells: []protect.Cell{{Name: "first", Counted: true}, {Name: "second", Counted: true}}}
	for _, way := range ways {
		var joined, others disclosure.Count
		args := warehouse.Args{"known": way.column}
		if _, err := w.One(ctx, statements["40_count_joined"], args, &table.Cells[0].Count, &table.Cells[1].Count, &joined, &others); err != nil {
			return err
		}
		at := len(table.Cells)
		table.Cells = append(table.Cells, protect.Cell{Name: way.by, Count: joined}, protect.Cell{Name: "not by " + way.by, Count: others})
		table.Sums = append(table.Sums, protect.Sum{Total: 0, Parts: []int{at, at + 1}})
		table.Shares = append(table.Shares, protect.Share{Part: at, Whole: 0})
	}
	result, err := protect.Protect(table, profile)
	if err != nil {
		return err
	}
	r.Participants = [2]disclosure.Cell{result.Cells[0], result.Cells[1]}
	for i, way := range ways {
		r.Joined = append(r.Joined, Joined{way.by, result.Cells[table.Shares[i].Part], result.Shares[i]})
	}
	return nil
}
