package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

type measuresOptions struct {
	version, period, from, to string
	levels, variables         []string
	rules, mark               string
	hasMark                   bool
	freeze                    int
	everybody                 bool
	organisations             string
	outcomes, finished        string
	opposite                  string
	format, out               string
	asJSON                    bool
}

func (s *session) measuresCommand() *cobra.Command {
	var opts measuresOptions
	command := newCommand("measures DATASET@N", "Work out the published NHS measures, safely",
		`Works out the measures that NHS England publishes of a dataset: referrals,
access, waits, endings, outcomes and appointments, by month, quarter, financial
year or any window, for England, regions, ICBs, sub-ICBs, providers, and for
studies. No exact number leaves this command but through a disclosure profile.

Those who count are the people linked in a freeze, unless --everybody says that
the tables hold no study's people. Without --from and --to the periods are the
whole ones that the extracts cover.

Without --out one format goes to standard output: csv is the publication's long
file. With --out DIR csv, json and md are written there, with the comparison of
shipped flags and scores and the faults of the data beside the figures, and with
--format parquet the long file as Parquet too.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.measures(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.period, "period", measures.Month, "month, quarter, year (from April), or START:END")
	flags.StringVar(&opts.from, "from", "", "the first day that whole periods may begin on")
	flags.StringVar(&opts.to, "to", "", "the last day that whole periods may end on")
	flags.StringSliceVar(&opts.levels, "levels", nil, "England, Region, ICB, SubICB, Provider, SubICB-Provider, Study; all but Study when the rules round, otherwise Study")
	flags.StringSliceVar(&opts.variables, "variables", nil, "AgeBand, Gender, EthnicGroup, ProblemDescriptor, DeprivationDecile, TherapyType, ReferralSource")
	flags.StringVar(&opts.rules, "rules", measuresRules, "the disclosure profile")
	flags.StringVar(&opts.mark, "mark", "", "which of the rules' marks to write for masked figures; their first when not given")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze whose linked people count; 0 means the newest")
	flags.BoolVar(&opts.everybody, "everybody", false, "count everybody in the tables, of no study")
	flags.StringVar(&opts.organisations, "organisations", "", "a CSV file of known organisations: code, name, successor")
	flags.StringVar(&opts.outcomes, "outcomes", "shipped", "shipped flags, or recomputed from scores")
	flags.StringVar(&opts.finished, "finished", "counts", "a finished course by counts (two treatments) or by flag")
	flags.StringVar(&opts.opposite, "opposite", "excludes", "a reliable change the other way excludes one, or is ignored; for recomputed outcomes")
	flags.StringVar(&opts.format, "format", "csv", "csv, json, md or parquet; parquet with --out alone")
	flags.StringVar(&opts.out, "out", "", "a folder to write to")
	flags.BoolVar(&opts.asJSON, "json", false, "the same as --format json")
	command.PreRun = func(command *cobra.Command, _ []string) { opts.hasMark = command.Flags().Changed("mark") }
	return command
}

func (s *session) measures(ctx context.Context, opts measuresOptions) error {
	if opts.asJSON {
		opts.format = "json"
	}
	if err := opts.check(); err != nil {
		return err
	}
	rules, err := s.rules(opts.rules)
	if err == nil && opts.hasMark {
		if rules, err = rules.Writing(opts.mark); err != nil {
			return cli.Fail(cli.Usage, err, "")
		}
	}
	if err != nil {
		return err
	}
	var directories []string
	if opts.out != "" {
		directories = []string{opts.out}
		if err := os.MkdirAll(opts.out, 0o755); err != nil {
			return err
		}
	}
	return s.reading(ctx, directories, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		request, source, err := s.measuresRequest(ctx, workspace.Warehouse, opts, version, dataset, rules)
		if err != nil {
			return err
		}
		results, err := countedResults(ctx, workspace.Warehouse, request)
		if err != nil {
			return err
		}
		if opts.out == "" {
			return s.printMeasures(results, source, opts.format)
		}
		return s.writeMeasures(ctx, workspace.Warehouse, results, source, version.Name, opts)
	})
}

// countedResults counts what is asked for, and passes it through the rules.
func countedResults(ctx context.Context, w *warehouse.Warehouse, request measures.Request) (measures.Results, error) {
	counted, err := measures.Count(ctx, w, request)
	if err != nil {
		return measures.Results{}, err
	}
	return counted.Results()
}

func (o measuresOptions) check() error {
	for _, choice := range []struct {
		flag, value string
		of          []string
	}{
		{"format", o.format, []string{"csv", "json", "md", "parquet"}},
		{"outcomes", o.outcomes, []string{"shipped", "recomputed"}},
		{"finished", o.finished, []string{"counts", "flag"}},
		{"opposite", o.opposite, []string{"excludes", "ignored"}},
	} {
		if !slices.Contains(choice.of, choice.value) {
			return cli.Fail(cli.Usage, fmt.Errorf("--%s is %q", choice.flag, choice.value), "--"+choice.flag+" is "+strings.Join(choice.of, " or "))
		}
	}
	if o.format == "parquet" && o.out == "" {
		return cli.Fail(cli.Usage, errors.New("a file in Parquet is no text"), "add --out DIR")
	}
	if o.everybody && o.freeze != 0 {
		return cli.Fail(cli.Usage, errors.New("--everybody and --freeze ask for different people"), "name one of them")
	}
	return nil
}

func (s *session) measuresRequest(ctx context.Context, w *warehouse.Warehouse, opts measuresOptions, version versions.Version, dataset spec.Dataset, rules disclosure.Profile) (measures.Request, measures.Source, error) {
	request := measures.Request{
		Dataset: dataset, Version: version.Name, Rules: rules, Variables: opts.variables,
		Choices: measures.Choices{Recomputed: opts.outcomes == "recomputed", FinishedFlag: opts.finished == "flag", WithoutClause: opts.opposite == "ignored"},
	}
	source := measures.Source{Dataset: dataset.Name, Version: int(version.Name.Number), VersionDate: version.Date.String(), DOI: version.DOI()}
	files, err := s.specFiles()
	if err != nil {
		return request, source, err
	}
	request.Measures, err = spec.LoadMeasures(files, dataset.Name)
	cutOffs, cutOffsErr := spec.LoadCutOffs(files, dataset.Name)
	request.CutOffs = cutOffs
	if err := spec.Join(err, cutOffsErr); err != nil {
		return request, source, err
	}
	if !opts.everybody {
		freeze, err := linkage.Find(ctx, w, opts.freeze)
		if err != nil {
			return request, source, err
		}
		request.Freeze, source.Freeze, source.FreezeDate = freeze.Number, freeze.Number, freeze.Date.String()
	}
	if request.Levels, err = opts.levelsFor(rules, request.Freeze); err != nil {
		return request, source, cli.Fail(cli.Usage, err, "")
	}
	for _, name := range opts.variables {
		if _, found := request.Measures.Variable(name); !found {
			return request, source, cli.Fail(cli.Usage, fmt.Errorf("there is no variable %q", name), "--help lists them")
		}
	}
	if request.Organisations, err = readOrganisations(opts.organisations); err != nil {
		return request, source, cli.Fail(cli.BadInput, err, "a header of code, name and successor, then one organisation a line")
	}
	request.Periods, err = opts.periods(ctx, w, dataset, version.Name)
	return request, source, err
}

// levelsFor returns the levels asked for. Rules that print exact counts are asked
// for one at a time.
func (o measuresOptions) levelsFor(rules disclosure.Profile, freeze int) ([]measures.Level, error) {
	if len(o.levels) > 0 {
		var levels []measures.Level
		for _, name := range o.levels {
			level, err := measures.ParseLevel(name)
			if err != nil {
				return nil, err
			}
			levels = append(levels, level)
		}
		if slices.Contains(levels, measures.Study) && freeze == 0 {
			return nil, measures.ErrNoStudies
		}
		return levels, nil
	}
	switch {
	case rules.Rules().RoundingBase.Value > 1:
		return measures.Levels()[:len(measures.Levels())-1], nil
	case freeze > 0:
		return []measures.Level{measures.Study}, nil
	}
	return []measures.Level{measures.England}, nil
}

func readOrganisations(path string) (measures.Organisations, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return measures.ReadOrganisations(file)
}

// periods returns the periods asked for, within the days that the extracts cover
// where nothing else is said.
func (o measuresOptions) periods(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version spec.DatasetVersion) ([]measures.Period, error) {
	if strings.Contains(o.period, ":") {
		period, err := measures.ParseWindow(o.period)
		if err != nil {
			return nil, cli.Fail(cli.Usage, err, "--period takes month, quarter, year, or days such as 2023-04-01:2023-09-30")
		}
		return []measures.Period{period}, nil
	}
	span, found, err := measures.Extent(ctx, w, dataset, version)
	if err != nil {
		return nil, err
	}
	if !found && (o.from == "" || o.to == "") {
		return nil, cli.Fail(cli.BadInput, errors.New("the hub holds no extract, so that no period is known"), "name one with --period START:END")
	}
	for flag, day := range map[string]*spec.Date{"from": &span.First, "to": &span.Last} {
		text := map[string]string{"from": o.from, "to": o.to}[flag]
		if text == "" {
			continue
		}
		if *day, err = parseDate(flag, text); err != nil {
			return nil, err
		}
	}
	list, err := measures.PeriodsWithin(o.period, span)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "--period is month, quarter, year or START:END; --from and --to bound it")
	}
	return list, nil
}

const measuresTitle = "NHS Talking Therapies measures"

func (s *session) printMeasures(results measures.Results, source measures.Source, format string) error {
	switch format {
	case "json":
		return results.WriteJSON(s.streams.Out, source)
	case "md":
		return results.WriteMarkdown(s.streams.Out, measuresTitle, source)
	}
	return results.WriteCSV(s.streams.Out)
}

// writeMeasures writes every format of text, and Parquet when it is asked for and
// the rules let such files leave.
func (s *session) writeMeasures(ctx context.Context, w *warehouse.Warehouse, results measures.Results, source measures.Source, version spec.DatasetVersion, opts measuresOptions) error {
	stem := filepath.Join(opts.out, version.FileStem()+"_measures_"+strings.ReplaceAll(opts.period, ":", "_to_"))
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{stem + ".csv", results.WriteCSV},
		{stem + "_agreement.csv", results.WriteAgreementCSV},
		{stem + "_faults.csv", results.WriteFaultsCSV},
		{stem + ".json", func(w io.Writer) error { return results.WriteJSON(w, source) }},
		{stem + ".md", func(w io.Writer) error { return results.WriteMarkdown(w, measuresTitle, source) }},
	} {
		if err := writeWhole(file.name, file.write); err != nil {
			return err
		}
		fmt.Fprintln(s.streams.Out, file.name)
	}
	if opts.format != "parquet" {
		return nil
	}
	if slices.Contains(results.Rules().Rules().BlockedTypes.Value, "parquet") {
		return cli.Fail(cli.Refused, fmt.Errorf("the rules %s let no Parquet file leave", results.Rules().Name()), "the other formats were written")
	}
	if err := results.WriteParquet(ctx, w, stem+".parquet"); err != nil {
		return err
	}
	fmt.Fprintln(s.streams.Out, stem+".parquet")
	return nil
}
