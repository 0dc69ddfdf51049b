package measures

import (
	"context"
	"database/sql/driver"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// hubRow is a row of the hub as the tests write it. Days are days after the
// anchor; none is no day.
type hubRow struct {
	pathway, person, region, icb, subICB, provider string
	extractEnd                                     int // and the row's version of things
	unused                                         bool

	age, decile                          int
	gender, ethnicity, source, oldSource string
	higher, lower, therapy, endCode      string
	received, assessed, entered          int
	second, last, discharged             int
	contacts, treatments                 int
	completed                            bool
	caseness, notCaseness, recovery      bool
	improvement, noChange, deterioration bool
	phqFirst, phqLast, gadFirst, gadLast int
	adsm                                 string
	adsmFirst, adsmLast                  float64
}

type contactRow struct {
	pathway, contact          string
	extractEnd, on            int
	attendance, consMechanism string
	medium                    string
}

type conditionRow struct {
	pathway, validated, icd10, significance string
	extractEnd, on                          int
}

type memberRow struct{ study, person string }

// none stands for nothing in a number or a day.
const none = -9999

var anchor = time.Date(2023, 4, 1, 0, 0, 0, 0, time.UTC)

func on(days int) time.Time { return anchor.AddDate(0, 0, days) }

func dayOrNull(days int) driver.Value {
	if days == none {
		return nil
	}
	return on(days)
}

func textOrNull(text string) driver.Value {
	if text == "" {
		return nil
	}
	return text
}

func smallOrNull(n int) driver.Value {
	if n == none {
		return nil
	}
	return int16(n)
}

func flag(is bool) driver.Value {
	if !is {
		return nil // a flag that is false is never written
	}
	return true
}

// testStatements move what tests append to where the measures read it.
var testStatements = warehouse.MustLoad(fstest.MapFS{
	"sql/01_hub_in.sql": {Data: []byte(`CREATE OR REPLACE TEMP TABLE hub_in (
		cohortkey_e VARCHAR, pathwayid VARCHAR, extract_start_date DATE, extract_end_date DATE, extract_date DATE, recordnumber VARCHAR, usepathway_flag BOOLEAN,
		commissioningregion VARCHAR, orgidicbgppractice_e VARCHAR, orgidsubicblocgp_e VARCHAR, orgid_provider VARCHAR,
		age_referralrequest_receiveddate SMALLINT, indicesofdeprivationdecile SMALLINT, gender VARCHAR, validated_ethniccategory VARCHAR,
		sourceofreferraliapt VARCHAR, sourceofreferralmh VARCHAR, presentingcomplainthighercategory VARCHAR, presentingcomplaintlowercategory VARCHAR,
		therapytype_last VARCHAR, endcode VARCHAR, referralrequestreceiveddate DATE, assessment_firstdate DATE, therapysession_firstdate DATE,
		therapysession_seconddate DATE, therapysession_lastdate DATE, servdischdate DATE, carecontact_count SMALLINT, treatmentcarecontact_count SMALLINT,
		completedtreatment_flag BOOLEAN, caseness_flag BOOLEAN, notcaseness_flag BOOLEAN, recovery_flag BOOLEAN, reliableimprovement_flag BOOLEAN,
		nochange_flag BOOLEAN, reliabledeterioration_flag BOOLEAN, phq9_firstscore SMALLINT, phq9_lastscore SMALLINT, gad_firstscore SMALLINT,
		gad_lastscore SMALLINT, adsm VARCHAR, adsm_firstscore DOUBLE, adsm_lastscore DOUBLE)`)},
	"sql/02_take_hub.sql":       {Data: []byte(`INSERT INTO nhsd.iapt_demographics_and_referral_v0003 BY NAME SELECT * FROM hub_in`)},
	"sql/03_contacts_in.sql":    {Data: []byte(`CREATE OR REPLACE TEMP TABLE contacts_in (pathwayid VARCHAR, unique_carecontactid VARCHAR, extract_end_date DATE, carecontdate DATE, attendordnacode VARCHAR, consmechanism VARCHAR, consmediumused VARCHAR)`)},
	"sql/04_take_contacts.sql":  {Data: []byte(`INSERT INTO nhsd.iapt_care_activities_v0003 BY NAME SELECT * FROM contacts_in`)},
	"sql/05_conditions_in.sql":  {Data: []byte(`CREATE OR REPLACE TEMP TABLE conditions_in (pathwayid VARCHAR, conditiontype VARCHAR, validated_menphyshealthcondition VARCHAR, menphyshealthcond_icd10_master VARCHAR, prescompcodsig VARCHAR, prescompdate DATE, extract_end_date DATE)`)},
	"sql/06_take_condition.sql": {Data: []byte(`INSERT INTO nhsd.iapt_mental_and_physical_health_conditions_v0003 BY NAME SELECT * FROM conditions_in`)},
	"sql/09_spine_in.sql":       {Data: []byte(`CREATE OR REPLACE TEMP TABLE spine_in (freeze_number INTEGER, study VARCHAR, cohortkey_e VARCHAR, linked BOOLEAN)`)},
	"sql/10_take_spine.sql":     {Data: []byte(`INSERT INTO linkage.spine BY NAME SELECT *, cohortkey_e AS study_id_e, true AS permitted FROM spine_in`)},
	"sql/11_clear_hub.sql":      {Data: []byte(`TRUNCATE nhsd.iapt_demographics_and_referral_v0003`)},
	"sql/12_clear_contacts.sql": {Data: []byte(`TRUNCATE nhsd.iapt_care_activities_v0003`)},
	"sql/13_clear_rest.sql":     {Data: []byte(`TRUNCATE nhsd.iapt_mental_and_physical_health_conditions_v0003`)},
	"sql/14_clear_spine.sql":    {Data: []byte(`TRUNCATE linkage.spine`)},
})

// world is a warehouse that tests fill again and again.
type world struct {
	w        *warehouse.Warehouse
	dataset  spec.Dataset
	measures spec.Measures
	cutOffs  spec.CutOffs
}

var version3 = spec.DatasetVersion{Dataset: "NHSE_IAPT", Number: 3}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx := context.Background()
	w, err := warehouse.Memory(ctx, warehouse.Settings{Threads: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	made := &world{w: w}
	made.dataset, err = spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	made.measures, err = spec.LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	made.cutOffs, err = spec.LoadCutOffs(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	_, err = w.Run(ctx, warehouse.CreateSchema(made.dataset.Schema), nil)
	require.NoError(t, err)
	for _, name := range []string{"demographics_and_referral", activitiesTable, conditionsTable} {
		table, found := made.dataset.Table(name)
		require.True(t, found)
		id, err := spec.ParseIdentifier("iapt_" + name + "_v0003")
		require.NoError(t, err)
		_, err = w.Run(ctx, warehouse.CreateTable(made.dataset.Schema, id, table.ColumnsIn(3)), nil)
		require.NoError(t, err)
	}
	return made
}

func (w *world) run(t require.TestingT, names ...string) {
	for _, name := range names {
		_, err := w.w.Run(context.Background(), testStatements[name], nil)
		require.NoError(t, err, name)
	}
}

func (w *world) appendTo(t require.TestingT, table string, fill func(add func(...driver.Value) error) error) {
	id, err := spec.ParseIdentifier(table)
	require.NoError(t, err)
	require.NoError(t, w.w.Appender(id, fill))
}

func (w *world) fill(t require.TestingT, people []hubRow, contacts []contactRow, conditions []conditionRow, members []memberRow) {
	w.run(t, "11_clear_hub", "12_clear_contacts", "13_clear_rest", "14_clear_spine", "01_hub_in", "03_contacts_in", "05_conditions_in", "09_spine_in")
	w.appendTo(t, "hub_in", func(add func(...driver.Value) error) error {
		for _, r := range people {
			var adsmFirst, adsmLast driver.Value
			if r.adsmFirst != none {
				adsmFirst = r.adsmFirst
			}
			if r.adsmLast != none {
				adsmLast = r.adsmLast
			}
			if err := add(textOrNull(r.person), textOrNull(r.pathway), on(0), on(r.extractEnd), on(r.extractEnd+30), "1", flag(!r.unused),
				textOrNull(r.region), textOrNull(r.icb), textOrNull(r.subICB), textOrNull(r.provider),
				smallOrNull(r.age), smallOrNull(r.decile), textOrNull(r.gender), textOrNull(r.ethnicity),
				textOrNull(r.source), textOrNull(r.oldSource), textOrNull(r.higher), textOrNull(r.lower),
				textOrNull(r.therapy), textOrNull(r.endCode), dayOrNull(r.received), dayOrNull(r.assessed), dayOrNull(r.entered),
				dayOrNull(r.second), dayOrNull(r.last), dayOrNull(r.discharged), smallOrNull(r.contacts), smallOrNull(r.treatments),
				flag(r.completed), flag(r.caseness), flag(r.notCaseness), flag(r.recovery), flag(r.improvement),
				flag(r.noChange), flag(r.deterioration), smallOrNull(r.phqFirst), smallOrNull(r.phqLast), smallOrNull(r.gadFirst),
				smallOrNull(r.gadLast), textOrNull(r.adsm), adsmFirst, adsmLast); err != nil {
				return err
			}
		}
		return nil
	})
	w.appendTo(t, "contacts_in", func(add func(...driver.Value) error) error {
		for _, r := range contacts {
			if err := add(textOrNull(r.pathway), textOrNull(r.contact), on(r.extractEnd), dayOrNull(r.on), textOrNull(r.attendance), textOrNull(r.consMechanism), textOrNull(r.medium)); err != nil {
				return err
			}
		}
		return nil
	})
	w.appendTo(t, "conditions_in", func(add func(...driver.Value) error) error {
		for _, r := range conditions {
			if err := add(textOrNull(r.pathway), "presenting complaint", textOrNull(r.validated), textOrNull(r.icd10), textOrNull(r.significance), dayOrNull(r.on), on(r.extractEnd)); err != nil {
				return err
			}
		}
		return nil
	})
	w.appendTo(t, "spine_in", func(add func(...driver.Value) error) error {
		for _, r := range members {
			if err := add(int32(16), r.study, r.person, true); err != nil {
				return err
			}
		}
		return nil
	})
	w.run(t, "02_take_hub", "04_take_contacts", "06_take_condition", "10_take_spine")
}

func rulesNamed(t testing.TB, name string) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	return profile
}

func (w *world) request(rules disclosure.Profile, periods []Period) Request {
	return Request{
		Dataset: w.dataset, Version: version3, Measures: w.measures, CutOffs: w.cutOffs, Rules: rules, Periods: periods,
		Levels: []Level{England, Region, ICB, SubICB, Provider, SubICBProvider},
	}
}

func window(t require.TestingT, text string) Period {
	period, err := ParseWindow(text)
	require.NoError(t, err)
	return period
}

func months(t require.TestingT, text string) []Period {
	list, err := PeriodsWithin(Month, window(t, text))
	require.NoError(t, err)
	return list
}
