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
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func (s *session) planCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("plan PROJECT.toml", "Say what a project's extract will hold, before making it",
		`Reads a project's specification, checks it against the datasets, the studies and
the workspace, and prints what a run will make: participants (through the
gate), tables, columns and what becomes of each, versions with their DOIs, and
a hash of it all.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				plan, err := s.makePlan(ctx, workspace, args[0])
				if err != nil {
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
	faults := []error{err}
	sources := extract.Sources{Project: project, Datasets: map[string]spec.Dataset{}}
	sources.Cohorts, err = spec.LoadCohorts(files)
	faults = append(faults, err)
	sources.Freezes, err = spec.LoadFreezes(files)
	faults = append(faults, err)
	if project.Rules != "" {
		sources.Rules, err = spec.LoadRules(files, project.Rules)
		faults = append(faults, err)
	}
	for _, chosen := range project.Datasets {
		name := chosen.Version.Dataset
		if sources.Datasets[name], err = spec.LoadDataset(files, name); err == nil {
			err = project.CheckAgainst(sources.Datasets[name], chosen, sources.Cohorts)
		}
		faults = append(faults, err)
	}
	return sources, spec.Join(faults...)
}

func writePlan(w io.Writer, plan extract.Plan) error {
	fmt.Fprintf(w, "project %s, freeze %d (%s), counts under %s\n\n", plan.Project, plan.Freeze, plan.Date, plan.Rules)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "study\tlinked, as the funnel shows")
	for _, study := range plan.Studies {
		fmt.Fprintf(table, "%s\t%s\n", study.Study, study.Participants)
	}
	fmt.Fprintf(table, "Total\t%s\n", plan.Total)
	for _, planned := range plan.Tables {
		fmt.Fprintf(table, "\n%s\n", planned.File)
		fmt.Fprintf(table, "  from\t%s %s, DOI %s\n", planned.Dataset, planned.Table, planned.DOI)
		fmt.Fprintf(table, "  transform\t%s\n", planned.Transform)
		if planned.Window != "" {
			fmt.Fprintf(table, "  window\t%s\n", planned.Window)
		}
		for _, column := range planned.Columns {
			fmt.Fprintf(table, "  %s\t%s, %s: %s\n", column.Name, column.Type, column.Category, column.Treatment)
		}
	}
	fmt.Fprintf(table, "\nplan hash %s\n", plan.Hash)
	return table.Flush()
}

type runOptions struct {
	project, out, identity, plan string
	asJSON                       bool
}

func (s *session) runCommand() *cobra.Command {
	var opts runOptions
	command := newCommand("run PROJECT.toml", "Build a project's extract",
		`Builds the extract of a project: only permitted and linked participants of the
named studies, only the named columns, the project's own id first, everything
that would join two projects re-keyed, a manifest with the SHA-256 of every
file, and citations. It appears whole or not at all.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.project = args[0]
			return s.runProject(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the folder that the extract becomes; absent or empty")
	flags.StringVar(&opts.plan, "plan", "", "refuse to run any plan but the one of this hash")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON: the manifest")
	_ = command.MarkFlagRequired("out") // defined above
	identityFlag(command, &opts.identity)
	return command
}

func (s *session) runProject(ctx context.Context, opts runOptions) error {
	if err := s.outsideWorkspace(opts.out); err != nil {
		return err
	}
	draft, err := extract.NewDraft(opts.out)
	if err != nil {
		return err
	}
	var manifest extract.Manifest
	err = s.reading(ctx, []string{draft}, func(workspace *warehouse.Workspace) error {
		root, err := keys.Open(workspace.KeysDir(), opts.identity)
		if err != nil {
			return err
		}
		plan, err := s.makePlan(ctx, workspace, opts.project)
		if err != nil {
			return err
		}
		if opts.plan != "" && opts.plan != plan.Hash {
			return cli.Fail(cli.Review, errors.New("the plan is not the one that was agreed: something has changed since"), "tre-extract plan shows it as it is now, with hash "+plan.Hash)
		}
		progress := cli.NewProgress(s.streams, len(plan.Tables))
		defer progress.Done()
		manifest, err = extract.Run(ctx, workspace.Warehouse, plan, extract.Output{Draft: draft, Dir: opts.out, Root: root, Step: progress.Step})
		return err
	})
	if err != nil {
		return errors.Join(err, os.RemoveAll(draft))
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, manifest)
	}
	return writeManifest(s.streams.Out, opts.out, manifest)
}

// outsideWorkspace refuses an output folder within the workspace: what is given
// to a project does not lie among the keys.
func (s *session) outsideWorkspace(out string) error {
	dir, err := s.needWorkspace()
	if err != nil {
		return err
	}
	workspace, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	target, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if within, err := filepath.Rel(workspace, target); err == nil && filepath.IsLocal(within) {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is inside the workspace", out), "name a folder outside it")
	}
	return nil
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

func (s *session) verifyCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("verify DIR", "Prove that an extract is as it was made",
		`Hashes every file of an extract again and compares the folder with its manifest,
exactly: nothing missing, nothing changed, nothing that does not belong.`,
		cobra.ExactArgs(1), func(_ context.Context, args []string) error {
			files, err := extract.Verify(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return cli.WriteJSON(s.streams.Out, map[string]any{"verified": true, "files": files})
			}
			_, err = fmt.Fprintf(s.streams.Out, "%d files are as the manifest says, and nothing else is there\n", files)
			return err
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}
