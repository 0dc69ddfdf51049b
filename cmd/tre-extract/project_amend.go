package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

type amendOptions struct {
	project, out, against         string
	freeze                        int
	versions                      []string
	withoutCounts, dryRun, asJSON bool
}

func (s *session) projectAmendCommand() *cobra.Command {
	var opts amendOptions
	command := newCommand("amend PROJECT.toml", "Move a project to a newer freeze or version, and say what changes",
		`Writes the project's specification under the next letter (llc_0042 becomes
llc_0042_b), on the workspace's newest freeze or the one that --freeze names, with
every --version in the place of the version before. Comments and order are kept, and
so are the participants' ids: they are of the project, whatever its letter.

It says what changes: versions, tables and columns, the inclusion funnel, who joins
and leaves each study, the rows of each table. Whoever sees that can subtract: where
a difference would tell of fewer people than the profile shows, nothing is written
and everything is refused (exit code 5), without a word on where it was.
--without-counts leaves people out. What was told has an entry in the ledger. --against DIR compares with the columns of the
extract that the project was given, and says whether it is of this specification.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.project = args[0]
			return s.projectAmend(ctx, opts)
		})
	flags := command.Flags()
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze to move to; the newest when not given")
	flags.StringArrayVar(&opts.versions, "version", nil, "a dataset's version to move to, as NHSE_IAPT@4; may be given for each dataset")
	flags.StringVar(&opts.against, "against", "", "the folder of the extract that the project was given last")
	flags.StringVar(&opts.out, "out", "", "the file to write; must not be there yet")
	flags.BoolVar(&opts.withoutCounts, "without-counts", false, "say nothing about people")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "write nothing")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) projectAmend(ctx context.Context, opts amendOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	made, err := readLastExtract(opts.against)
	if err != nil {
		return err
	}
	files, err := s.specFiles()
	if err != nil {
		return err
	}
	project, err := loadProject(files, opts.project)
	before, err := s.sourcesOf(files, project, err)
	if err != nil {
		return err
	}
	if made != nil && !isOf(made.Project, project.ID) {
		return notAnExtract(opts.against, "EXT003", fmt.Sprintf("is an extract of %s, and not of %s", made.Project, project.ID))
	}
	return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		text, after, err := s.amendedSources(ctx, workspace, files, project, opts)
		if err != nil {
			return err
		}
		if before.KeyVersion, err = newestKey(workspace); err != nil {
			return err
		}
		after.KeyVersion = before.KeyVersion
		amended, err := extract.Amend(ctx, workspace.Warehouse, extract.AmendRequest{Before: before, After: after, Counts: !opts.withoutCounts, Extract: made})
		if err != nil {
			return err
		}
		if err := s.record(ctx, workspace, amended.Event(after.Project.SHA256())); err != nil {
			return err
		}
		if !opts.dryRun {
			if err := cli.WriteFile(opts.out, text); err != nil {
				return err
			}
		}
		return s.writeAmended(amended, opts)
	})
}

// check refuses an output that is missing or would replace a file.
func (o amendOptions) check() error {
	if o.out == "" && !o.dryRun {
		return cli.Fail(cli.Usage, errors.New("the amended project has no file to go to"), "--out NEW.toml names it; --dry-run writes nothing")
	}
	if _, err := os.Lstat(o.out); o.out != "" && !errors.Is(err, fs.ErrNotExist) {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is there already", o.out), "name a file that is not there: what was approved before stays as it is")
	}
	return nil
}

// readLastExtract reads the manifest of an extract that is as it was made; nil when
// none is named.
func readLastExtract(dir string) (*extract.Manifest, error) {
	if dir == "" {
		return nil, nil
	}
	folder, err := manifest.Read(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, notAnExtract(dir, "EXT001", "has no "+manifest.FileName+": it is not an extract")
	case errors.Is(err, manifest.ErrForm):
		return nil, notAnExtract(filepath.Join(dir, manifest.FileName), "EXT002", "is not a manifest of this program")
	case err != nil:
		return nil, err
	}
	if folder.Judge(manifest.Present{}).IsBroken() {
		return nil, cli.Fail(cli.Refused, fmt.Errorf("%s is not the extract that was made", dir), "tre-extract verify says what differs")
	}
	return &folder.Manifest, nil
}

// isOf reports whether a manifest's project is a project or another amendment of it.
func isOf(made string, project spec.ProjectID) bool {
	id, err := spec.ParseProjectID(made)
	return err == nil && id.Number() == project.Number()
}

// newestKey returns the version of the workspace's newest root key; 0 for none.
func newestKey(workspace *warehouse.Workspace) (int, error) {
	versions, err := keys.Versions(workspace.KeysDir())
	if len(versions) == 0 {
		return 0, err
	}
	return versions[len(versions)-1], err
}

// amendedSources returns the text of the amended project and what it is planned
// from.
func (s *session) amendedSources(ctx context.Context, workspace *warehouse.Workspace, files fs.FS, project spec.Project, opts amendOptions) ([]byte, extract.Sources, error) {
	amendment, err := opts.amendment(ctx, workspace, project)
	if err != nil {
		return nil, extract.Sources{}, err
	}
	text, err := project.Amend(amendment)
	if err != nil {
		return nil, extract.Sources{}, cli.Fail(cli.Usage, err, "")
	}
	name := filepath.Base(opts.out)
	if opts.out == "" {
		name = project.File()
	}
	amended, err := spec.ParseProject(name, text)
	sources, err := s.sourcesOf(files, amended, err)
	return text, sources, err
}

// amendment returns what the project moves to.
func (o amendOptions) amendment(ctx context.Context, workspace *warehouse.Workspace, project spec.Project) (spec.Amendment, error) {
	to := spec.Amendment{Freeze: o.freeze}
	var err error
	if to.ID, err = project.ID.Next(); err != nil {
		return to, cli.Fail(cli.Usage, err, "")
	}
	if to.Freeze == 0 {
		numbers, err := extract.FreezeNumbers(ctx, workspace.Warehouse)
		if err != nil {
			return to, err
		}
		to.Freeze = slices.Max(append(numbers, project.Freeze))
	}
	if to.Freeze < project.Freeze {
		return to, cli.Fail(cli.Usage, fmt.Errorf("freeze %d is older than the project's, %d", to.Freeze, project.Freeze), "an amendment moves on: name a later freeze, or none for the newest")
	}
	if to.Versions, err = o.newVersions(project); err != nil {
		return to, err
	}
	moved := slices.ContainsFunc(to.Versions, func(v spec.DatasetVersion) bool { return !has(project, v) })
	if to.Freeze == project.Freeze && !moved {
		return to, cli.Fail(cli.Usage, fmt.Errorf("%s is on freeze %d and these versions already: there is nothing to amend", project.ID, project.Freeze), "--freeze and --version name what it moves to")
	}
	return to, nil
}

func has(project spec.Project, version spec.DatasetVersion) bool {
	return slices.ContainsFunc(project.Datasets, func(d spec.ProjectDataset) bool { return d.Version == version })
}

// newVersions reads the versions that the project moves to.
func (o amendOptions) newVersions(project spec.Project) ([]spec.DatasetVersion, error) {
	var list []spec.DatasetVersion
	for _, name := range o.versions {
		version, err := spec.ParseDatasetVersion(name)
		if err != nil {
			return nil, cli.Fail(cli.Usage, err, "--version NHSE_IAPT@4 names one")
		}
		if slices.ContainsFunc(list, func(v spec.DatasetVersion) bool { return v.Dataset == version.Dataset }) {
			return nil, cli.Fail(cli.Usage, fmt.Errorf("%s is to move to two versions", version.Dataset), "name one version of each dataset")
		}
		for _, dataset := range project.Datasets {
			if dataset.Version.Dataset == version.Dataset && version.Number < dataset.Version.Number {
				return nil, cli.Fail(cli.Usage, fmt.Errorf("%s is older than the project's, %s", version, dataset.Version), "an amendment moves on: name a later version")
			}
		}
		list = append(list, version)
	}
	return list, nil
}

func (s *session) writeAmended(amended extract.Amended, opts amendOptions) error {
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, amended)
	}
	var text bytes.Buffer
	describeAmended(&text, amended)
	if _, err := text.WriteTo(s.streams.Out); err != nil {
		return err
	}
	if amended.Approval != "" {
		fmt.Fprintf(s.streams.Err, "hint: no run is allowed yet: %s\n", amended.Approval)
	}
	if !opts.dryRun {
		fmt.Fprintf(s.streams.Err, "wrote %s; tre-extract plan shows it whole\n", opts.out)
	}
	return nil
}

func describeAmended(w io.Writer, amended extract.Amended) {
	fmt.Fprintf(w, "%s becomes %s; its participants keep their ids\n", amended.Amends, amended.Project)
	freeze := amended.Freeze
	fmt.Fprintf(w, "freeze: %s\n", change(fmt.Sprintf("%d (%s)", freeze.Before, freeze.BeforeDate), fmt.Sprintf("%d (%s)", freeze.After, freeze.AfterDate)))
	for _, dataset := range amended.Datasets {
		fmt.Fprintf(w, "dataset: %s, DOI %s", change(dataset.Before, dataset.After), dataset.DOI)
		if dataset.ExtractDate != "" {
			fmt.Fprintf(w, ", extracts cut until %s as before", dataset.ExtractDate)
		}
		fmt.Fprintln(w)
	}
	if made := amended.Extract; made != nil {
		fmt.Fprintf(w, "compared with the extract of %s: %s\n", made.Project, whose(*made))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if amended.People != nil {
		describePeople(table, *amended.People)
	}
	for _, one := range amended.Tables {
		describeTable(table, one)
	}
	fmt.Fprintf(table, "\nplan hash %s\n", amended.PlanHash)
	_ = table.Flush() // to memory
}

func whose(made extract.ComparedExtract) string {
	switch {
	case made.Plan:
		return "it is what a run of this specification makes"
	case made.Spec:
		return "it is of this specification, of which a run would make another one now"
	}
	return "it is NOT of this specification"
}

// change returns what was and what is, or what has stayed.
func change(before, after string) string {
	if before == after {
		return after
	}
	return before + " -> " + after
}

func shown(of extract.CellChange) string { return change(of.Before.String(), of.After.String()) }

func describePeople(w io.Writer, people extract.PeopleChange) {
	fmt.Fprintf(w, "\nstudy")
	for _, step := range people.Funnel {
		fmt.Fprintf(w, "\t%s", step.Step)
	}
	fmt.Fprintf(w, "\tjoin\tleave\n")
	for i, study := range people.Studies {
		fmt.Fprint(w, study.Study)
		for _, step := range people.Funnel {
			fmt.Fprintf(w, "\t%s", shown(step.Studies[i].CellChange))
		}
		fmt.Fprintf(w, "\t%s\t%s\n", study.Joined, study.Left)
	}
	fmt.Fprint(w, "Total")
	for _, step := range people.Funnel {
		fmt.Fprintf(w, "\t%s", shown(step.Total))
	}
	fmt.Fprintf(w, "\t%s\t%s\n", people.Total.Joined, people.Total.Left)
}

func describeTable(w io.Writer, table extract.TableChange) {
	fmt.Fprintf(w, "\n%s\n", table.Table)
	switch {
	case table.Before == "":
		fmt.Fprintf(w, "  is added\tof %s, %d columns\n", table.After, len(table.Added))
	case table.After == "":
		fmt.Fprintf(w, "  is dropped\tof %s, %d columns\n", table.Before, len(table.Dropped))
	default:
		describeColumns(w, table)
	}
	if table.Rows != nil {
		fmt.Fprintf(w, "  rows\t%s\n  participants\t%s\n", shown(*table.Rows), shown(*table.Participants))
	}
}

func describeColumns(w io.Writer, table extract.TableChange) {
	if len(table.Added)+len(table.Dropped)+len(table.Changed) == 0 {
		fmt.Fprintf(w, "  columns\tas before\n")
	}
	if len(table.Added) > 0 {
		fmt.Fprintf(w, "  columns added\t%s\n", strings.Join(table.Added, ", "))
	}
	if len(table.Dropped) > 0 {
		fmt.Fprintf(w, "  columns dropped\t%s\n", strings.Join(table.Dropped, ", "))
	}
	for _, column := range table.Changed {
		fmt.Fprintf(w, "  column %s\t%s\n", column.Column, change(column.Before, column.After))
	}
}
