package extract

import (
	"os"
	"path/filepath"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
)

// cited returns what a paper that uses the extract cites: each dataset version,
// the freeze if it is published and the project if it says how.
func (p Plan) cited() ([]cite.Work, error) {
	works, _, err := p.versionsCited()
	if err != nil {
		return nil, err
	}
	if freeze, found := p.sources.Freezes.Freeze(p.Freeze); found {
		work, err := versions.FreezeWork(freeze)
		if err != nil {
			return nil, err
		}
		works = append(works, work)
	}
	if p.sources.Project.Citation == nil {
		return works, nil
	}
	work, err := versions.ProjectWork(p.sources.Project)
	return append(works, work), err
}

// versionsCited returns the dataset versions as works, with their names.
func (p Plan) versionsCited() (works []cite.Work, names []spec.DatasetVersion, err error) {
	done := map[spec.DatasetVersion]bool{}
	for _, table := range p.Tables {
		if done[table.version.Name] {
			continue
		}
		done[table.version.Name] = true
		work, err := table.version.Work(table.dataset)
		if err != nil {
			return nil, nil, err
		}
		works, names = append(works, work), append(names, table.version.Name)
	}
	return works, names, nil
}

// cite writes the citations of every dataset version in the extract, and one file
// of them all with the freeze and the project, which has the project's name.
func (r *runner) cite(manifest *Manifest) error {
	if err := os.Mkdir(filepath.Join(r.output.Draft, citationFolder), 0o700); err != nil {
		return err
	}
	works, names, err := r.plan.versionsCited()
	if err != nil {
		return err
	}
	for i, work := range works {
		if err := r.citeIn(names[i].FileStem(), manifest, work); err != nil {
			return err
		}
	}
	return r.citeIn(r.plan.Project, manifest, r.plan.works...)
}

// citeIn writes a file of works in each of the formats that an extract carries.
func (r *runner) citeIn(stem string, manifest *Manifest, works ...cite.Work) error {
	for _, format := range cite.Formats() {
		name := filepath.Join(citationFolder, stem+format.Extension())
		text, err := cite.Write(format, works...)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.output.Draft, name), text, 0o644); err != nil {
			return err
		}
		file, err := describeFile(r.output.Draft, name)
		if err != nil {
			return err
		}
		manifest.Files = append(manifest.Files, file)
	}
	return nil
}
