package main

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// affected is what is concerned by withdrawals, as it is shown.
type affected struct {
	Policy   affectedPolicy    `json:"policy"`
	Freezes  []affectedStudy   `json:"freezes"`
	Projects []affectedProject `json:"projects"`
}

type affectedPolicy struct {
	Provisioned        string `json:"provisioned"`
	ProvisionedReason  string `json:"provisioned_reason"`
	NewProvision       string `json:"new_provision"`
	NewProvisionReason string `json:"new_provision_reason"`
}

type affectedStudy struct {
	Freeze    int             `json:"freeze"`
	Study     spec.Study      `json:"study"`
	Withdrawn disclosure.Cell `json:"withdrawn"`
}

type affectedProject struct {
	Project string   `json:"project"`
	Freeze  int      `json:"freeze"`
	Studies []string `json:"studies"`
}

func (s *session) withdrawalsAffectedCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("affected [PROJECT.toml...]", "List the freezes and projects that hold people who have withdrawn since",
		`Lists the studies of each freeze in which people are linked who have withdrawn
since it was made, and the projects that are pinned to such a freeze and study,
with the policy of specs/optouts.toml on what becomes of them. Without arguments
the projects are those of the specifications.`,
		cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
			return s.affected(ctx, args, asJSON)
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) affected(ctx context.Context, paths []string, asJSON bool) error {
	projects, err := s.projects(paths)
	if err != nil {
		return err
	}
	policy, err := s.optOuts()
	if err != nil {
		return err
	}
	rules, err := s.rules(defaultRules)
	if err != nil {
		return err
	}
	answer := affected{
		Policy:  affectedPolicy{policy.Provisioned.Value, policy.Provisioned.Reason, policy.NewProvision.Value, policy.NewProvision.Reason},
		Freezes: []affectedStudy{}, Projects: []affectedProject{},
	}
	return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		list, err := linkage.ListAffected(ctx, workspace.Warehouse)
		if err != nil {
			return err
		}
		for _, one := range list {
			answer.Freezes = append(answer.Freezes, affectedStudy{one.Freeze, one.Study, rules.Cell(one.Withdrawn)})
		}
		for _, project := range projects {
			concerned := affectedProject{Project: project.ID.String(), Freeze: project.Freeze}
			for _, one := range linkage.Holding(list, project.Freeze, project.Studies) {
				concerned.Studies = append(concerned.Studies, string(one.Study))
			}
			if len(concerned.Studies) > 0 {
				answer.Projects = append(answer.Projects, concerned)
			}
		}
		if asJSON {
			return cli.WriteJSON(s.streams.Out, answer)
		}
		return s.writeAffected(answer)
	})
}

// projects loads the projects named, or all of the specifications.
func (s *session) projects(paths []string) ([]spec.Project, error) {
	files, err := s.specFiles()
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		if paths, err = fs.Glob(files, "projects/*.toml"); err != nil {
			return nil, err
		}
	}
	var projects []spec.Project
	var faults []error
	for _, path := range paths {
		project, err := loadProject(files, path)
		projects, faults = append(projects, project), append(faults, err)
	}
	return projects, spec.Join(faults...)
}

func (s *session) writeAffected(answer affected) error {
	if len(answer.Freezes) == 0 {
		_, err := fmt.Fprintln(s.streams.Out, "no freeze holds anybody who has withdrawn since it was made")
		return err
	}
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "freeze\tstudy\twithdrawn since")
	for _, one := range answer.Freezes {
		fmt.Fprintf(table, "%d\t%s\t%s\n", one.Freeze, one.Study, one.Withdrawn)
	}
	for _, project := range answer.Projects {
		fmt.Fprintf(table, "project %s\tfreeze %d\t%s\n", project.Project, project.Freeze, strings.Join(project.Studies, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.streams.Out, "\nwhat was provisioned: %s. %s\nnew provision: %s. %s\n",
		answer.Policy.Provisioned, answer.Policy.ProvisionedReason, answer.Policy.NewProvision, answer.Policy.NewProvisionReason)
	return err
}
