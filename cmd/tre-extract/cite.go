package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
)

type citeOptions struct {
	versions              []string
	freeze                int
	project               string
	from                  []string
	format, profile, form string
	out                   string
}

func (s *session) citeCommand() *cobra.Command {
	var opts citeOptions
	command := newCommand("cite [DATASET@N...]", "Cite dataset versions, a freeze, a project, and works of other records",
		`Writes the citation of dataset versions from the metadata that the dataset's
specification holds, so that it needs neither a workspace nor the internet.
--freeze N adds a freeze as specs/freezes.toml publishes it, --project the project
as its file says under [citation]. With --from FILE it cites the works of a file too: CSL-JSON or DataCite JSON, as
a reference manager or DataCite's API saves them, such as a dataset that is not
held here. All works go into one citation file, in order.

Without --out one format goes to standard output; with --out DIR every format of
the profile is written there, and one that asks for more than a work has is
named and left out. --profile datacite writes what DataCite's own download links
give, to stand in their place.`,
		cobra.ArbitraryArgs, func(_ context.Context, args []string) error {
			opts.versions = args
			return s.cite(opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.format, "format", string(cite.APAPage), "one of "+namesOf(cite.AllFormats()))
	flags.StringVar(&opts.profile, "profile", string(cite.Full), "one of "+namesOf(cite.Profiles()))
	flags.StringVar(&opts.form, "form", string(cite.Plain), "of apa and apa-page: one of "+namesOf(cite.Forms()))
	flags.StringVar(&opts.out, "out", "", "a folder to write every format to")
	flags.IntVar(&opts.freeze, "freeze", 0, "a published freeze to cite too, such as 16")
	flags.StringVar(&opts.project, "project", "", "a project to cite too: its file, or one of the specifications such as llc_0042")
	flags.StringArrayVar(&opts.from, "from", nil, "a file of CSL-JSON or DataCite JSON to cite from; - is standard input")
	return command
}

func namesOf[Name ~string](known []Name) string {
	names := make([]string, len(known))
	for i, name := range known {
		names[i] = string(name)
	}
	return strings.Join(names, ", ")
}

func (s *session) cite(opts citeOptions) error {
	style, err := opts.style()
	if err != nil {
		return err
	}
	works, err := s.works(opts)
	if err != nil {
		return err
	}
	s.warnOfTestDOIs(works)
	if opts.out != "" {
		return s.writeCitations(style, works, opts.out)
	}
	content, err := writeWorks(style, works)
	if err != nil {
		return err
	}
	_, err = s.streams.Out.Write(content)
	return err
}

// style reads the flags and refuses those that do not go together.
func (o citeOptions) style() (cite.Style, error) {
	format, err := cite.ParseFormat(o.format)
	if err != nil {
		return cite.Style{}, cli.Fail(cli.Usage, err, "--format is one of "+namesOf(cite.AllFormats()))
	}
	profile, err := cite.ParseProfile(o.profile)
	if err != nil {
		return cite.Style{}, cli.Fail(cli.Usage, err, "--profile is one of "+namesOf(cite.Profiles()))
	}
	form, err := cite.ParseForm(o.form)
	if err != nil {
		return cite.Style{}, cli.Fail(cli.Usage, err, "--form is one of "+namesOf(cite.Forms()))
	}
	style := cite.Style{Format: format, Profile: profile, Form: form}
	if o.out != "" {
		return style, nil
	}
	if !profile.Has(format) {
		return style, cli.Fail(cli.Usage, fmt.Errorf("profile %s has no format %s", profile, format), "add --format, one of "+namesOf(profile.Formats()))
	}
	if form != cite.Plain && !format.HasForms() {
		return style, cli.Fail(cli.Usage, fmt.Errorf("format %s has no form %s", format, form), "--form is of apa and apa-page")
	}
	return style, nil
}

// citedWork is a work and, where the register holds it, what catalogues want to
// know of it besides.
type citedWork struct {
	cite.Work
	summary string
	date    spec.Date
	stem    string // of file names; empty for a work of another file
}

// in returns the work as a format tells of it. A catalogue's record describes
// the data and dates them; a citation has what the registry has.
func (w citedWork) in(format cite.Format) (cite.Work, error) {
	work := w.Work
	if !format.IsRecord() || w.date.IsZero() {
		return work, nil
	}
	issued, err := cite.ParseDate(w.date.String())
	work.Abstract, work.Issued = w.summary, issued
	return work, err
}

// works returns what is cited: dataset versions first, then freeze and project,
// then what files hold.
func (s *session) works(opts citeOptions) ([]citedWork, error) {
	if len(opts.versions) == 0 && len(opts.from) == 0 && opts.freeze == 0 && opts.project == "" {
		return nil, cli.Fail(cli.Usage, errors.New("nothing to cite is named"), "tre-extract cite NHSE_IAPT@3, or cite --from FILE")
	}
	var works []citedWork
	for _, version := range opts.versions {
		work, err := s.work(version)
		if err != nil {
			return nil, err
		}
		works = append(works, work)
	}
	for _, cited := range []struct {
		named bool
		work  func() (citedWork, error)
	}{
		{opts.freeze != 0, func() (citedWork, error) { return s.freezeWork(opts.freeze) }},
		{opts.project != "", func() (citedWork, error) { return s.projectWork(opts.project) }},
	} {
		if !cited.named {
			continue
		}
		work, err := cited.work()
		if err != nil {
			return nil, err
		}
		works = append(works, work)
	}
	for _, file := range opts.from {
		read, err := s.worksFrom(file)
		if err != nil {
			return nil, err
		}
		for _, work := range read {
			works = append(works, citedWork{Work: work})
		}
	}
	return works, nil
}

// work returns a version as the specification publishes it.
func (s *session) work(version string) (citedWork, error) {
	name, dataset, err := s.datasetVersion(version)
	if err != nil {
		return citedWork{}, err
	}
	if name, err = resolve(dataset, name); err != nil {
		return citedWork{}, err
	}
	release, known := dataset.Release(name)
	if !known {
		return citedWork{}, cli.Fail(cli.BadInput, fmt.Errorf("%s is not published: %s.toml has no citation metadata for it", name, dataset.Name), "add it under [[versions]]")
	}
	work, err := versions.Version{Name: name, Date: release.Date, Release: release}.Work(dataset)
	return citedWork{work, dataset.Descriptors.Summary, release.Date, name.FileStem()}, err
}

// freezeWork returns a freeze as it is published.
func (s *session) freezeWork(number int) (citedWork, error) {
	files, err := s.specFiles()
	if err != nil {
		return citedWork{}, err
	}
	freezes, err := spec.LoadFreezes(files)
	if err != nil {
		return citedWork{}, err
	}
	freeze, found := freezes.Freeze(number)
	if !found {
		return citedWork{}, cli.Fail(cli.BadInput, fmt.Errorf("freeze %d is not published: freezes.toml has no citation metadata for it", number), "add it under [[freezes]]")
	}
	work, err := versions.FreezeWork(freeze)
	return citedWork{Work: work, stem: work.Name}, err
}

// projectWork returns a project as its file says that it is cited.
func (s *session) projectWork(path string) (citedWork, error) {
	files, err := s.specFiles()
	if err != nil {
		return citedWork{}, err
	}
	if filepath.Ext(path) == "" {
		path += ".toml"
	}
	project, err := loadProject(files, path)
	if err != nil {
		return citedWork{}, err
	}
	if project.Citation == nil {
		return citedWork{}, cli.Fail(cli.BadInput, fmt.Errorf("%s does not say how it is cited", project.ID), "add [citation] to the project's file, with creators, year and DOI")
	}
	work, err := versions.ProjectWork(project)
	return citedWork{Work: work, stem: work.Name}, err
}

// warnOfTestDOIs names what nobody outside can follow.
func (s *session) warnOfTestDOIs(works []citedWork) {
	for _, work := range works {
		if work.DOI.IsTest() {
			fmt.Fprintf(s.streams.Err, "warning: %s is of DataCite's test service: it does not resolve, and nothing published may cite it\n", work.DOI)
		}
	}
}

// writeWorks writes the works in one style.
func writeWorks(style cite.Style, works []citedWork) ([]byte, error) {
	told := make([]cite.Work, len(works))
	for i, work := range works {
		var err error
		if told[i], err = work.in(style.Format); err != nil {
			return nil, err
		}
	}
	content, err := style.Write(told...)
	var lack *cite.Lack
	switch {
	case errors.As(err, &lack):
		return nil, cli.Fail(cli.BadInput, err, "cite the work in another format, or add what is missing to its record")
	case err != nil:
		return nil, cli.Fail(cli.BadInput, err, "")
	}
	return content, nil
}

// writeCitations writes every format of the profile that can hold the works.
func (s *session) writeCitations(style cite.Style, works []citedWork, folder string) error {
	stem := "citations"
	if len(works) == 1 && works[0].stem != "" {
		stem = works[0].stem
	}
	for _, format := range style.Profile.Formats() {
		style.Format = format
		content, err := writeWorks(style, works)
		var lack *cite.Lack
		if errors.As(err, &lack) {
			fmt.Fprintf(s.streams.Err, "left out: %s\n", err)
			continue
		}
		if err != nil {
			return err
		}
		path := filepath.Join(folder, stem+style.Extension())
		if err := cli.WriteFile(path, content); err != nil {
			return err
		}
		fmt.Fprintln(s.streams.Out, path)
	}
	return nil
}
