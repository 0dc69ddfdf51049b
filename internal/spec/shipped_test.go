package spec_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func TestEveryShippedSpecificationLoads(t *testing.T) {
	cohorts, err := spec.LoadCohorts(specs.Files)
	require.NoError(t, err)
	datasets, err := fs.Glob(specs.Files, "datasets/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, datasets)
	loaded := map[string]spec.Dataset{}
	for _, path := range datasets {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "datasets/"), ".toml")
		loaded[name], err = spec.LoadDataset(specs.Files, name)
		require.NoError(t, err, path)
	}
	require.NotEmpty(t, spec.RuleNames(specs.Files))
	for _, name := range spec.RuleNames(specs.Files) {
		_, err := spec.LoadRules(specs.Files, name)
		require.NoError(t, err, name)
	}
	projects, err := fs.Glob(specs.Files, "projects/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, projects)
	for _, path := range projects {
		project, err := spec.LoadProject(specs.Files, path)
		require.NoError(t, err, path)
		for _, chosen := range project.Datasets {
			require.NoError(t, project.CheckAgainst(loaded[chosen.Version.Dataset], chosen, cohorts), path)
		}
	}
}

func iapt(t *testing.T) spec.Dataset {
	t.Helper()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	return dataset
}

// The version history of the dataset page shows 192 and 226 variables: those of
// the hub, and of the hub only.
func TestColumnsOfEachTableAndVersion(t *testing.T) {
	wanted := map[string][2]int{ // version 2, version 3 (0: not published)
		"demographics_and_referral":             {192, 226},
		"care_activities":                       {47, 0},
		"care_cluster":                          {12, 0},
		"coded_scored_assessments":              {17, 0},
		"employment_status":                     {21, 0},
		"internet_enabled_therapies":            {18, 0},
		"mental_and_physical_health_conditions": {17, 0},
		"onward_referrals":                      {13, 0},
		"waiting_time_pauses":                   {14, 0},
	}
	dataset := iapt(t)
	require.Len(t, dataset.Tables, len(wanted))
	for _, table := range dataset.Tables {
		columns, known := wanted[table.Name.String()]
		require.True(t, known, table.Name)
		assert.Len(t, table.ColumnsIn(2), columns[0], "%s in version 2", table.Name)
		if columns[1] > 0 {
			assert.Len(t, table.ColumnsIn(3), columns[1], "%s in version 3", table.Name)
		}
		assert.GreaterOrEqual(t, len(table.ColumnsIn(3)), len(table.ColumnsIn(2)), "%s loses nothing in version 3", table.Name)
	}
}

// Attributes and identifiers never meet in a research environment. The words
// are those of the NHS data sets' person tables.
func TestNoColumnIdentifiesAPerson(t *testing.T) {
	identifying := regexp.MustCompile(`(^|_)(` + strings.Join([]string{
		"nhs_?number(_pds)?", "nhs_?no", "pseudo_nhsnumber", "chi_?number", "post_?code(_.*)?", "postcode_usual_address", "address.*", "uprn",
		"person_?birth_?date", "date_?of_?birth", "birth_?date", "dob", "birth_?day",
		"local_?patient_?id(_extended)?", "patient_?id", "hospital_?number",
		"forename", "surname", "first_?name", "last_?name", "family_?name", "given_?name", "person_?name", "full_?name", "middle_?name",
		"e?mail(_address)?", "tele?phone.*", "mobile.*", "national_?insurance.*", "ni_?number", "person_?death_?date", "death_?date", "date_?of_?death",
		"latitude", "longitude", "easting", "northing", "lsoa(11|21)?", "oa11", "gp_?name",
	}, "|") + `)$`)
	for _, table := range iapt(t).Tables {
		for _, column := range table.Columns {
			assert.NotRegexp(t, identifying, column.Name.String(), "%s", table.Name)
		}
	}
	for _, bad := range []string{"nhsnumber", "postcode", "personbirthdate", "localpatientid", "mother_surname"} {
		assert.Regexp(t, identifying, bad, "the test's own pattern")
	}
	assert.NotRegexp(t, identifying, "validpostcode_flag", "whether there was one tells of nobody")
}

// What would join two projects is re-keyed, and the person key never leaves.
func TestKeysHaveTheirCategories(t *testing.T) {
	for _, table := range iapt(t).Tables {
		for _, column := range table.Columns {
			switch name := column.Name.String(); {
			case name == "cohortkey_e":
				assert.Equal(t, spec.Person, column.Category, "%s.%s", table.Name, name)
			case name == "pathwayid", name == "recordnumber", strings.HasPrefix(name, "uniqueid_"), strings.HasPrefix(name, "unique_careperson"):
				assert.Equal(t, spec.Linking, column.Category, "%s.%s", table.Name, name)
				assert.True(t, column.Type.IsText(), "%s.%s: an identifier of 18 digits exceeds a double", table.Name, name)
			}
		}
		assert.Contains(t, []string{"pathwayid", "cohortkey_e"}, table.PeriodKey.String())
	}
}

func TestStudiesWithoutLinkageAreData(t *testing.T) {
	cohorts, err := spec.LoadCohorts(specs.Files)
	require.NoError(t, err)
	for _, study := range cohorts.Studies {
		unlinked := study.Code == "GENSCOT" || study.Code == "NICOLA" || study.Code == "SABRE"
		assert.Equal(t, !unlinked, study.NHSLinkage, string(study.Code))
	}
	_, known := cohorts.Study("ATLANTIS")
	assert.False(t, known)
}
