package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/synth"
)

type synthOptions struct {
	dir, shape string
	people     int
	seed       uint64
	planted    float64
}

// auxShape is the shape of a delivery that is ready made; the other shapes are
// generations of the data set.
const auxShape = "aux"

// nationalShape is the shape of a delivery for a whole country.
const nationalShape = "national"

func (s *session) synthCommand() *cobra.Command {
	var opts synthOptions
	command := newCommand("synth DIR", "Make a synthetic delivery",
		`Makes a synthetic delivery, the same bytes for the same seed: the dataset's
tables, the study permissions file and the mapping of study ids to person keys.
At the default scale there are the participants per study and table that UK LLC
has published. Nobody in it is real.

--shape aux makes versions 2 and 3 of the dataset as ready-made auxiliary tables.
--shape v2.1, v2.0 and v1.5 make source tables of that generation of the data set
from the people of version 3: the same persons, pathways, contacts and scores, in
monthly submissions of all providers, many of them primary and then refreshed.
Each has the whole span from September 2020 to March 2024 in its own form, also
where that generation had ended or not begun. Columns that identify people hold
made-up values.

--shape national makes version 3 for a made-up England of 7 regions, 42 ICBs, 106
sub-ICBs and 130 providers, from April 2021 to March 2024: people of no study, for
load NHSE_IAPT@3 and measures --everybody. Beside the tables are organisations.csv,
for measures --organisations; boundaries.geojson, the areas of the ICBs; and
planted.csv, what is wrong on purpose with some of the records: flags against
scores, days out of order, scores out of range, organisations that are unknown or
merged. --planted sets the share of pathways that are spoilt so, 0 for none.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.dir = args[0]
			return s.synth(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.shape, "shape", auxShape, "aux: ready-made auxiliary tables; national: those of a whole country; v2.1, v2.0, v1.5: source tables")
	flags.IntVar(&opts.people, "people", 0, "participants in the hub of version 3; 0 means the published scale (44,033), or 190,000 people of the national shape")
	flags.Float64Var(&opts.planted, "planted", 0.005, "share of the pathways of the national shape that are spoilt on purpose, from 0 to 1")
	flags.Uint64Var(&opts.seed, "seed", 42, "what the made-up data grow from")
	return command
}

func (s *session) synth(ctx context.Context, opts synthOptions) error {
	if opts.people < 0 {
		return cli.Fail(cli.Usage, errors.New("--people is below 0"), "0 means the published scale")
	}
	if isShare := opts.planted >= 0 && opts.planted <= 1; !isShare {
		return cli.Fail(cli.Usage, errors.New("--planted is no share"), "name one from 0 to 1, such as 0.005")
	}
	dataset, err := s.dataset(defaultDataset)
	if err != nil {
		return err
	}
	generation, err := s.generation(defaultDataset, opts.shape)
	if err != nil {
		return err
	}
	if entries, err := os.ReadDir(opts.dir); err == nil && len(entries) > 0 {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is not empty", opts.dir), "name a folder that is absent or empty")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	cohorts, err := s.cohorts()
	if err != nil {
		return err
	}
	options := synth.Options{Dir: opts.dir, People: opts.people, Seed: opts.seed}
	switch opts.shape {
	case auxShape:
		_, err = synth.Aux(ctx, dataset, cohorts, options)
	case nationalShape:
		_, err = synth.National(ctx, dataset, opts.planted, options)
	default:
		_, err = synth.Source(ctx, dataset, generation, cohorts, options)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.streams.Err, "made a synthetic delivery in %s (seed %d)\n", opts.dir, opts.seed)
	return nil
}

// generation returns the generation of a dataset that a shape names; the
// ready-made shapes name none.
func (s *session) generation(dataset, shape string) (spec.Generation, error) {
	if shape == auxShape || shape == nationalShape {
		return spec.Generation{}, nil
	}
	files, err := s.specFiles()
	if err != nil {
		return spec.Generation{}, err
	}
	generations, err := spec.LoadGenerations(files, dataset)
	if err != nil {
		return spec.Generation{}, err
	}
	shapes := auxShape + ", " + nationalShape
	for _, generation := range generations {
		if generation.Name == shape {
			return generation, nil
		}
		shapes += ", " + generation.Name
	}
	return spec.Generation{}, cli.Fail(cli.Usage, fmt.Errorf("there is no shape %q", shape), "--shape is one of "+shapes)
}
