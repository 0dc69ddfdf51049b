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
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	check "tre-toolkit/cmd/tre-check/command"
	"tre-toolkit/internal/cli"
)

type demoOptions struct {
	out    string
	people int
	seed   uint64
}

// demoMarker tells a folder that an earlier demo made, and that this one may
// replace, from any other.
const demoMarker = ".tre-demo"

// demoFolders are what a demo makes, and what the next one makes again.
var demoFolders = []string{"input", "workspace", "extract", "metrics", "page", "report", "citations", "check"}

func (s *session) demoCommand() *cobra.Command {
	var opts demoOptions
	command := newCommand("demo", "Run the whole main job on synthetic data",
		`Makes synthetic input and runs the real commands on it, one by one, printing
each command line as it could be typed: load two versions, freeze, metrics,
plan, run, verify, versions, citations, the dataset page, the interactive report
of the studies, and the output checker on safe and on deliberately leaky results. It ends by saying where to
look.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.demo(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "tre-demo", "the folder to leave everything in")
	flags.IntVar(&opts.people, "people", 0, "participants in the hub; 0 means the published scale (44,033)")
	flags.Uint64Var(&opts.seed, "seed", 42, "what the made-up data grow from")
	return command
}

func (s *session) demo(ctx context.Context, opts demoOptions) error {
	if opts.people < 0 {
		return cli.Fail(cli.Usage, errors.New("--people is below 0"), "0 means the published scale")
	}
	if err := clearDemo(opts.out); err != nil {
		return err
	}
	start := s.now()
	d := demo{session: s, dir: opts.out}
	steps := append(d.dataSteps(opts), d.resultSteps()...)
	for _, step := range steps {
		if err := d.run(ctx, step); err != nil {
			return err
		}
	}
	d.sayWhere(s.now().Sub(start))
	return nil
}

// clearDemo makes the output folder, in place of one that an earlier demo made.
func clearDemo(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, demoMarker)); err != nil {
			return cli.Fail(cli.Usage, fmt.Errorf("%s is not empty and no demo made it", dir), "--out DIR names a folder that is absent or empty")
		}
		for _, made := range demoFolders {
			if err := os.RemoveAll(filepath.Join(dir, made)); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, demoMarker), nil, 0o644)
}

type demo struct {
	session *session
	dir     string
}

// demoStep is one command line, or a function where input has to be made that
// no command makes.
type demoStep struct {
	about   string
	program string
	args    []string
	make    func() error
	output  string // also kept in this file
	want    int    // the exit code that shows the step did its work
}

func (d demo) path(parts ...string) string {
	return filepath.Join(append([]string{d.dir}, parts...)...)
}

func extractStep(about string, args ...string) demoStep {
	return demoStep{about: about, program: "tre-extract", args: args}
}

// dataSteps are the data manager's: from a delivery to a freeze.
func (d demo) dataSteps(opts demoOptions) []demoStep {
	synth := []string{"synth", d.path("input", "delivery"), "--seed", strconv.FormatUint(opts.seed, 10)}
	if opts.people > 0 {
		synth = append(synth, "--people", strconv.Itoa(opts.people))
	}
	delivery, workspace := d.path("input", "delivery"), d.path("workspace")
	return []demoStep{
		extractStep("A delivery arrives: synthetic here, shaped like the real one", synth...),
		extractStep("The data manager makes a workspace and its key", "init", workspace),
		extractStep("", "keys", "new", "-w", workspace, "--identity", d.path("input", "identity.txt")),
		extractStep("She loads both versions of the dataset", "load", "NHSE_IAPT@2", filepath.Join(delivery, "NHSE_IAPT_v0002"), "-w", workspace),
		extractStep("", "load", "NHSE_IAPT@3", filepath.Join(delivery, "NHSE_IAPT_v0003"), "-w", workspace),
		extractStep("She freezes who is in each study and what they permit", "freeze", "16", "--date", "2026-05-01",
			"--permissions", filepath.Join(delivery, "UKLLC_study_permissions_v0016_20260501.csv"),
			"--mapping", filepath.Join(delivery, "linkage_mapping_20260501.csv"), "-w", workspace),
		extractStep("", "versions", "list", "-w", workspace),
	}
}

// resultSteps are the researcher's and the output checker's.
func (d demo) resultSteps() []demoStep {
	workspace, extracted := d.path("workspace"), d.path("extract", "llc_0042")
	return []demoStep{
		extractStep("Cohort metrics that are safe to show", "metrics", "NHSE_IAPT@3", "--out", d.path("metrics"), "-w", workspace),
		{make: d.writeProject, about: "An approved project: " + d.path("input", "llc_0042.toml")},
		extractStep("Its extract: planned, run, verified", "plan", d.path("input", "llc_0042.toml"), "-w", workspace),
		extractStep("", "run", d.path("input", "llc_0042.toml"), "--out", extracted, "--identity", d.path("input", "identity.txt"), "-w", workspace),
		extractStep("", "verify", extracted),
		extractStep("", "log", "verify", "-w", workspace),
		extractStep("Citations and the dataset page", "cite", "NHSE_IAPT@3", "--out", d.path("citations")),
		extractStep("", "cite", "NHSE_IAPT@3", "--format", "apa-page"),
		extractStep("", "page", "NHSE_IAPT", "--out", d.path("page", "NHSE_IAPT.html"), "-w", workspace),
		extractStep("", "page", "NHSE_IAPT", "--format", "md", "--out", d.path("page", "NHSE_IAPT.md"), "-w", workspace),
		extractStep("Waits and outcomes of each study, as an interactive report", "report", "NHSE_IAPT@3", "--rules", defaultRules,
			"--out", d.path("report", "NHSE_IAPT.html"), "-w", workspace),
		{about: "The output checker: these results may leave", program: "tre-check",
			args: []string{"check", d.path("metrics"), "--rules", defaultRules}, output: d.path("check", "safe.txt"), want: cli.OK},
		{make: d.writeLeaks, about: "And copies with a leak each: " + d.path("check", "leaky")},
		{program: "tre-check", args: []string{"check", d.path("check", "leaky"), "--rules", defaultRules, "--show-certificates"}, output: d.path("check", "leaky.txt"), want: cli.Refused},
	}
}

func (d demo) run(ctx context.Context, step demoStep) error {
	talk := d.session.streams.Err
	if step.about != "" {
		fmt.Fprintf(talk, "\n# %s\n", step.about)
	}
	if step.make != nil {
		return step.make()
	}
	fmt.Fprintf(talk, "$ %s %s\n", step.program, typed(step.args))
	var kept bytes.Buffer
	streams := d.session.streams
	if step.output != "" {
		streams.Out = io.MultiWriter(streams.Out, &kept)
	}
	program := run
	if step.program == "tre-check" {
		program = check.Run
	}
	code := program(ctx, streams, step.args)
	if code != step.want {
		return cli.Fail(max(code, cli.Fault), fmt.Errorf("the step ended with exit code %d, not %d", code, step.want), "run the command above by itself")
	}
	if step.want != cli.OK {
		fmt.Fprintf(talk, "(exit code %d, as it should be)\n", code)
	}
	if step.output == "" {
		return nil
	}
	return cli.WriteFile(step.output, kept.Bytes())
}

// typed returns arguments as a shell takes them.
func typed(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if strings.ContainsAny(arg, " '\"$&;|<>()*?") {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

func (d demo) writeProject() error {
	files, err := d.session.specFiles()
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(files, "projects/llc_0042.toml")
	if err != nil {
		return err
	}
	return cli.WriteFile(d.path("input", "llc_0042.toml"), text)
}

func (d demo) sayWhere(took time.Duration) {
	fmt.Fprintf(d.session.streams.Err, `
# Done in %s. Each line above can be typed (go build ./cmd/... makes the programs).
# Where to look:
  %s   participants by study and table, as UK LLC publishes them
  %s   the dataset page, for a browser
  %s   participants, waits and outcomes by study, for a browser
  %s   the project's extract with its manifest and citations
  %s   what the output checker says of four leaks, with the proof of each
`, took.Round(100*time.Millisecond),
		d.path("metrics", "NHSE_IAPT_v0003_participants.md"), d.path("page", "NHSE_IAPT.html"), d.path("report", "NHSE_IAPT.html"),
		d.path("extract", "llc_0042"), d.path("check", "leaky.txt"))
}
