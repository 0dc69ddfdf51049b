package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// listedProject is a project as its specification stands today.
type listedProject struct {
	Project  string   `json:"project"`
	File     string   `json:"file"`
	Title    string   `json:"title"`
	State    string   `json:"state"` // ready, faulty, not yet approved, or approval over
	Faults   int      `json:"faults"`
	Freeze   int      `json:"freeze"`
	Versions []string `json:"versions"`
	Approval string   `json:"approval,omitempty"` // until before this day

	// With a workspace only.
	LastRun  string           `json:"last_run,omitempty"` // RFC 3339, UTC
	Affected []extract.Effect `json:"affected,omitempty"`

	sources extract.Sources
}

func (s *session) projectListCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("list [PROJECT.toml...]", "List every project that has a specification, and which are affected by what",
		`Lists the projects among the specifications (--specs DIR names another folder of
them), and those of the files that are named, with what state each is in: ready,
faulty, not yet approved, or approval over.

With a workspace (-w) it says when each was run last, and what concerns it since it
was specified: a newer freeze, a withdrawal after which its freeze provisions nothing
more, a version that another supersedes, and what is not in the workspace.`,
		cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
			projects, err := s.listProjects(args)
			if err != nil {
				return err
			}
			if s.workspace != "" {
				if err := s.listAffected(ctx, projects); err != nil {
					return err
				}
			}
			if asJSON {
				return cli.WriteJSON(s.streams.Out, projects)
			}
			var text bytes.Buffer
			writeListed(&text, projects)
			_, err = text.WriteTo(s.streams.Out)
			return err
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func writeListed(w io.Writer, projects []listedProject) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "project\tstate\tfreeze\tversions\tapproved until\tlast run\ttitle")
	for _, one := range projects {
		day, _, _ := strings.Cut(one.LastRun, "T")
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", one.Project, one.State, one.Freeze, strings.Join(one.Versions, ", "), one.Approval, day, one.Title)
	}
	_ = table.Flush() // to memory
	for _, one := range projects {
		for _, effect := range one.Affected {
			fmt.Fprintf(w, "%s is affected: %s: %s\n", one.Project, effect.Why, effect.Says)
		}
	}
}

// listAffected adds what a workspace says of each project. One with faults is told
// of only by its last run: what it asks for is not settled.
func (s *session) listAffected(ctx context.Context, projects []listedProject) error {
	return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		log, err := s.ledger(workspace.Dir).Read()
		if err != nil {
			return err
		}
		for i := range projects {
			one := &projects[i]
			one.LastRun = lastRun(log, one.Project)
			if one.Faults > 0 {
				continue
			}
			if one.Affected, err = extract.Affected(ctx, workspace.Warehouse, one.sources); err != nil {
				return err
			}
		}
		return nil
	})
}

// lastRun says when a project's last run ended; empty when the ledger has none.
func lastRun(log ledger.Log, project string) string {
	last := ""
	for _, entry := range log.Entries {
		if entry.Kind == ledger.Run && entry.Phase == ledger.Done && entry.Subject == project {
			last = entry.At().UTC().Format(time.RFC3339)
		}
	}
	return last
}

// listProjects lists the projects among the specifications, and those of files.
func (s *session) listProjects(named []string) ([]listedProject, error) {
	files, err := s.specFiles()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "projects/*.toml")
	if err != nil {
		return nil, err
	}
	projects := make([]listedProject, 0, len(names)+len(named))
	for _, name := range names {
		project, fault := spec.LoadProject(files, name)
		one, err := s.listProject(files, name, project, fault)
		if err != nil {
			return nil, err
		}
		projects = append(projects, one)
	}
	for _, name := range named {
		project, fault := loadProject(files, name)
		one, err := s.listProject(files, name, project, fault)
		if err != nil {
			return nil, err
		}
		projects = append(projects, one)
	}
	return projects, nil
}

func (s *session) listProject(files fs.FS, name string, project spec.Project, fault error) (listedProject, error) {
	sources, err := s.sourcesOf(files, project, fault)
	var invalid *spec.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return listedProject{}, err
	}
	listed := listedProject{Project: project.ID.String(), File: name, Title: project.Title, State: "ready", Freeze: project.Freeze, Versions: []string{}, sources: sources}
	for _, dataset := range project.Datasets {
		listed.Versions = append(listed.Versions, dataset.Version.String())
	}
	if approval := project.Approval; approval != nil {
		listed.Approval = approval.To.String()
		switch {
		case sources.Today.Before(approval.From):
			listed.State = "not yet approved"
		case !approval.Covers(sources.Today):
			listed.State = "approval over"
		}
	}
	if invalid != nil {
		listed.State, listed.Faults = "faulty", len(invalid.Faults)
	}
	return listed, nil
}
