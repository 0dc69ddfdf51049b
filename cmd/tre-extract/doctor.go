package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/doctor"
	"tre-toolkit/internal/warehouse"
)

func (s *session) doctorCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("doctor", "Prove that a workspace keeps to its role",
		`Looks through a workspace for what must not be there. In a research environment's:
columns of File 1, and NHS numbers, postcodes, e-mail addresses or lists of names
in any column of any table. In the trusted third party's: attributes. In both:
files that others can read, links that lead out, keys that lie open, rows that a
killed run left behind. It says where, with a code and a way to mend it, and never
what it saw or how often. With a finding the exit code is 5.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
				findings, err := doctor.Examine(ctx, workspace)
				if err != nil {
					return err
				}
				return s.writeDiagnosis(diagnosis{string(workspace.Role), len(findings) == 0, append([]doctor.Finding{}, findings...)}, asJSON)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

// diagnosis is what --json prints.
type diagnosis struct {
	Role     string           `json:"role"`
	Healthy  bool             `json:"healthy"`
	Findings []doctor.Finding `json:"findings"`
}

func (s *session) writeDiagnosis(d diagnosis, asJSON bool) error {
	write := d.writeText
	if asJSON {
		write = func(w io.Writer) error { return cli.WriteJSON(w, d) }
	}
	if err := write(s.streams.Out); err != nil {
		return err
	}
	if !d.Healthy {
		return cli.Verdict(cli.Refused)
	}
	return nil
}

func (d diagnosis) writeText(w io.Writer) error {
	for _, one := range d.Findings {
		if _, err := fmt.Fprintf(w, "%s %s: %s\n  fix: %s\n", one.Code, one.Where, one.Says, one.Fix); err != nil {
			return err
		}
	}
	verdict := "keeps to its role"
	if !d.Healthy {
		verdict = "does not keep to its role"
	}
	_, err := fmt.Fprintf(w, "the workspace (role %s) %s\n", d.Role, verdict)
	return err
}
