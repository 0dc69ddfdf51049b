package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/spec"
)

func (s *session) file1Command() *cobra.Command {
	command := newCommand("file1", "Check a study's identifier file and make the links that leave it",
		`File 1 is what a study sends to the trusted third party: who its participants
are and what they permit. It never goes into a research environment.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, errors.New("file1 needs a subcommand"), "tre-extract file1 check FILE")
		})
	command.AddCommand(s.file1CheckCommand(), s.file1LinkCommand())
	return command
}

type file1Options struct {
	report, counts       string
	participants         int64
	excluded, uploadDate string
	synthetic, asJSON    bool
}

func (s *session) file1CheckCommand() *cobra.Command {
	var opts file1Options
	command := newCommand("check FILE...", "Check File 1 before it is sent",
		`Checks a study's identifier file: its name, encoding and header, 34 columns in
their order, current (C) and historic (H) rows, NHS numbers (modulus 11, dummies,
the test range), postcodes, dates that may be partly known and days that systems
fill in, flags, exactly one current row for each study id, and what conflicts
across rows. Every finding has a code, the lines and a way to mend it; no cell is
ever shown or written. An error makes the exit code 4; a warning does not.

--report writes every line of every finding: as CSV or JSON when the name ends
so, as text otherwise. --counts writes the file of counts that goes to UK LLC
beside File 1, in the form of UK LLC's checker; into a folder, under the name
that UK LLC gives it. Its numbers of those enrolled and excluded are the study's
to give.`,
		cobra.MinimumNArgs(1), func(ctx context.Context, args []string) error {
			return s.checkFile1(ctx, args, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.report, "report", "", "write the whole report to this file (.txt, .csv or .json)")
	flags.StringVar(&opts.counts, "counts", "", "write the file of counts to this file or folder")
	flags.Int64Var(&opts.participants, "participants", -1, "for --counts: participants enrolled in all")
	flags.StringVar(&opts.excluded, "excluded", "", "for --counts: seven numbers, by the reasons of UK LLC's form: "+strings.Join(file1.Exclusions[:], ", "))
	flags.StringVar(&opts.uploadDate, "upload-date", "", "for --counts: the day that the file is to be sent, such as 2026-05-10")
	flags.BoolVar(&opts.synthetic, "synthetic", false, "the people are synthetic: allow NHS numbers of the test range (999)")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

// file1Answer is what --json prints.
type file1Answer struct {
	Fits  bool           `json:"fits"`
	Files []file1.Report `json:"files"`
}

func (s *session) checkFile1(ctx context.Context, paths []string, opts file1Options) error {
	enrolment, err := opts.enrolment(len(paths))
	if err != nil {
		return err
	}
	answer := file1Answer{Fits: true}
	for _, path := range paths {
		report, err := s.readFile1(ctx, path, opts.synthetic, nil)
		if err != nil {
			return err
		}
		answer.Fits = answer.Fits && report.Fits
		answer.Files = append(answer.Files, report)
	}
	if err := s.writeFile1(answer, opts); err != nil {
		return err
	}
	if opts.counts != "" {
		if err := s.writeCounts(answer.Files[0], enrolment, opts.counts); err != nil {
			return err
		}
	}
	if !answer.Fits {
		return cli.Verdict(cli.BadInput)
	}
	return nil
}

// enrolment reads what the study says of its participants.
func (o file1Options) enrolment(files int) (file1.Enrolment, error) {
	enrolment := file1.Enrolment{Participants: o.participants, Excluded: [7]int64{-1, -1, -1, -1, -1, -1, -1}}
	if o.counts != "" && files > 1 {
		return enrolment, cli.Fail(cli.Usage, errors.New("--counts is of one file"), "check the files one by one")
	}
	if o.counts == "" && (o.participants >= 0 || o.excluded != "" || o.uploadDate != "") {
		return enrolment, cli.Fail(cli.Usage, errors.New("--participants, --excluded and --upload-date are for --counts"), "add --counts FILE")
	}
	if o.excluded != "" {
		var err error
		if enrolment.Excluded, err = file1.ParseExclusions(o.excluded); err != nil {
			return enrolment, cli.Fail(cli.Usage, fmt.Errorf("--excluded: %w", err), "write them as 0,0,12,0,3,0,0")
		}
	}
	if o.uploadDate == "" {
		return enrolment, nil
	}
	day, err := parseDate("upload-date", o.uploadDate)
	enrolment.Upload = day.Time().Format("02/01/2006")
	return enrolment, err
}

// readFile1 checks one file, and hands its current rows on if a function is
// given.
func (s *session) readFile1(ctx context.Context, path string, synthetic bool, each func(file1.Participant)) (file1.Report, error) {
	studies, err := s.studies()
	if err != nil {
		return file1.Report{}, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return file1.Report{}, cli.Fail(cli.Usage, fmt.Errorf("%s: there is no such file", path), "name File 1, such as ALSPAC_FILE1_v1_20260501.csv")
	case err != nil:
		return file1.Report{}, err
	case !info.Mode().IsRegular():
		return file1.Report{}, cli.Fail(cli.Usage, fmt.Errorf("%s: this is no file", path), "name File 1, such as ALSPAC_FILE1_v1_20260501.csv")
	}
	file, err := os.Open(path)
	if err != nil {
		return file1.Report{}, err
	}
	defer file.Close()
	return file1.CheckRows(ctx, file, file1.Options{
		Name: filepath.Base(path), Studies: studies, Today: s.now().UTC(), Size: info.Size(), Synthetic: synthetic,
	}, each)
}

func (s *session) studies() ([]spec.Study, error) {
	cohorts, err := s.cohorts()
	codes := make([]spec.Study, len(cohorts.Studies))
	for i, study := range cohorts.Studies {
		codes[i] = study.Code
	}
	return codes, err
}

func (s *session) writeFile1(answer file1Answer, opts file1Options) error {
	if opts.report != "" {
		if err := writeWhole(opts.report, func(w io.Writer) error { return answer.write(w, filepath.Ext(opts.report)) }); err != nil {
			return err
		}
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, answer)
	}
	return answer.writeText(s.streams.Out, false)
}

// write writes the whole report in the form that a file's ending asks for.
func (a file1Answer) write(w io.Writer, ending string) error {
	switch strings.ToLower(ending) {
	case ".json":
		return cli.WriteJSON(w, a)
	case ".csv":
		return file1.WriteCSV(w, a.Files)
	default:
		return a.writeText(w, true)
	}
}

func (a file1Answer) writeText(w io.Writer, everyLine bool) error {
	for i, report := range a.Files {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := report.WriteText(w, everyLine); err != nil {
			return err
		}
	}
	return nil
}

// writeCounts writes UK LLC's form. One that does not add up is written too, as
// UK LLC's own checker does, and says so.
func (s *session) writeCounts(report file1.Report, enrolment file1.Enrolment, out string) error {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		out = filepath.Join(out, file1.CountsName(report.File))
	}
	counts, doubt := report.Counts(enrolment, s.now())
	err := writeWhole(out, func(w io.Writer) error { return cli.WriteJSON(w, counts) })
	if err != nil {
		return err
	}
	if doubt != nil {
		return cli.Fail(cli.BadInput, fmt.Errorf("%s: %w", out, doubt), "the form was written and says so; mend --participants or --excluded")
	}
	return nil
}

// writeWhole writes a file for its owner alone, whole or not at all: it grows
// under another name and appears by one rename.
func writeWhole(path string, write func(io.Writer) error) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".unfinished-*") // 0600
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(draft)
	err = write(buffered)
	err = errors.Join(err, buffered.Flush(), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}
