package synth

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"tre-toolkit/internal/spec"
)

// Names of the files of the national shape, beside the version's folder.
const (
	OrganisationsFile = "organisations.csv"
	BoundariesFile    = "boundaries.geojson"
	PlantedFile       = "planted.csv"
)

// NationalPeople is how many people the national shape has where nothing else is
// wanted: about 200,000 pathways in three years, a twenty-sixth of England's.
const NationalPeople = 190_000

// National makes version 3 of the Talking Therapies dataset for a whole made-up
// England of 7 regions, 42 ICBs, 106 sub-ICBs and 130 providers, as CSV files:
//
//	NHSE_IAPT_v0003/TABLE.csv
//	organisations.csv
//	boundaries.geojson
//	planted.csv
//
// There is one extract a financial year, of the three from April 2021 to March
// 2024; referrals of the half year before are there as far as they were open then.
// planted is the share of the pathways whose records are spoilt, each in one way,
// which planted.csv lists; 0 for none.
func National(ctx context.Context, dataset spec.Dataset, planted float64, opts Options) (Summary, error) {
	if isShare := planted >= 0 && planted <= 1; opts.People < 0 || !isShare {
		return Summary{}, fmt.Errorf("synthetic data for %d people, %v of whose pathways are spoilt", opts.People, planted)
	}
	if opts.People == 0 {
		opts.People = NationalPeople
	}
	country, err := newEngland()
	if err != nil {
		return Summary{}, err
	}
	making := &nationalMaking{
		population: &population{seed: opts.Seed, size: int64(opts.People)},
		country:    country, planted: planted, referred: newReferralDays(), progress: newProgress(opts.Progress),
		version: &version{number: 3, available: "2024-06-03", newNames: namingDay, last: segments - 1},
	}
	making.population.identify()
	if planted > 0 {
		country.merge()
	}
	err = errors.Join(making.version.release(dataset), making.version.layOut(dataset, nationalMakers()))
	if err != nil {
		return Summary{}, err
	}
	return stage(ctx, opts.Dir, []string{making.version.name, OrganisationsFile, BoundariesFile, PlantedFile}, making.make)
}

// nationalMaking is one run of the national shape.
type nationalMaking struct {
	population *population
	country    *england
	planted    float64
	referred   referralDays
	version    *version
	progress   *progress
}

// years are the extracts of the national shape: the last of each financial year.
var years = [...]segment{4, 7, 10}

// nationalPage is the text of one chunk for every table, and of what is planted.
type nationalPage struct {
	text    [tableCount][]byte
	rows    [tableCount]int64
	planted []byte
	lines   int64
}

// make writes every file below a directory.
func (m *nationalMaking) make(ctx context.Context, dir string) (Summary, error) {
	out := &outputs{}
	tables, planted, err := m.open(out, dir)
	if err != nil {
		out.abandon()
		return Summary{}, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return m.writeTables(ctx, tables, planted) })
	if err := errors.Join(m.writeBeside(out, dir), group.Wait()); err != nil {
		out.abandon()
		return Summary{}, err
	}
	return out.close()
}

func (m *nationalMaking) open(out *outputs, dir string) (tables [tableCount]*output, planted *output, err error) {
	for t, name := range tableNames {
		if tables[t], err = out.create(dir, filepath.Join(m.version.name, name+".csv"), 0); err != nil {
			return tables, nil, err
		}
	}
	planted, err = out.create(dir, PlantedFile, 0)
	return tables, planted, err
}

// writeBeside writes the files that tell of the country.
func (m *nationalMaking) writeBeside(out *outputs, dir string) error {
	organisations, err := out.create(dir, OrganisationsFile, 0)
	if err != nil {
		return err
	}
	if organisations.rows, err = m.country.writeOrganisations(organisations.buffer); err != nil {
		return err
	}
	boundaries, err := out.create(dir, BoundariesFile, 0)
	if err != nil {
		return err
	}
	boundaries.rows = int64(len(m.country.boards))
	return m.country.writeBoundaries(boundaries.buffer)
}

// writeOrganisations writes the list of organisations, and returns how many there
// are.
func (e *england) writeOrganisations(w io.Writer) (int64, error) {
	lines := [][]string{{"code", "name", "successor"}}
	add := func(code, name, successor string) { lines = append(lines, []string{code, name, successor}) }
	for i, code := range regions {
		add(code, regionNames[i], "")
	}
	for i := range e.boards {
		add(e.boards[i].code, e.boards[i].name, "")
	}
	for i := range e.areas {
		add(e.areas[i].code, e.areas[i].name, "")
	}
	for i := range e.boards {
		for _, one := range e.boards[i].providers {
			add(one.code, one.name, "")
			if one.lost != nil {
				add(one.lost.code, one.lost.name, one.code)
			}
		}
	}
	return int64(len(lines) - 1), csv.NewWriter(w).WriteAll(lines)
}

// writeTables makes the chunks on all processors and writes them in order.
func (m *nationalMaking) writeTables(ctx context.Context, tables [tableCount]*output, planted *output) error {
	for t, to := range tables {
		if _, err := to.buffer.Write(m.version.layouts[t].header); err != nil {
			return err
		}
	}
	if _, err := planted.buffer.WriteString(plantedHeader); err != nil {
		return err
	}
	newMaker := func() func(chunk int, to *nationalPage) {
		w := &nationalWorker{worker: newWorker(m.population, nil), making: m}
		return func(chunk int, to *nationalPage) {
			*to = nationalPage{text: to.text, planted: to.planted[:0]}
			for t := range to.text {
				to.text[t] = to.text[t][:0]
			}
			first := int64(chunk) * chunkPeople
			for place := first; place < min(first+chunkPeople, m.population.size); place++ {
				m.writePerson(w.meet(place), to)
			}
		}
	}
	chunks, done := int((m.population.size+chunkPeople-1)/chunkPeople), int64(0)
	return inOrder(ctx, chunks, newMaker, func(made *nationalPage) error {
		for t, text := range made.text {
			tables[t].rows += made.rows[t]
			if _, err := tables[t].buffer.Write(text); err != nil {
				return err
			}
		}
		planted.rows += made.lines
		_, err := planted.buffer.Write(made.planted)
		done = min(done+chunkPeople, m.population.size)
		m.progress.report(m.version.name, done, m.population.size)
		return err
	})
}

// writePerson writes a person's rows in every extract that tells of them.
func (m *nationalMaking) writePerson(p *person, to *nationalPage) {
	w := personWriter{version: m.version, person: p, text: &to.text, rows: &to.rows}
	w.row = row{version: m.version, person: p}
	var present [segments]bool
	for i := range p.pathways {
		path := &p.pathways[i]
		for _, year := range years {
			if path.received > periods[year].end || path.until() < periods[year].start {
				continue
			}
			present[year] = true
			w.pathway(path, year)
		}
		if path.planted != nil {
			to.addPlanted(path, &w.state)
		}
	}
	w.row.path, w.row.state = nil, nil
	for _, year := range years {
		if present[year] {
			w.row.period = &periods[year]
			w.entries(careCluster, p.clusters, year)
			w.entries(employmentStatus, p.jobs, year)
		}
	}
}

// nationalMakers make the columns of every table: those of the other shapes, but
// that organisations are places of the country.
func nationalMakers() [tableCount]map[string]maker {
	makers := tableMakers()
	area := func(b []byte, r *row) []byte { return append(b, r.path.at.area.code...) }
	board := func(b []byte, r *row) []byte { return append(b, r.path.at.area.board.code...) }
	maps.Copy(makers[hub], map[string]maker{
		"commissioningregion":         func(b []byte, r *row) []byte { return append(b, regions[r.path.at.area.board.region]...) },
		"orgid_ccg_residence_e":       area,
		"orgidresidenceresp_e":        onlyFor(notRenamed, area),
		"orgidsubicblocresidence_e":   onlyFor(renamed, area),
		"orgidicbres_e":               board,
		"orgid_ccg_gp_e":              area,
		"orgidgpprac_e":               onlyFor(notRenamed, area),
		"orgidsubicblocgp_e":          onlyFor(renamed, area),
		"orgidicbgppractice_e":        board,
		"usepathway_flag":             flag(func(r *row) bool { return !r.path.unused }),
		"usequarterreferral_flag":     flag(func(r *row) bool { return !r.path.unused && r.path.some(74, 90) }),
		"referralrequestreceiveddate": onlyFor(func(r *row) bool { return !r.state.spoilt.undated }, referralMakers["referralrequestreceiveddate"]),
		"carecontact_count":           onlyFor(func(r *row) bool { return !r.state.spoilt.uncounted }, referralMakers["carecontact_count"]),
		"completedtreatment_flag":     flag(func(r *row) bool { return r.state.completed() != r.state.spoilt.finished }),
		"endcode": code(func(r *row) string {
			if r.state.spoilt.ended {
				return "46"
			}
			return r.state.endCode(r.path)
		}),
		"orgidcomm_e": area,
	})
	return makers
}
