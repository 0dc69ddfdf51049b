package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage/matching"
)

func (s *session) linkTrainCommand() *cobra.Command {
	var opts linkerOptions
	command := newCommand("train A.csv [B.csv]", "Estimate a model from the files to be linked", `Estimates how often each field agrees in records of one person (m, by expectation
maximisation) and of two people (u, from pairs drawn by their ids), and writes
the model with its estimates. No labels are used. The same files and model give
the same bytes. Fields that the files do not have are left out of the result.`,
		cobra.RangeArgs(1, 2), func(ctx context.Context, args []string) error {
			opts.files = args
			return s.linkTrain(ctx, opts)
		})
	opts.flags(command, "the model to write (TOML)")
	_ = command.MarkFlagRequired("out") // defined above
	return command
}

func (s *session) linkTrain(ctx context.Context, opts linkerOptions) error {
	return s.linking(ctx, opts, []string{opts.out}, func(people *matching.People) error {
		if _, err := s.showBlocks(ctx, people); err != nil {
			return err
		}
		if err := people.Train(ctx); err != nil {
			return err
		}
		model := people.Model()
		if err := cli.WriteFile(opts.out, model.TOML()); err != nil {
			return err
		}
		if opts.asJSON {
			return cli.WriteJSON(s.streams.Out, trainAnswer{model.Name, model.Prior, model.Iterations, people.Missing(), opts.out})
		}
		_, err := fmt.Fprintf(s.streams.Out, "%s: %d comparisons, estimated in %d iterations\n", opts.out, len(model.Comparisons), model.Iterations)
		return err
	})
}

// trainAnswer is what link train --json prints.
type trainAnswer struct {
	Model      string   `json:"model"`
	Prior      float64  `json:"prior"`
	Iterations int      `json:"iterations"`
	Missing    []string `json:"missing_fields"`
	Out        string   `json:"out"`
}

type evaluateOptions struct {
	linkerOptions
	truth, svg string
}

func (s *session) linkEvaluateCommand() *cobra.Command {
	var opts evaluateOptions
	command := newCommand("evaluate A.csv [B.csv]", "Judge a model by pairs that are known", `Compares what a model links with a file of true pairs (left_id, right_id), and
prints precision, recall and F1 at each of a row of thresholds, and of the links
as match would write them. --svg draws them.`,
		cobra.RangeArgs(1, 2), func(ctx context.Context, args []string) error {
			opts.files = args
			return s.linkEvaluate(ctx, opts)
		})
	opts.flags(command, "")
	_ = command.Flags().MarkHidden("out") // it goes to standard output
	command.Flags().StringVar(&opts.truth, "truth", "", "the true pairs: left_id, right_id (CSV)")
	command.Flags().StringVar(&opts.svg, "svg", "", "a picture of the table to write (SVG)")
	_ = command.MarkFlagRequired("truth") // defined above
	return command
}

// scoreAnswer is one line of link evaluate --json.
type scoreAnswer struct {
	Probability float64         `json:"probability,omitempty"`
	Weight      float64         `json:"weight,omitempty"`
	Links       disclosure.Cell `json:"links"`
	Precision   float64         `json:"precision"`
	Recall      float64         `json:"recall"`
	F1          float64         `json:"f1"`
}

type evaluateAnswer struct {
	Model      string        `json:"model"`
	Thresholds []scoreAnswer `json:"thresholds"`
	Decided    scoreAnswer   `json:"decided"`
}

func (s *session) linkEvaluate(ctx context.Context, opts evaluateOptions) error {
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	answerTo := func(score matching.Score) scoreAnswer {
		return scoreAnswer{score.Probability, score.Weight, rules.Cell(score.Links), score.Precision, score.Recall, score.F1}
	}
	opts.beside = []string{opts.truth}
	return s.linking(ctx, opts.linkerOptions, nil, func(people *matching.People) error {
		truth, err := people.Truth(ctx, opts.truth)
		if err != nil {
			return err
		}
		if _, err := s.ensureTrained(ctx, people); err != nil {
			return err
		}
		candidates, err := people.Candidates(ctx)
		if err != nil {
			return err
		}
		links, err := people.Decide(ctx, candidates)
		if err != nil {
			return err
		}
		table, decided := people.Evaluate(candidates, links, truth)
		answer := evaluateAnswer{Model: people.Model().Name, Decided: answerTo(decided)}
		for _, score := range table {
			answer.Thresholds = append(answer.Thresholds, answerTo(score))
		}
		if opts.svg != "" {
			if err := cli.WriteFile(opts.svg, people.Model().ThresholdsChart(table)); err != nil {
				return err
			}
		}
		if opts.asJSON {
			return cli.WriteJSON(s.streams.Out, answer)
		}
		return s.writeScores(answer)
	})
}

func (s *session) writeScores(answer evaluateAnswer) error {
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "probability\tweight\tlinks\tprecision\trecall\tF1")
	for _, score := range answer.Thresholds {
		fmt.Fprintf(table, "%g\t%.2f\t%s\t%.4f\t%.4f\t%.4f\n", score.Probability, score.Weight, score.Links, score.Precision, score.Recall, score.F1)
	}
	decided := answer.Decided
	fmt.Fprintf(table, "as decided\t\t%s\t%.4f\t%.4f\t%.4f\n", decided.Links, decided.Precision, decided.Recall, decided.F1)
	return table.Flush()
}
