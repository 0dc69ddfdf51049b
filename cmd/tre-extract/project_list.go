package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
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
}

func (s *session) projectListCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("list", "List every project that has a specification",
		`Lists the projects among the specifications (--specs DIR names another folder of
them) with what state each is in: ready, faulty, not yet approved, or approval over.`,
		cobra.NoArgs, func(context.Context, []string) error {
			projects, err := s.listProjects()
			if err != nil {
				return err
			}
			if asJSON {
				return cli.WriteJSON(s.streams.Out, projects)
			}
			table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "project\tstate\tfreeze\tversions\tapproved until\ttitle")
			for _, one := range projects {
				fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", one.Project, one.State, one.Freeze, strings.Join(one.Versions, ", "), one.Approval, one.Title)
			}
			return table.Flush()
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) listProjects() ([]listedProject, error) {
	files, err := s.specFiles()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "projects/*.toml")
	if err != nil {
		return nil, err
	}
	projects := make([]listedProject, len(names))
	for i, name := range names {
		project, fault := spec.LoadProject(files, name)
		if projects[i], err = s.listProject(files, name, project, fault); err != nil {
			return nil, err
		}
	}
	return projects, nil
}

func (s *session) listProject(files fs.FS, name string, project spec.Project, fault error) (listedProject, error) {
	sources, err := s.sourcesOf(files, project, fault)
	var invalid *spec.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return listedProject{}, err
	}
	listed := listedProject{Project: project.ID.String(), File: name, Title: project.Title, State: "ready", Freeze: project.Freeze, Versions: []string{}}
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
