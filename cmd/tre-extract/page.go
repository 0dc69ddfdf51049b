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
	dataset, format, out, rules, modified, citations string
	freeze                                           int
}

func (s *session) pageCommand() *cobra.Command {
	var opts pageOptions
	command := newCommand("page DATASET", "Make the dataset page",
		`Makes the dataset page of the newest loaded version: descriptors with the
citation, participants by study and table under a disclosure profile, the
version history with every table's own size, and syntax to start from. As HTML
it is one file that needs no network.`,
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
	dataset, err := s.dataset(opts.dataset)
	if err != nil {
		return page.Model{}, err
	}
	files, err := s.specFiles()
	if err != nil {
		return page.Model{}, err
	}
	profile, err := spec.LoadRules(files, opts.rules)
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
		builder := pageBuilder{dataset, list, newest, tables.participants, freeze, opts.citations}
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
	citations string
}

func (b pageBuilder) model(modified spec.Date) (page.Model, error) {
	work, err := b.newest.Work(b.dataset)
	if err != nil {
		return page.Model{}, err
	}
	history, err := b.history()
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
		Syntax:        b.syntax(),
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
		Notes:          []string{"Totals add the cells shown, over studies: masked cells are left out, and one person in two studies is two participants."},
	}
	for _, mark := range b.grid.Stamp.Marks {
		shown.Marks = append(shown.Marks, page.Mark{Text: mark.Mark, Meaning: mark.Meaning})
	}
	for _, study := range b.grid.Studies {
		shown.Studies = append(shown.Studies, page.Study{Name: study})
	}
	for _, column := range b.grid.Columns {
		shown.Tables = append(shown.Tables, column.Name)
		shown.Totals = append(shown.Totals, column.Total.String())
		for i, cell := range column.Cells {
			shown.Studies[i].Cells = append(shown.Studies[i].Cells, cell.String())
		}
	}
	return shown
}

func (b pageBuilder) history() (page.History, error) {
	history := page.History{MainTable: b.dataset.Hub.String()}
	for _, table := range b.dataset.Tables {
		history.Tables = append(history.Tables, table.Name.String())
	}
	for _, version := range b.versions {
		work, err := version.Work(b.dataset)
		if err != nil {
			return history, err
		}
		shown := page.Version{Number: version.Name.Number.String(), Date: version.Date.Long(), DOI: work.DOI}
		for _, table := range version.Tables {
			shown.Sizes = append(shown.Sizes, page.Size{
				Table: table.Name, Variables: strconv.Itoa(table.Columns), Observations: strconv.FormatInt(table.Rows, 10),
			})
		}
		history.Versions = append(history.Versions, shown)
	}
	return history, nil
}

// syntax shows the two steps that every analysis of overlapping extracts needs.
func (b pageBuilder) syntax() []page.Snippet {
	hub := fmt.Sprintf("%s.%s_%s_%s", b.dataset.Schema, b.dataset.Stem, b.dataset.Hub, b.newest.Name.Number.Suffix())
	event := b.dataset.Tables[0].Name
	other := fmt.Sprintf("%s.%s_%s_%s", b.dataset.Schema, b.dataset.Stem, event, b.newest.Name.Number.Suffix())
	return []page.Snippet{
		{
			Title:    "One row a pathway and financial year",
			Purpose:  "Extract periods of a financial year overlap and are cumulative. Keep the last of them for each pathway, or referrals are counted twice.",
			Language: "sql",
			Code: fmt.Sprintf(`WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY pathwayid, extract_start_date
            ORDER BY extract_end_date DESC
        ) AS age
    FROM %s
)
SELECT *
FROM ranked
WHERE age = 1;`, hub),
		},
		{
			Title:    "Events of the pathways that were kept",
			Purpose:  fmt.Sprintf("Every table joins to %s. Join on the extract period too, so that an event is counted once.", b.dataset.Hub),
			Language: "sql",
			Code: fmt.Sprintf(`SELECT
    d.pathwayid,
    COUNT(*) AS events
FROM latest AS d -- the result of the query above
JOIN %s AS e
    ON e.pathwayid = d.pathwayid
    AND e.extract_start_date = d.extract_start_date
    AND e.extract_end_date = d.extract_end_date
GROUP BY d.pathwayid;`, other),
		},
	}
}
