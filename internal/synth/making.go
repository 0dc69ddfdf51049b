package synth

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"tre-toolkit/internal/spec"
)

// version is one delivery of the dataset.
type version struct {
	number    spec.VersionNumber
	name      string // of its directory
	extracted string // extract_date
	available string // avail_from_dt
	newNames  day    // from when on it has the names of v2.1
	last      segment
	layouts   [tableCount]layout
}

// newVersions lays out versions 2 and 3 as the dataset's specification has them.
func newVersions(dataset spec.Dataset) ([]*version, error) {
	versions := []*version{
		{number: 2, available: "2023-06-01", last: lastOfVersion2, newNames: lastDay + 1},
		{number: 3, available: "2024-06-03", last: segments - 1, newNames: namingDay},
	}
	for _, v := range versions {
		if err := v.release(dataset); err != nil {
			return nil, err
		}
		if err := v.layOut(dataset, tableMakers()); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

// release looks up what is known of the version.
func (v *version) release(dataset spec.Dataset) error {
	name := spec.DatasetVersion{Dataset: dataset.Name, Number: v.number}
	release, found := dataset.Release(name)
	if !found {
		return fmt.Errorf("dataset %s has no version %s", dataset.Name, v.number)
	}
	v.name, v.extracted = name.FileStem(), release.Date.String()
	return nil
}

// tableMakers make the columns of every table.
func tableMakers() [tableCount]map[string]maker {
	return [tableCount]map[string]maker{
		careActivities: careMakers, careCluster: clusterMakers, scoredAssessments: scoreTableMakers, hub: hubMakers(),
		employmentStatus: jobMakers, internetTherapies: logMakers, conditions: conditionMakers,
		onwardReferrals: onwardMakers, waitingPauses: pauseMakers,
	}
}

func (v *version) layOut(dataset spec.Dataset, makers [tableCount]map[string]maker) error {
	for t, name := range tableNames {
		described, found := dataset.Table(name)
		if !found {
			return fmt.Errorf("dataset %s has no table %s", dataset.Name, name)
		}
		var err error
		if v.layouts[t], err = newLayout(described, v.number, makers[t]); err != nil {
			return err
		}
	}
	return nil
}

// making is one run: who there is, how many rows they get, what is written.
type making struct {
	population *population
	versions   []*version
	budget     *budget
	progress   *progress
}

// chunkPeople is how many people are made at a time. It does not show in what
// is made.
const chunkPeople = 128

func (m *making) chunks() int { return int((m.population.size + chunkPeople - 1) / chunkPeople) }

// people calls visit for each person of a chunk.
func (m *making) people(w *worker, chunk int, visit func(*person)) {
	first := int64(chunk) * chunkPeople
	for place := first; place < min(first+chunkPeople, m.population.size); place++ {
		visit(w.meet(place))
	}
}

// survey adds up what everybody claims, and keeps for each chunk what those
// before it claimed.
func (m *making) survey(ctx context.Context, tallyOne func(w *worker, p *person, chunk int, sum *tally)) (before []tally, all tally, err error) {
	before = make([]tally, m.chunks())
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for n := range workers {
		group.Go(func() error {
			w := newWorker(m.population, m.budget)
			for chunk := n; chunk < len(before) && ctx.Err() == nil; chunk += workers {
				m.people(w, chunk, func(p *person) { tallyOne(w, p, chunk, &before[chunk]) })
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, tally{}, err
	}
	for i := range before {
		own := before[i]
		before[i] = all
		all.add(own)
	}
	return before, all, nil
}

// share settles how rows are shared out: first the hub's, then, as they follow
// from it, the other tables'.
func (m *making) share(ctx context.Context) (before []tally, err error) {
	forHub, all, err := m.survey(ctx, func(w *worker, p *person, _ int, sum *tally) { w.tallyHub(p, sum) })
	if err != nil {
		return nil, err
	}
	m.budget.all = all
	before, all, err = m.survey(ctx, func(w *worker, p *person, chunk int, sum *tally) {
		w.admit(p, &forHub[chunk])
		w.tallyHub(p, sum)
		w.tallyRows(p, sum)
	})
	m.budget.all = all
	return before, err
}

// make writes every file below a directory.
func (m *making) make(ctx context.Context, dir string) (Summary, error) {
	before, err := m.share(ctx)
	if err != nil {
		return Summary{}, err
	}
	out, err := m.open(dir)
	if err != nil {
		return Summary{}, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return m.writeTables(ctx, before, out) })
	group.Go(func() error { return m.writeFreeze(ctx, out) })
	if err := group.Wait(); err != nil {
		out.abandon()
		return Summary{}, err
	}
	return out.close()
}

// outputs are the open files, in the order of the summary.
type outputs struct {
	tables               [2][tableCount]*output
	permissions, mapping *output
	all                  []*output
}

// output is one open file.
type output struct {
	name        string
	file        *os.File
	buffer      *bufio.Writer
	rows, total int64
}

const bufferSize = 256 << 10

func (m *making) open(dir string) (*outputs, error) {
	out := &outputs{}
	for i, v := range m.versions {
		for t, name := range tableNames {
			made, err := out.create(dir, filepath.Join(v.name, name+".csv"), m.budget.rows[i][t])
			if err != nil {
				return nil, err
			}
			out.tables[i][t] = made
		}
	}
	return out, m.openFreeze(out, dir)
}

func (m *making) openFreeze(out *outputs, dir string) (err error) {
	if out.permissions, err = out.create(dir, PermissionsFile, m.population.participants()); err != nil {
		return err
	}
	out.mapping, err = out.create(dir, MappingFile, 0)
	return err
}

func (o *outputs) create(dir, name string, total int64) (*output, error) {
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		o.abandon()
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		o.abandon()
		return nil, err
	}
	made := &output{name: name, file: file, buffer: bufio.NewWriterSize(file, bufferSize), total: total}
	o.all = append(o.all, made)
	return made, nil
}

// abandon closes the files, which are going to be removed.
func (o *outputs) abandon() {
	for _, out := range o.all {
		out.file.Close()
	}
}

func (o *outputs) close() (Summary, error) {
	var summary Summary
	for _, out := range o.all {
		size, err := out.close()
		if err != nil {
			o.abandon()
			return Summary{}, err
		}
		summary.Files = append(summary.Files, File{Path: out.name, Rows: out.rows, Bytes: size})
	}
	return summary, nil
}

func (o *output) close() (size int64, err error) {
	if err := o.buffer.Flush(); err != nil {
		return 0, err
	}
	info, err := o.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), o.file.Close()
}

func (p *population) participants() int64 {
	var all int64
	for i := range p.rolls {
		all += p.rolls[i].size
	}
	return all
}

func (m *making) writeFreeze(ctx context.Context, out *outputs) error {
	w := &freezeWriter{
		population:  m.population,
		permissions: out.permissions.buffer,
		mapping:     out.mapping.buffer,
		studyIDs:    newIdentifiers(prime15, 100_000_000_000_000, mix(m.population.seed, 14)),
	}
	err := w.write(ctx, func() { m.progress.report(PermissionsFile, w.rows, out.permissions.total) })
	out.permissions.rows, out.mapping.rows = w.rows, w.mapped
	return err
}

// page is the text of one chunk for every table.
type page struct {
	text [2][tableCount][]byte
	rows [2][tableCount]int64
}

func (p *page) clear() {
	for v := range p.text {
		for t := range p.text[v] {
			p.text[v][t] = p.text[v][t][:0]
		}
	}
	p.rows = [2][tableCount]int64{}
}

// writeTables makes the chunks on all processors and writes them in order.
func (m *making) writeTables(ctx context.Context, before []tally, out *outputs) error {
	for i, v := range m.versions {
		for t := range tableCount {
			if _, err := out.tables[i][t].buffer.Write(v.layouts[t].header); err != nil {
				return err
			}
		}
	}
	newMaker := func() func(chunk int, to *page) {
		w := newWorker(m.population, m.budget)
		return func(chunk int, to *page) {
			to.clear()
			m.people(w, chunk, func(p *person) {
				w.admit(p, &before[chunk])
				w.allot(p, &before[chunk])
				w.treat(p)
				m.writePerson(p, to)
			})
		}
	}
	return inOrder(ctx, m.chunks(), newMaker, func(made *page) error { return m.writePage(made, out) })
}

func (m *making) writePage(made *page, out *outputs) error {
	for v := range made.text {
		for t, text := range made.text[v] {
			to := out.tables[v][t]
			if _, err := to.buffer.Write(text); err != nil {
				return err
			}
			to.rows += made.rows[v][t]
			m.progress.report(to.name, to.rows, to.total)
		}
	}
	return nil
}

// progress passes on how far each file is, from one goroutine at a time and
// not for every chunk.
type progress struct {
	mutex sync.Mutex
	call  func(file string, done, total int64)
	told  map[string]int64
}

func newProgress(call func(string, int64, int64)) *progress {
	return &progress{call: call, told: map[string]int64{}}
}

func (p *progress) report(file string, done, total int64) {
	if p.call == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if done-p.told[file] < total/100+1 && (done < total || p.told[file] == done) {
		return
	}
	p.told[file] = done
	p.call(file, done, total)
}
