// Package synth makes synthetic people and what is delivered about them: the
// auxiliary tables of the Talking Therapies dataset in versions 2 and 3, the
// participants of a freeze with their permissions, and their linkage.
//
// It promises: the same options give the same bytes, on any number of
// processors; at the published scale each study has in each table exactly the
// participants that UK LLC published, and each table the published rows; every
// record agrees with the others (a count with what it counts, an outcome with
// its scores, a date with its extract period); nothing in it is or was about a
// real person. When it fails or is cancelled it leaves nothing behind.
package synth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tre-toolkit/internal/spec"
)

// Options say what to make and where.
type Options struct {
	Dir      string // made when missing; the files must not be there yet
	People   int    // participants of the hub in version 3, over all studies; 0 is as published, 44,033
	Seed     uint64
	Progress func(file string, done, total int64) // rows; never called by two at once; may be nil
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
	if opts.People < 0 {
		return Summary{}, fmt.Errorf("synthetic data for %d people", opts.People)
	}
	studies, err := readPublished()
	if err != nil {
		return Summary{}, err
	}
	if err := checkStudies(studies, cohorts); err != nil {
		return Summary{}, err
	}
	versions, err := newVersions(dataset)
	if err != nil {
		return Summary{}, err
	}
	quotas, publishedPeople := scale(studies, int64(opts.People), opts.Seed)
	making := &making{
		population: newPopulation(quotas, opts.Seed),
		versions:   versions,
		budget:     newBudget(quotas, publishedPeople),
		progress:   newProgress(opts.Progress),
	}
	return making.into(ctx, opts.Dir)
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

// into makes the files in a directory beside the real place and moves them
// there when all are done.
func (m *making) into(ctx context.Context, dir string) (Summary, error) {
	if err := m.vacant(dir); err != nil {
		return Summary{}, err
	}
	made, err := makeDir(dir)
	if err != nil {
		return Summary{}, err
	}
	staging, err := os.MkdirTemp(dir, ".synth-")
	if err != nil {
		return Summary{}, errors.Join(err, removeIf(made, dir))
	}
	summary, err := m.make(ctx, staging)
	if err == nil {
		err = m.publish(staging, dir)
	}
	err = errors.Join(err, os.RemoveAll(staging))
	if err != nil {
		return Summary{}, errors.Join(err, removeIf(made, dir))
	}
	return summary, nil
}

// outputs are the entries of the directory that is made.
func (m *making) outputs() []string {
	outputs := []string{PermissionsFile, MappingFile}
	for _, v := range m.versions {
		outputs = append(outputs, v.name)
	}
	return outputs
}

// vacant makes sure that nothing would be written over.
func (m *making) vacant(dir string) error {
	for _, name := range m.outputs() {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
	}
	return nil
}

// makeDir makes a directory and reports whether it was missing.
func makeDir(dir string) (made bool, err error) {
	if _, err := os.Stat(dir); err == nil {
		return false, nil
	}
	return true, os.MkdirAll(dir, 0o755)
}

func removeIf(made bool, dir string) error {
	if made {
		return os.Remove(dir)
	}
	return nil
}

// publish moves everything to its place, or nothing.
func (m *making) publish(staging, dir string) error {
	for i, name := range m.outputs() {
		if err := os.Rename(filepath.Join(staging, name), filepath.Join(dir, name)); err != nil {
			for _, moved := range m.outputs()[:i] {
				err = errors.Join(err, os.RemoveAll(filepath.Join(dir, moved)))
			}
			return err
		}
	}
	return nil
}
