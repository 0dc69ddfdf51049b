package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/labels"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

type labelsOptions struct {
	version, out, rules string
	formats             []string
	asJSON              bool
}

// labelFormats are the forms that labels are written in.
var labelFormats = []string{"csv", "stata", "r"}

func (s *session) labelsCommand() *cobra.Command {
	var opts labelsOptions
	command := newCommand("labels DATASET@N", "Write what columns and codes mean, for Stata, R and UK LLC's tables",
		`Writes the labels of every auxiliary table of a version: as CSV the twins that UK
LLC gives with a table (TABLE_v0003_values, TABLE_v0003_description), for Stata a
do-file a table, for R one script that makes factors. NAME_label_gaps.csv lists
what has no label: columns without one, lists without a column.

It works from the specifications alone. With -w the gaps also name the codes that
the data have and the list lacks; the rows that have them go through the
disclosure profile.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.labels(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the folder to write to")
	flags.StringSliceVar(&opts.formats, "format", []string{"csv"}, strings.Join(labelFormats, ", ")+"; several with commas")
	flags.StringVar(&opts.rules, "rules", defaultRules, "the disclosure profile")
	flags.BoolVar(&opts.asJSON, "json", false, "answer with the files and the gaps as JSON")
	return command
}

func (s *session) labels(ctx context.Context, opts labelsOptions) error {
	if opts.out == "" {
		return cli.Fail(cli.Usage, errors.New("no folder is named"), "--out DIR names the folder to write to")
	}
	for _, format := range opts.formats {
		if !slices.Contains(labelFormats, format) {
			return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", format), "--format is "+strings.Join(labelFormats, ", "))
		}
	}
	made, err := s.makeLabels(ctx, opts)
	if err != nil {
		return err
	}
	answer := struct {
		Files []string     `json:"files"`
		Gaps  []labels.Gap `json:"gaps"`
	}{[]string{}, made.gaps}
	for _, file := range made.files {
		path := filepath.Join(opts.out, file.Name)
		if err := cli.WriteFile(path, file.Text); err != nil {
			return err
		}
		answer.Files = append(answer.Files, path)
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, answer)
	}
	for _, path := range answer.Files {
		fmt.Fprintln(s.streams.Out, path)
	}
	if len(made.gaps) > 0 {
		fmt.Fprintf(s.streams.Err, "gaps in the labels: %s\n", gapsInWords(made.gaps))
	}
	return nil
}

// gapsInWords counts the gaps of each kind, which are of columns and lists.
func gapsInWords(gaps []labels.Gap) string {
	var parts []string
	for _, kind := range []string{labels.NoLabel, labels.NoColumn, labels.Unlisted} {
		of := slices.DeleteFunc(slices.Clone(gaps), func(g labels.Gap) bool { return g.Kind != kind })
		if len(of) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", kind, len(of)))
		}
	}
	return strings.Join(parts, "; ")
}

// madeLabels are the files of a version's labels and what they lack.
type madeLabels struct {
	files []labels.File
	gaps  []labels.Gap
}

func (s *session) makeLabels(ctx context.Context, opts labelsOptions) (madeLabels, error) {
	reference, dataset, err := s.datasetVersion(opts.version)
	if err != nil {
		return madeLabels{}, err
	}
	version, err := resolve(dataset, reference)
	if err != nil {
		return madeLabels{}, err
	}
	files, err := s.specFiles()
	if err != nil {
		return madeLabels{}, err
	}
	known, err := spec.LoadLabels(files, dataset.Name)
	if err != nil {
		return madeLabels{}, err
	}
	made := madeLabels{gaps: labels.Gaps(dataset, version, known)}
	if s.workspace != "" {
		found, err := s.unlistedCodes(ctx, opts, known)
		if err != nil {
			return madeLabels{}, err
		}
		made.gaps = append(made.gaps, found...)
	}
	var tables []labels.Table
	for _, table := range dataset.Tables {
		tables = append(tables, labels.Of(dataset, table, version, known))
	}
	if made.files, err = labelFiles(version.FileStem(), tables, opts.formats); err != nil {
		return madeLabels{}, err
	}
	made.files = append(made.files, labels.File{Name: version.FileStem() + "_label_gaps.csv", Text: labels.GapsCSV(made.gaps)})
	return made, nil
}

func labelFiles(stem string, tables []labels.Table, formats []string) ([]labels.File, error) {
	var files []labels.File
	for _, format := range formats {
		var written []labels.File
		var err error
		switch format {
		case "csv":
			written = labels.CSV(tables)
		case "stata":
			written, err = labels.StataDo(tables)
		case "r":
			written, err = labels.R(stem, tables)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, written...)
	}
	return files, nil
}

// unlistedCodes asks the data which columns have codes that their list lacks.
func (s *session) unlistedCodes(ctx context.Context, opts labelsOptions, known spec.Labels) ([]labels.Gap, error) {
	profile, err := s.rules(opts.rules)
	if err != nil {
		return nil, err
	}
	var gaps []labels.Gap
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		assessed, err := quality.Assess(ctx, workspace.Warehouse, quality.Question{
			Dataset: dataset, Version: version.Name, Labels: known, Profile: profile,
			Quality: spec.Quality{Rules: []spec.QualityRule{{Code: "LBL001", Severity: spec.SeverityWarning, Kind: spec.CodeListRule}}},
		})
		gaps = gapsOf(assessed)
		return err
	})
	return gaps, err
}

func gapsOf(assessed quality.Report) []labels.Gap {
	var gaps []labels.Gap
	for _, check := range assessed.Checks {
		if check.State != quality.Broken {
			continue
		}
		gap := labels.Gap{Kind: labels.Unlisted, Table: check.Table, Column: check.Columns[0], Rows: check.Rows.String()}
		for _, one := range assessed.Unlisted(check.Table, check.Columns[0]) {
			gap.Codes = append(gap.Codes, one.Code)
		}
		gaps = append(gaps, gap)
	}
	return gaps
}
