package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func (s *session) planCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("plan PROJECT.toml", "Say what a project's extract will hold, before making it",
		`Reads a project's specification, checks it against the datasets, the studies and
the workspace, and prints what a run will make: the inclusion funnel step by
step (through the gate), tables, filters and whom each leaves, columns with
category and treatment, versions with their DOIs, sizes, and a hash of it all.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				plan, err := s.makePlan(ctx, workspace, args[0])
				if err != nil {
					return err
				}
				if err := s.record(ctx, workspace, plan.PlanEvent()); err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, plan)
				}
				return writePlan(s.streams.Out, plan)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) makePlan(ctx context.Context, workspace *warehouse.Workspace, path string) (extract.Plan, error) {
	sources, err := s.planSources(path)
	if err != nil {
		return extract.Plan{}, err
	}
	versions, err := keys.Versions(workspace.KeysDir())
	if err != nil {
		return extract.Plan{}, err
	}
	if len(versions) > 0 {
		sources.KeyVersion = versions[len(versions)-1]
	}
	return extract.Make(ctx, workspace.Warehouse, sources)
}

// loadProject reads a project's file. One that is not there is looked for among
// the specifications.
func loadProject(files fs.FS, path string) (spec.Project, error) {
	if _, err := os.Stat(path); err == nil {
		return spec.LoadProject(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	}
	return spec.LoadProject(files, "projects/"+filepath.Base(path))
}

// planSources loads the project's specification and every one that it names.
func (s *session) planSources(path string) (extract.Sources, error) {
	files, err := s.specFiles()
	if err != nil {
		return extract.Sources{}, err
	}
	project, err := loadProject(files, path)
	return s.sourcesOf(files, project, err)
}

// sourcesOf loads every specification that a project names, and adds their faults
// to its own.
func (s *session) sourcesOf(files fs.FS, project spec.Project, fault error) (sources extract.Sources, err error) {
	faults := []error{fault}
	sources = extract.Sources{Project: project, Datasets: map[string]spec.Dataset{}, Labels: map[string]spec.Labels{}, Today: spec.DateOf(s.now())}
	sources.Cohorts, err = spec.LoadCohorts(files)
	faults = append(faults, err)
	sources.Freezes, err = spec.LoadFreezes(files)
	faults = append(faults, err)
	sources.OptOuts, err = spec.LoadOptOuts(files)
	faults = append(faults, err)
	if project.Rules != "" {
		sources.Rules, err = spec.LoadRules(files, project.Rules)
		faults = append(faults, err)
	}
	for _, chosen := range project.Datasets {
		name := chosen.Version.Dataset
		if name == "" {
			continue // its fault is told
		}
		sources.Labels[name], err = spec.LoadLabels(files, name)
		faults = append(faults, err)
		if sources.Datasets[name], err = spec.LoadDataset(files, name); err == nil {
			err = project.CheckAgainst(sources.Datasets[name], chosen, sources.Cohorts)
		}
		faults = append(faults, err)
	}
	return sources, spec.Join(faults...)
}

func writePlan(w io.Writer, plan extract.Plan) error {
	fmt.Fprintf(w, "project %s, freeze %d (%s), counts under %s, pseudonyms of key version %d as %s\n", plan.Project, plan.Freeze, plan.Date, plan.Rules, plan.KeyVersion, plan.IDStyle)
	fmt.Fprintf(w, "purpose: %s\n", plan.Purpose)
	if plan.Approval != nil {
		fmt.Fprintf(w, "approval: %s, from %s to before %s\n", plan.Approval.Reference, plan.Approval.From, plan.Approval.To)
	}
	if plan.DateShift != "" {
		fmt.Fprintf(w, "dates are shifted %s\n", plan.DateShift)
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	writeFunnel(table, plan)
	for _, planned := range plan.Tables {
		writePlannedTable(table, planned)
	}
	fmt.Fprintf(table, "\nplan hash %s\n", plan.Hash)
	return table.Flush()
}

// writeFunnel prints a line a study, with the steps from enrolment to linkage.
func writeFunnel(w io.Writer, plan extract.Plan) {
	fmt.Fprint(w, "study")
	for _, step := range plan.Funnel {
		fmt.Fprintf(w, "\t%s", step.Step)
	}
	fmt.Fprintln(w)
	for i, study := range plan.Studies {
		fmt.Fprint(w, study.Study)
		for _, step := range plan.Funnel {
			fmt.Fprintf(w, "\t%s", step.Studies[i].Participants)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "Total")
	for _, step := range plan.Funnel {
		fmt.Fprintf(w, "\t%s", step.Total)
	}
	fmt.Fprintln(w)
}

func writePlannedTable(w io.Writer, planned extract.PlannedTable) {
	fmt.Fprintf(w, "\n%s\n", planned.File)
	if planned.CSV != "" {
		fmt.Fprintf(w, "  also\t%s\n", planned.CSV)
	}
	fmt.Fprintf(w, "  from\t%s %s, DOI %s\n", planned.Dataset, planned.Table, planned.DOI)
	if planned.ExtractDate != "" {
		fmt.Fprintf(w, "  extracts\tcut until %s\n", planned.ExtractDate)
	}
	fmt.Fprintf(w, "  transform\t%s\n", planned.Transform)
	if planned.Window != "" {
		fmt.Fprintf(w, "  window\t%s\n", planned.Window)
	}
	for _, step := range planned.Left {
		fmt.Fprintf(w, "  left\t%s participants after %s\n", step.Participants, step.Step)
	}
	fmt.Fprintf(w, "  holds\t%s rows of %s participants, %s\n", planned.Rows, planned.People, planned.Size)
	for _, column := range planned.Columns {
		fmt.Fprintf(w, "  %s\t%s, %s: %s\n", column.Name, column.Type, column.Category, column.Treatment)
	}
}

type runOptions struct {
	project, out, identity, plan string
	waiving                      waiving
	asJSON                       bool
}

func (s *session) runCommand() *cobra.Command {
	var opts runOptions
	command := newCommand("run PROJECT.toml", "Build a project's extract",
		`Builds the extract of a project: only permitted and linked participants of the
named studies, only the named columns, the project's own id first, everything
that would join two projects re-keyed, a manifest with the SHA-256 of every
file, dictionaries, labels, readers for R, Python, SQL and Stata, and citations.
It appears whole or not at all. A run that was killed is taken up by the next to
the same folder: of the same plan and key, the tables that it had finished are kept.

A limit that the project sets itself (RSK030, RSK031) may be waived: who and why
stands in the manifest and in the ledger for good. What disclosure withholds, an
identifier, an approval and a withdrawal are waived by nobody.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.project = args[0]
			return s.runProject(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the folder that the extract becomes; absent or empty")
	flags.StringVar(&opts.plan, "plan", "", "refuse to run any plan but the one of this hash")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON: the manifest")
	_ = command.MarkFlagRequired("out") // defined above
	opts.waiving.flags(command, extract.Waivable)
	identityFlag(command, &opts.identity)
	return command
}

func (s *session) runProject(ctx context.Context, opts runOptions) error {
	waivers, err := opts.waiving.waivers(extract.Waivable)
	if err != nil {
		return err
	}
	if err := s.outsideWorkspace(opts.out); err != nil {
		return err
	}
	draft, err := extract.NewDraft(opts.out)
	if err != nil {
		return err
	}
	var manifest extract.Manifest
	var begun ledger.Work
	err = s.reading(ctx, []string{draft}, func(workspace *warehouse.Workspace) error {
		root, err := keys.Open(workspace.KeysDir(), opts.identity)
		if err != nil {
			return err
		}
		plan, err := s.makePlan(ctx, workspace, opts.project)
		if err != nil {
			return err
		}
		if err := s.knownProject(workspace, root, plan.Project); err != nil {
			return err
		}
		if opts.plan != "" && opts.plan != plan.Hash {
			return cli.Fail(cli.Review, errors.New("the plan is not the one that was agreed: something has changed since"), "tre-extract plan shows it as it is now, with hash "+plan.Hash)
		}
		if begun, err = s.ledger(workspace.Dir).Begin(ctx, plan.RunEvent()); err != nil {
			return err
		}
		progress := cli.NewProgress(s.streams, len(plan.Tables))
		defer progress.Done()
		manifest, err = extract.Run(ctx, workspace.Warehouse, plan, extract.Output{
			Draft: draft, Dir: opts.out, Root: root, Step: progress.Step, Tool: toolVersion(), Previous: extract.Previous(begun.Entry),
			Waivers: waivers,
		})
		return s.finishRun(ctx, workspace, begun, manifest, root, err)
	})
	if err != nil {
		return errors.Join(err, os.RemoveAll(draft))
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, manifest)
	}
	return writeManifest(s.streams.Out, opts.out, manifest)
}

// knownProject refuses a project id that is neither registered in the workspace nor
// among the specifications: a mistyped one would silently make a new domain of
// pseudonyms.
func (s *session) knownProject(workspace *warehouse.Workspace, root keys.Root, text string) error {
	project, err := spec.ParseProjectID(text)
	if err != nil {
		return err
	}
	err = keys.CheckProject(workspace.KeysDir(), root, project)
	if !errors.Is(err, keys.ErrUnknownProject) {
		return explainProject(err)
	}
	files, fault := s.specFiles()
	if fault != nil {
		return fault
	}
	if _, there := fs.Stat(files, "projects/"+project.Number().String()+".toml"); there == nil {
		return nil
	}
	return explainProject(err)
}

// finishRun records how a run ended, every waiver of it, and signs them.
func (s *session) finishRun(ctx context.Context, workspace *warehouse.Workspace, begun ledger.Work, made extract.Manifest, root keys.Root, failure error) error {
	hashes, err := extract.RunHashes(made)
	if failure == nil {
		failure = err
	}
	if err := ended(ctx, begun, hashes, failure); err != nil {
		return err
	}
	for _, waiver := range extract.WaiverEvents(made) {
		if err := s.record(ctx, workspace, waiver); err != nil {
			return err
		}
	}
	_, err = s.sign(ctx, workspace.Dir, root)
	return err
}

// outsideWorkspace refuses an output folder within the workspace: what is given
// to a project does not lie among the keys.
func (s *session) outsideWorkspace(out string) error {
	dir, err := s.needWorkspace()
	if err != nil {
		return err
	}
	workspace, err := resolved(dir)
	if err != nil {
		return err
	}
	target, err := resolved(out)
	if err != nil {
		return err
	}
	if within, err := filepath.Rel(workspace, target); err == nil && filepath.IsLocal(within) {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is inside the workspace", out), "name a folder outside it")
	}
	return nil
}

// resolved returns where a path leads, links followed as far as it is there.
func resolved(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for there, rest := absolute, ""; ; there, rest = filepath.Dir(there), filepath.Join(filepath.Base(there), rest) {
		if real, err := filepath.EvalSymlinks(there); err == nil {
			return filepath.Join(real, rest), nil
		}
		if there == filepath.Dir(there) {
			return absolute, nil
		}
	}
}

func writeManifest(w io.Writer, dir string, manifest extract.Manifest) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\trows\tparticipants\tbytes\tsha256")
	for _, file := range manifest.Files {
		rows, people := "", ""
		if file.Rows != nil {
			rows, people = file.Rows.String(), file.Participants.String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s…\n", file.Name, rows, people, file.Bytes, file.SHA256[:12])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "extract of %s (freeze %d, key %s) is in %s\n", manifest.Project, manifest.Freeze, manifest.KeyID, dir)
	return err
}
