package synth

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tre-toolkit/internal/spec"
)

// sourceTable is a table of some generation of the national data set.
type sourceTable int

const (
	headerTable sourceTable = iota
	mpiTable
	gpTable
	accommodationTable
	employmentTable
	disabilityTable
	circumstanceTable
	visitorTable
	referralTable
	onwardTable
	pauseTable
	contactTable
	activityTable
	logTable
	diagnosisTable
	longTermTable
	complaintTable
	referralScoreTable
	activityScoreTable
	clusterTable
	staffTable
	assessmentTable
	experienceTable
	sourceTables
)

// sourceNames are the tables as the data set calls them: in v2.0 and v2.1, and
// in v1.5. A generation has those that its specification lists.
var sourceNames = map[string]sourceTable{
	"IDS000Header": headerTable, "IDS001MPI": mpiTable, "IDS002GP": gpTable, "IDS003AccommStatus": accommodationTable,
	"IDS004EmpStatus": employmentTable, "IDS007DisabilityType": disabilityTable, "IDS011SocPerCircumstances": circumstanceTable,
	"IDS012OverseasVisitorChargCat": visitorTable, "IDS101Referral": referralTable, "IDS105OnwardReferral": onwardTable,
	"IDS108WaitingTimePauses": pauseTable, "IDS201CareContact": contactTable, "IDS202CareActivity": activityTable,
	"IDS205InternetTherLog": logTable, "IDS601MedHistPrevDiag": diagnosisTable, "IDS602LongTermCondition": longTermTable,
	"IDS603PresentingComplaints": complaintTable, "IDS606CodedScoreAssessmentRefer": referralScoreTable,
	"IDS607CodedScoreAssessmentAct": activityScoreTable, "IDS803CareCluster": clusterTable, "IDS902CarePersQual": staffTable,

	"Header_v15": headerTable, "Person_v15": mpiTable, "Disability_v15": disabilityTable, "Referral_v15": referralTable,
	"WaitingTimes_v15": pauseTable, "Appointment_v15": contactTable, "Assessments_v15": assessmentTable, "Treatments_v15": experienceTable,
}

// generation is a generation of the data set as it is written.
type generation struct {
	name     string // such as v2.1
	folder   string // of its files
	version  *version
	wide     int // digits of a number within a row's id
	tables   []writtenTable
	place    [sourceTables]int // in tables; -1 for those that it does not have
	spans    []string          // what the files of a table are for: months, or financial years
	spanOf   func(month int) int
	describe func(*sourceWriter, []*pathway) // writes what a submission says of a person
}

// writtenTable is a table with its layout and the files that it goes into.
type writtenTable struct {
	kind   sourceTable
	name   string
	layout layout
}

// newGeneration lays a generation out as its specification has it.
func newGeneration(dataset spec.Dataset, described spec.Generation) (*generation, error) {
	g := &generation{name: described.Name, folder: dataset.Name + "_" + described.Name, wide: 12, spanOf: func(month int) int { return month }}
	g.version = &version{name: g.folder, newNames: firstDay}
	g.describe = (*sourceWriter).describe
	makers := sourceMakers
	switch described.Name {
	case "v2.1":
	case "v2.0":
		g.version.newNames, g.wide = lastDay+1, 7
	case "v1.5":
		g.version.newNames, g.wide = lastDay+1, 7
		g.describe = (*sourceWriter).describeV15
		makers = v15Makers
	default:
		return nil, fmt.Errorf("nothing makes source tables of %s", described.Name)
	}
	g.layOutSpans()
	return g, g.layOut(described, makers())
}

// layOutSpans says which files there are: one for each table and month, in v1.5
// one for each table and financial year.
func (g *generation) layOutSpans() {
	if g.name == "v1.5" {
		g.spanOf = func(month int) int { return financialYear(month) - 2020 }
	}
	for m := range months {
		label := string(monthPeriods[m].startT[:len("2021-04")])
		if g.name == "v1.5" {
			label = yearText(financialYear(m))
		}
		if !slices.Contains(g.spans, label) {
			g.spans = append(g.spans, label)
		}
	}
}

func (g *generation) layOut(described spec.Generation, makers [sourceTables]map[string]maker) error {
	for kind := range g.place {
		g.place[kind] = -1
	}
	for _, table := range described.Tables {
		kind, known := sourceNames[table.Name]
		if !known {
			return fmt.Errorf("%s: nothing makes the table %s", g.name, table.Name)
		}
		made := writtenTable{kind: kind, name: table.Name}
		names := make([]string, len(table.Columns))
		for i, column := range table.Columns {
			value, known := makers[kind][strings.ToLower(column.Name)]
			if !known {
				return fmt.Errorf("synthetic %s: nothing makes the column %s", table.Name, column.Name)
			}
			names[i] = column.Name
			made.layout.makers = append(made.layout.makers, value)
		}
		made.layout.header = []byte(strings.Join(names, ",") + "\n")
		g.place[kind] = len(g.tables)
		g.tables = append(g.tables, made)
	}
	return nil
}

// Source makes the source tables of a generation of the data set, as CSV files,
// and the freeze's permissions and mapping:
//
//	NHSE_IAPT_v2.1/IDS101Referral_2021-04.csv
//	UKLLC_study_permissions_v0016_20260501.csv
//	linkage_mapping_20260501.csv
//
// They tell of the people that version 3 of [Aux] has for the same options, in
// the form of that generation throughout, from September 2020 to March 2024. Its
// identifying columns hold made-up values: NHS numbers of the range 999,
// postcodes of no area. Progress is told in people.
func Source(ctx context.Context, dataset spec.Dataset, described spec.Generation, cohorts spec.Cohorts, opts Options) (Summary, error) {
	making, err := newMaking(cohorts, opts)
	if err != nil {
		return Summary{}, err
	}
	generation, err := newGeneration(dataset, described)
	if err != nil {
		return Summary{}, err
	}
	sourcing := &sourcing{making, generation, newIdentities(making.population), newSubmissions(opts.Seed)}
	entries := []string{PermissionsFile, MappingFile, generation.folder}
	return stage(ctx, opts.Dir, entries, sourcing.make)
}

// sourcing is one run that makes source tables.
type sourcing struct {
	*making
	generation  *generation
	identities  *identities
	submissions *submissions
}

func (s *sourcing) make(ctx context.Context, dir string) (Summary, error) {
	before, err := s.share(ctx)
	if err != nil {
		return Summary{}, err
	}
	if err := os.Mkdir(filepath.Join(dir, s.generation.folder), 0o755); err != nil {
		return Summary{}, err
	}
	var out outputs
	if err := s.openFreeze(&out, dir); err != nil {
		return Summary{}, err
	}
	files := s.newSpool(dir)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.writeSources(ctx, before, files) })
	group.Go(func() error { return s.writeFreeze(ctx, &out) })
	if err := group.Wait(); err != nil {
		out.abandon()
		return Summary{}, err
	}
	written, err := files.close()
	if err != nil {
		out.abandon()
		return Summary{}, err
	}
	summary, err := out.close()
	summary.Files = append(written, summary.Files...)
	return summary, err
}

// newSpool has a file for every table and span, in their order.
func (s *sourcing) newSpool(dir string) *spool {
	files := &spool{dir: dir}
	for _, table := range s.generation.tables {
		for _, span := range s.generation.spans {
			files.add(filepath.Join(s.generation.folder, table.name+"_"+span+".csv"), table.layout.header)
		}
	}
	return files
}

// sourcePage is the text of one chunk for every file of the spool.
type sourcePage struct {
	text [][]byte
	rows []int64
}

func (p *sourcePage) clear(files int) {
	if p.text == nil {
		p.text, p.rows = make([][]byte, files), make([]int64, files)
	}
	for i := range p.text {
		p.text[i], p.rows[i] = p.text[i][:0], 0
	}
}

// writeSources writes what the submissions say of all people, then of their
// providers' staff, then what they are: their counts of rows are known last.
func (s *sourcing) writeSources(ctx context.Context, before []tally, files *spool) error {
	newMaker := func() func(chunk int, to *sourcePage) {
		w := newWorker(s.population, s.budget)
		return func(chunk int, to *sourcePage) {
			to.clear(len(files.files))
			writer := s.newWriter(to)
			s.people(w, chunk, func(p *person) {
				w.admit(p, &before[chunk])
				w.allot(p, &before[chunk])
				if p.stays {
					w.treat(p)
					writer.write(p)
				}
			})
		}
	}
	done := int64(0)
	err := inOrder(ctx, s.chunks(), newMaker, func(made *sourcePage) error {
		done = min(done+chunkPeople, s.population.size)
		s.progress.report(s.generation.folder, done, s.population.size)
		return made.into(files)
	})
	if err != nil {
		return err
	}
	var last sourcePage
	last.clear(len(files.files))
	s.newWriter(&last).writeSubmissions()
	return last.into(files)
}

func (p *sourcePage) into(files *spool) error {
	for place, text := range p.text {
		if err := files.write(place, text, p.rows[place]); err != nil {
			return err
		}
	}
	return nil
}
