package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// session is what every command shares: streams, clock and global flags.
type session struct {
	streams   cli.Streams
	now       func() time.Time
	workspace string
	specs     string
	settings  warehouse.Settings
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, streams cli.Streams, args []string) int {
	s := &session{streams: streams, now: time.Now}
	return cli.Execute(ctx, s.root(), streams, args)
}

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tre-extract",
		Short: "Load, link, count, extract and cite health records in a trusted research environment",
		Long: `tre-extract loads deliveries of health records into a trusted research
environment, freezes who is linked, makes cohort metrics that are safe to show,
builds project extracts and cites the data.

` + cli.ExitCodeHelp,
		Args: cli.Arguments(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&s.workspace, "workspace", "w", os.Getenv("TRE_WORKSPACE"), "the workspace folder (or TRE_WORKSPACE)")
	flags.StringVar(&s.specs, "specs", "", "a folder of specifications in place of the built-in ones")
	flags.IntVar(&s.settings.Threads, "threads", 0, "threads for the database; 0 means all cores")
	flags.StringVar(&s.settings.Memory, "memory", warehouse.DefaultMemory, "memory limit for the database; more work spills to disk")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return s.checkSettings() }
	root.AddCommand(
		s.demoCommand(), s.synthCommand(), s.initCommand(), s.keysCommand(), s.file1Command(), s.doctorCommand(), s.loadCommand(), s.recordCommand(), s.traceCommand(), s.freezeCommand(), s.withdrawalsCommand(),
		s.metricsCommand(), s.measuresCommand(), s.qualityCommand(), s.labelsCommand(), s.protectCommand(), s.projectCommand(), s.planCommand(), s.runCommand(), s.verifyCommand(), s.riskCommand(),
		s.logCommand(), s.versionsCommand(), s.citeCommand(), s.pageCommand(), s.figureCommand(), s.reportCommand(), s.docsCommand(),
		s.linkCommand(), s.attackCommand(),
	)
	return root
}

var memoryPattern = regexp.MustCompile(`^[1-9][0-9]*(\.[0-9]+)? ?([KMGT]i?B)$`)

// checkSettings refuses limits that the database would not understand.
func (s *session) checkSettings() error {
	if s.settings.Threads < 0 {
		return cli.Fail(cli.Usage, fmt.Errorf("--threads is %d", s.settings.Threads), "0 means all cores")
	}
	if !memoryPattern.MatchString(s.settings.Memory) {
		return cli.Fail(cli.Usage, fmt.Errorf("--memory is %q", s.settings.Memory), "write it as 512MiB or 4GiB")
	}
	return nil
}

// newCommand returns a command whose help ends with the exit codes and whose
// errors carry a hint where there is one.
func newCommand(use, short, long string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Long:  long + "\n\n" + cli.ExitCodeHelp,
		Args:  cli.Arguments(args),
		RunE: func(command *cobra.Command, args []string) error {
			return explain(run(command.Context(), args))
		},
	}
}

// explain gives the errors of the lower rooms their exit codes and hints.
func explain(err error) error {
	var ambiguous *versions.Ambiguous
	if errors.As(err, &ambiguous) {
		return cli.Fail(cli.Usage, err, "name one of them, with its date")
	}
	var stale *linkage.Stale
	if errors.As(err, &stale) {
		return cli.Fail(cli.Review, err, stale.Hint)
	}
	hints := []struct {
		is   error
		code int
		hint string
	}{
		{warehouse.ErrNoWorkspace, cli.Usage, "tre-extract init DIR makes one; -w DIR names it"},
		{warehouse.ErrNotEmpty, cli.Usage, "name a folder that is absent or empty"},
		{warehouse.ErrHeld, cli.Fault, "one writer at a time: wait until it has finished, then try again"},
		{warehouse.ErrDiskFull, cli.Fault, "free some space and run the same command again; nothing was half done"},
		{syscall.ENOSPC, cli.Fault, "free some space and run the same command again; nothing was half done"},
		{warehouse.ErrOutOfMemory, cli.Fault, "raise --memory or lower --threads"},
		{warehouse.ErrDamaged, cli.Fault, "restore the workspace from a backup"},
		{ledger.ErrBroken, cli.Refused, "tre-extract log verify says all that is wrong with it; nothing was changed"},
		{keys.ErrNoKey, cli.Usage, "tre-extract keys new --identity FILE makes one"},
		{keys.ErrKeyThere, cli.Usage, "a workspace has one root key; extracts made with it could not be made again with another"},
		{keys.ErrNoIdentity, cli.Usage, "--identity names the file that keys new wrote"},
		{keys.ErrExposed, cli.Usage, "chmod 600 the file"},
		{extract.ErrOutputLink, cli.Usage, "name the folder itself, absent or empty"},
		{extract.ErrOutputThere, cli.Usage, "name a folder that is absent or empty"},
	}
	for _, known := range hints {
		if errors.Is(err, known.is) {
			return cli.Fail(known.code, err, known.hint)
		}
	}
	return err
}

// specFiles returns the tree of specifications.
func (s *session) specFiles() (fs.FS, error) { return cli.Specs(s.specs) }

// needWorkspace returns the workspace's folder, which -w must have named.
func (s *session) needWorkspace() (string, error) {
	if s.workspace == "" {
		return "", cli.Fail(cli.Usage, errors.New("no workspace is named"), "add -w DIR or set TRE_WORKSPACE")
	}
	return s.workspace, nil
}

// writing opens the workspace for writing, runs work and closes it.
func (s *session) writing(ctx context.Context, command string, directories []string, work func(*warehouse.Workspace) error) error {
	return s.with(directories, work, func(dir string, settings warehouse.Settings) (*warehouse.Workspace, error) {
		return warehouse.OpenForWriting(ctx, dir, command, settings)
	})
}

// reading opens the workspace for reading, runs work and closes it.
func (s *session) reading(ctx context.Context, directories []string, work func(*warehouse.Workspace) error) error {
	return s.with(directories, work, func(dir string, settings warehouse.Settings) (*warehouse.Workspace, error) {
		return warehouse.OpenForReading(ctx, dir, settings)
	})
}

func (s *session) with(directories []string, work func(*warehouse.Workspace) error, open func(string, warehouse.Settings) (*warehouse.Workspace, error)) error {
	dir, err := s.needWorkspace()
	if err != nil {
		return err
	}
	settings := s.settings
	settings.Directories = directories
	workspace, err := open(dir, settings)
	if err != nil {
		return err
	}
	if workspace.Role != warehouse.TRE {
		refusal := &diagnostic.Refusal{
			Rule:    "role",
			Message: "this workspace is the trusted third party's: attributes and extracts have no place in it",
			Hint:    "name a workspace made with --role tre",
		}
		return errors.Join(refusal, workspace.Close())
	}
	return errors.Join(work(workspace), workspace.Close())
}

// datasetVersion reads DATASET@N or DATASET@N:DATE and loads its specification.
func (s *session) datasetVersion(text string) (spec.DatasetVersion, spec.Dataset, error) {
	version, err := spec.ParseDatasetVersion(text)
	if err != nil {
		return version, spec.Dataset{}, cli.Fail(cli.Usage, err, "")
	}
	dataset, err := s.dataset(version.Dataset)
	return version, dataset, err
}

func (s *session) dataset(name string) (spec.Dataset, error) {
	files, err := s.specFiles()
	if err != nil {
		return spec.Dataset{}, err
	}
	return spec.LoadDataset(files, name)
}

// rules loads a disclosure profile.
func (s *session) rules(name string) (disclosure.Profile, error) {
	files, err := s.specFiles()
	if err != nil {
		return disclosure.Profile{}, err
	}
	return spec.LoadRules(files, name)
}

// cohorts loads what is known of the studies.
func (s *session) cohorts() (spec.Cohorts, error) {
	files, err := s.specFiles()
	if err != nil {
		return spec.Cohorts{}, err
	}
	return spec.LoadCohorts(files)
}

// resolve returns what the version that a reference means is called.
func resolve(dataset spec.Dataset, reference spec.DatasetVersion) (spec.DatasetVersion, error) {
	name, err := dataset.Resolve(reference)
	if err != nil {
		return name, cli.Fail(cli.Usage, err, "name one of them, with its date")
	}
	return name, nil
}

// loadedVersion finds a loaded version of a dataset in an open workspace.
func (s *session) loadedVersion(ctx context.Context, workspace *warehouse.Workspace, text string) (versions.Version, spec.Dataset, error) {
	name, dataset, err := s.datasetVersion(text)
	if err != nil {
		return versions.Version{}, dataset, err
	}
	version, err := versions.Find(ctx, workspace.Warehouse, dataset, name)
	return version, dataset, err
}

// parseDate reads a date given as a flag.
func parseDate(flag, text string) (spec.Date, error) {
	date, err := spec.ParseDate(text)
	if err != nil {
		return date, cli.Fail(cli.Usage, err, "--"+flag+" takes a date such as 2024-04-26")
	}
	return date, nil
}
