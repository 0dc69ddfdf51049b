package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/page"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

type pageOptions struct {
	dataset, format, out, rules, modified, citations, project string
	freeze                                                    int
}

func (s *session) pageCommand() *cobra.Command {
	var opts pageOptions
	command := newCommand("page DATASET", "Make the dataset page",
		`Makes the dataset page of the newest loaded version: descriptors with the
citation, participants by study and table under a disclosure profile, the
version history with every table's own size, what versions changelog has kept of
changes in the data, and syntax to start from. As HTML it is one file that needs
no network.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.dataset = args[0]
			return s.page(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.format, "format", "html", "md or html")
	flags.StringVar(&opts.out, "out", "", "the file to write; standard output if not given")
	flags.StringVar(&opts.rules, "rules", defaultRules, "the disclosure profile")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze to count in; 0 means the newest")
	flags.StringVar(&opts.modified, "modified", "", "the page's date (default: today)")
	flags.StringVar(&opts.project, "project", "llc_0042", "the project whose names the syntax has")
	flags.StringVar(&opts.citations, "citations", "../citations", "where the citation files lie, as seen from the page")
	return command
}

func (s *session) page(ctx context.Context, opts pageOptions) error {
	render := map[string]func(page.Model) ([]byte, error){"html": page.HTML, "md": page.Markdown}[opts.format]
	if render == nil {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format is md or html")
	}
	model, err := s.pageModel(ctx, opts)
	if err != nil {
		return err
	}
	text, err := render(model)
	if err != nil {
		return err
	}
	if opts.out == "" {
		_, err = s.streams.Out.Write(text)
		return err
	}
	if err := cli.WriteFile(opts.out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.streams.Out, opts.out)
	return err
}

func (s *session) pageModel(ctx context.Context, opts pageOptions) (page.Model, error) {
	modified := spec.DateOf(s.now())
	if opts.modified != "" {
		given, err := parseDate("modified", opts.modified)
		if err != nil {
			return page.Model{}, err
		}
		modified = given
	}
	project, err := spec.ParseProjectID(opts.project)
	if err != nil {
		return page.Model{}, cli.Fail(cli.Usage, err, "--project takes a project such as llc_0042")
	}
	dataset, err := s.dataset(opts.dataset)
	if err != nil {
		return page.Model{}, err
	}
	profile, err := s.rules(opts.rules)
	if err != nil {
		return page.Model{}, err
	}
	var model page.Model
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		list, err := versions.List(ctx, workspace.Warehouse, dataset)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return cli.Fail(cli.BadInput, errors.New("no version of "+dataset.Name+" is loaded"), "tre-extract load loads one")
		}
		newest := list[len(list)-1]
		tables, err := countMetrics(ctx, workspace.Warehouse, newest, dataset, opts.freeze, profile)
		if err != nil {
			return err
		}
		freeze, err := linkage.Find(ctx, workspace.Warehouse, opts.freeze)
		if err != nil {
			return err
		}
		compared := versions.Comparison{Dataset: dataset, Profile: profile, Freeze: freeze.Number}
		changes, missing, err := keptChanges(ctx, workspace.Warehouse, list, compared)
		if err != nil {
			return err
		}
		builder := pageBuilder{dataset, list, newest, tables.participants, freeze, project, changes, missing, opts.citations}
		model, err = builder.model(modified)
		return err
	})
	return model, err
}

// pageBuilder turns what the workspace knows into the words of a page.
type pageBuilder struct {
	dataset   spec.Dataset
	versions  []versions.Version
	newest    versions.Version
	grid      metrics.Grid
	freeze    linkage.Freeze
	project   spec.ProjectID
	changes   []page.Change
	missing   string // which changes are not kept, and what keeps them
	citations string
}

func (b pageBuilder) model(modified spec.Date) (page.Model, error) {
	if err := b.newest.Published(b.dataset); err != nil {
		return page.Model{}, err
	}
	work, err := b.newest.Work(b.dataset)
	if err != nil {
		return page.Model{}, err
	}
	history, err := b.history()
	if err != nil {
		return page.Model{}, err
	}
	syntax, err := page.Syntax(b.dataset, b.newest.Name, b.project)
	if err != nil {
		return page.Model{}, err
	}
	facts := b.dataset.Descriptors
	return page.Model{
		Title:         facts.Title,
		LastModified:  modified.Long(),
		Summary:       facts.Summary,
		Descriptors:   b.descriptors(work),
		Metrics:       b.metrics(work.DOI),
		History:       history,
		Documentation: []page.Link{{Text: "Key link of the data owner", Address: facts.KeyLink}},
		Syntax:        syntax,
	}, nil
}

// manyTables stands where a count of the dataset would be one table's only.
const manyTables = "N/A - Dataset comprises of multiple auxiliary tables"

func (b pageBuilder) descriptors(work cite.Work) page.Descriptors {
	facts := b.dataset.Descriptors
	stem := b.citations + "/" + b.newest.Name.FileStem()
	return page.Descriptors{
		Name:     b.dataset.Name,
		Citation: work,
		Downloads: []page.Link{
			{Text: "Citeproc JSON", Address: stem + cite.CSLJSON.Extension()},
			{Text: "BibTeX", Address: stem + cite.BibTeX.Extension()},
			{Text: "RIS", Address: stem + cite.RIS.Extension()},
		},
		Series: facts.Series, Owner: facts.Owner, Copyright: facts.Copyright,
		TemporalCoverage: facts.TemporalCoverage, GeographicalCoverage: facts.GeographicalCoverage,
		Participants: manyTables, Variables: manyTables, Observations: manyTables,
		KeyLink: facts.KeyLink, Keywords: facts.Keywords,
		LatestExtract: b.newest.LatestExtract().String(),
		Restrictions:  facts.Restrictions, RequestLink: facts.RequestLink,
	}
}

func (b pageBuilder) metrics(doi cite.DOI) page.Metrics {
	shown := page.Metrics{
		Caption:        fmt.Sprintf("Participants from each LPS represented in the %s dataset in the UK LLC TRE.", b.dataset.Descriptors.ShortName),
		DatasetVersion: b.newest.Name.String(),
		DOI:            doi,
		Freeze:         fmt.Sprintf("%d (%s)", b.freeze.Number, b.freeze.Date.Long()),
		Rules:          b.grid.Stamp.Rules,
		FileStem:       fmt.Sprintf("%s_freeze_%d_participants", b.newest.Name.FileStem(), b.freeze.Number),
		Notes:          []string{"Totals add the cells shown, over studies: masked cells are left out, and one person in two studies is two participants."},
	}
	for _, mark := range b.grid.Stamp.Marks {
		shown.Marks = append(shown.Marks, page.Mark{Text: mark.Mark, Meaning: mark.Meaning})
	}
	for _, study := range b.grid.Studies {
		shown.Studies = append(shown.Studies, page.Study{Name: study})
	}
	for _, column := range b.grid.Columns {
		shown.Tables = append(shown.Tables, b.table(column))
		for i, cell := range column.Cells {
			shown.Studies[i].Cells = append(shown.Studies[i].Cells, cell.String())
		}
	}
	return shown
}

// table says of a column of the metrics what is known besides its participants.
func (b pageBuilder) table(column metrics.Column) page.Table {
	described, _ := b.dataset.Table(column.Name)
	held, _ := b.newest.Table(column.Name)
	size := sizeOf(column.Name, held.Columns, held.Rows)
	return page.Table{
		Name: column.Name, Description: described.Summary,
		Variables: size.Variables, Observations: size.Observations, Total: column.Total.String(),
	}
}

func sizeOf(table string, columns int, rows int64) page.Size {
	return page.Size{Table: table, Variables: strconv.Itoa(columns), Observations: strconv.FormatInt(rows, 10)}
}

func (b pageBuilder) history() (page.History, error) {
	history := page.History{MainTable: b.dataset.Hub.String(), Changes: b.changes, Missing: b.missing}
	for _, table := range b.dataset.Tables {
		history.Tables = append(history.Tables, table.Name.String())
	}
	for _, version := range b.versions {
		work, err := version.Work(b.dataset)
		if err != nil {
			return history, err
		}
		shown := page.Version{Number: versions.Label(b.versions, version), Date: version.Date.Long(), DOI: work.DOI}
		var columns int
		var rows int64
		for _, table := range version.Tables {
			shown.Sizes = append(shown.Sizes, sizeOf(table.Name, table.Columns, table.Rows))
			columns += table.Columns
			rows += table.Rows
		}
		shown.Total = sizeOf("", columns, rows)
		history.Versions = append(history.Versions, shown)
	}
	return history, nil
}
