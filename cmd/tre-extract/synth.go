package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/synth"
)

type synthOptions struct {
	dir, shape string
	people     int
	seed       uint64
}

func (s *session) synthCommand() *cobra.Command {
	var opts synthOptions
	command := newCommand("synth DIR", "Make a synthetic delivery",
		`Makes a synthetic delivery, the same bytes for the same seed: versions 2 and 3 of
the dataset as auxiliary tables, the study permissions file and the mapping of
study ids to person keys. At the default scale, version 3 has the participants
per study and table that UK LLC has published. Nobody in it is real.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.dir = args[0]
			return s.synth(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.shape, "shape", "aux", "aux: ready-made auxiliary tables")
	flags.IntVar(&opts.people, "people", 0, "participants in the hub of version 3; 0 means the published scale (44,033)")
	flags.Uint64Var(&opts.seed, "seed", 42, "what the made-up data grow from")
	return command
}

func (s *session) synth(ctx context.Context, opts synthOptions) error {
	if opts.shape != "aux" {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no shape %q", opts.shape), "--shape is aux")
	}
	if opts.people < 0 {
		return cli.Fail(cli.Usage, errors.New("--people is below 0"), "0 means the published scale")
	}
	if entries, err := os.ReadDir(opts.dir); err == nil && len(entries) > 0 {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is not empty", opts.dir), "name a folder that is absent or empty")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dataset, err := s.dataset(defaultDataset)
	if err != nil {
		return err
	}
	cohorts, err := s.cohorts()
	if err != nil {
		return err
	}
	_, err = synth.Aux(ctx, dataset, cohorts, synth.Options{Dir: opts.dir, People: opts.people, Seed: opts.seed})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.streams.Err, "made a synthetic delivery in %s (seed %d)\n", opts.dir, opts.seed)
	return nil
}
