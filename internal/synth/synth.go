// Package synth makes synthetic people and what is delivered about them: the
// auxiliary tables of the Talking Therapies dataset in versions 2 and 3, or the
// source tables of a generation of the national data set, the participants of a
// freeze with their permissions, and their linkage; or the auxiliary tables of a
// whole country, with its organisations and a map.
//
// It promises: the same options give the same bytes, on any number of
// processors, and but for the country tell of the same people in every form; at the
// published scale each study has in each table exactly the participants that UK LLC
// published, and each auxiliary table the published rows; every record agrees with
// the others (a count with what it counts, an outcome with its scores, a date with
// its extract period), but for primary submissions that a refresh mends, and for what
// is planted in a country's records and listed beside them; nothing in it is or was
// about a real person: NHS numbers are of the range 999, postcodes of no area.
// When it fails or is cancelled it leaves nothing behind.
package synth

import (
	"context"
	"fmt"

	"tre-toolkit/internal/spec"
)

// Options say what to make and where.
type Options struct {
	Dir      string // made when missing; the files must not be there yet
	People   int    // participants of the hub in version 3, over all studies; 0 is as published, 44,033
	Seed     uint64
	Progress func(file string, done, total int64) // rows, or people of a folder; never called by two at once; may be nil
}

// Summary lists what was made, in the order of the versions and tables.
type Summary struct {
	Files []File
}

// File is one file that was made.
type File struct {
	Path  string // below Options.Dir
	Rows  int64  // without the header
	Bytes int64
}

// Names of the freeze's files.
const (
	PermissionsFile = "UKLLC_study_permissions_v0016_20260501.csv"
	MappingFile     = "linkage_mapping_20260501.csv"
)

// Aux makes the auxiliary tables of versions 2 and 3 of the Talking Therapies
// dataset, and the freeze's permissions and mapping, as CSV files:
//
//	NHSE_IAPT_v0002/TABLE.csv
//	NHSE_IAPT_v0003/TABLE.csv
//	UKLLC_study_permissions_v0016_20260501.csv
//	linkage_mapping_20260501.csv
func Aux(ctx context.Context, dataset spec.Dataset, cohorts spec.Cohorts, opts Options) (Summary, error) {
	making, err := newMaking(cohorts, opts)
	if err != nil {
		return Summary{}, err
	}
	if making.versions, err = newVersions(dataset); err != nil {
		return Summary{}, err
	}
	return stage(ctx, opts.Dir, making.outputs(), making.make)
}

// newMaking settles who there is and how many rows they get.
func newMaking(cohorts spec.Cohorts, opts Options) (*making, error) {
	if opts.People < 0 {
		return nil, fmt.Errorf("synthetic data for %d people", opts.People)
	}
	studies, err := readPublished()
	if err != nil {
		return nil, err
	}
	if err := checkStudies(studies, cohorts); err != nil {
		return nil, err
	}
	quotas, publishedPeople := scale(studies, int64(opts.People), opts.Seed)
	return &making{
		population: newPopulation(quotas, opts.Seed),
		budget:     newBudget(quotas, publishedPeople),
		progress:   newProgress(opts.Progress),
	}, nil
}

// checkStudies makes sure that the studies are known, and that none has linked
// people against what is known of it.
func checkStudies(studies []published, cohorts spec.Cohorts) error {
	for _, study := range studies {
		known, found := cohorts.Study(study.code)
		if !found {
			return fmt.Errorf("cohorts: study %s is missing", study.code)
		}
		if study.linked > 0 && !known.NHSLinkage {
			return fmt.Errorf("cohorts: study %s has no NHS linkage, but synthetic linked people", study.code)
		}
	}
	return nil
}

// newBudget works out how many rows each table has.
func newBudget(quotas []quota, publishedPeople int64) *budget {
	var people int64
	for _, q := range quotas {
		people += q.participants[hub]
	}
	b := &budget{}
	for t := range tableCount {
		later := nearest(rowsOfVersion2[t], hubRowsOfVersion3, rowsOfVersion2[hub])
		b.rows[0][t] = nearest(rowsOfVersion2[t], people, publishedPeople)
		b.rows[1][t] = nearest(later, people, publishedPeople)
	}
	return b
}

// outputs are the entries of the directory that is made.
func (m *making) outputs() []string {
	outputs := []string{PermissionsFile, MappingFile}
	for _, v := range m.versions {
		outputs = append(outputs, v.name)
	}
	return outputs
}
