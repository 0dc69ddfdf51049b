package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func generations(t *testing.T) []spec.Generation {
	t.Helper()
	loaded, err := spec.LoadGenerations(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	return loaded
}

// Tables and columns of each generation are those that the national models have.
func TestGenerationsOfTalkingTherapies(t *testing.T) {
	wanted := []struct {
		name            string
		tables, columns int
	}{{"v1.5", 8, 327}, {"v2.0", 19, 426}, {"v2.1", 21, 513}}
	loaded := generations(t)
	require.Len(t, loaded, len(wanted), "oldest first")
	for i, generation := range loaded {
		columns := 0
		for _, table := range generation.Tables {
			columns += len(table.Columns)
		}
		assert.Equal(t, wanted[i].name, generation.Name)
		assert.Len(t, generation.Tables, wanted[i].tables, generation.Name)
		assert.Equal(t, wanted[i].columns, columns, generation.Name)
	}
}

func TestADatasetWithoutSourcesHasNoGenerations(t *testing.T) {
	loaded, err := spec.LoadGenerations(specs.Files, "NHSE_NOTHING")
	require.NoError(t, err)
	assert.Empty(t, loaded)
}

// What names a person, or would find one at the provider, is not read.
func TestIdentifyingColumnsAreNotRead(t *testing.T) {
	for _, generation := range generations(t) {
		for _, table := range generation.Tables {
			for _, column := range table.StagedColumns() {
				for _, word := range []string{"nhsnumber", "postcode", "birthdate", "localpatientid", "servicerequestid", "carecontactid", "careactid", "careperslocalid", "pseudonumber", "pserviceid"} {
					name := column.Name.String()
					national := strings.HasPrefix(name, "unique_") || strings.HasPrefix(name, "orgid") || name == "nhsnumberstatus" || name == "validpostcode_flag"
					assert.True(t, national || !strings.Contains(name, word), "%s %s.%s", generation.Name, table.Name, name)
				}
			}
		}
	}
}

// An id of 18 digits fits no double, and one of 23 no whole number.
func TestSourceIdsAreText(t *testing.T) {
	for _, generation := range generations(t) {
		for _, table := range generation.Tables {
			for _, column := range table.StagedColumns() {
				if column.Category == spec.Linking || column.Category == spec.Person {
					assert.True(t, column.Type.IsText(), "%s %s.%s", generation.Name, table.Name, column.Name)
				}
			}
		}
	}
}

// A column of the auxiliary tables comes from a source column that some generation
// has and that is read; codes have the same list on both sides.
func TestAuxiliaryColumnsHaveASource(t *testing.T) {
	labels, err := spec.LoadLabels(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	all := generations(t)
	for _, table := range iapt(t).Tables {
		for _, column := range table.Columns {
			name, of, named := strings.Cut(column.From, ".")
			if !named {
				continue
			}
			found := false
			for _, generation := range all {
				source, _ := generation.Table(name)
				given, known := source.Column(of)
				found = found || known && given.Kept()
				if known && labels.Of(column) != nil {
					assert.NotEmpty(t, given.Codes, "%s %s", generation.Name, column.From)
				}
			}
			assert.True(t, found, "%s.%s comes from %s", table.Name, column.Name, column.From)
		}
	}
}

func TestADeliveryWithUnexpectedIdentityIsRefused(t *testing.T) {
	for _, generation := range generations(t) {
		header, known := generation.Table(strings.ToUpper(generation.Submission.Table))
		require.True(t, known, "in whatever case")
		assert.True(t, generation.Refuses(header, "nhs_number"))
		assert.True(t, generation.Refuses(header, "Post Code"), "blanks and underscores do not hide a name")
		assert.False(t, generation.Refuses(header, generation.Tables[0].Columns[0].Name))
		assert.False(t, generation.Refuses(header, "SomethingNew"))
	}
	newest := generations(t)[2]
	persons, _ := newest.Table("IDS001MPI")
	assert.False(t, newest.Refuses(persons, "NHSNumber"), "expected there, and dropped")
	contacts, _ := newest.Table("IDS201CareContact")
	assert.True(t, newest.Refuses(contacts, "PersonBirthDate"), "expected in another table only")
}

const generationFile = `# one generation of one table
name = "v1.0"
from = 2020-04-01
until = 2021-03-31

[submission]
table = "Header"
id = "Id"
provider = "Provider"
file_type = "Type"
refresh = "R"
period_start = "First"
period_end = "Last"
created = "Made"

[[tables]]
name = "Header"
key = ["Id"]
columns = [
  { name = "Id", type = "VARCHAR", category = "linking" },
  { name = "Provider", type = "VARCHAR" },
  { name = "Type", type = "VARCHAR" },
  { name = "First", type = "DATE" },
  { name = "Last", type = "DATE" },
  { name = "Made", type = "TIMESTAMP" },
]

[[tables]]
name = "Person"
key = ["Number"]
foreign_keys = [{ columns = ["Id"], table = "Header" }]
columns = [
  { name = "Number", type = "VARCHAR" },
  { name = "Id", type = "VARCHAR" },
  { name = "Gender", type = "VARCHAR", codes = "GENDER" },
  { name = "Born", type = "DATE", category = "identifying", treatment = "year", as = "birthyear" },
  { name = "Name", type = "VARCHAR", category = "identifying", treatment = "drop" },
]
`

const codesFile = `[[items]]
element = "GENDER"
source = "somewhere"
from = ["Person.Gender"]
codes = [["1", "Male"]]
`

func loadTinyGeneration(text string) ([]spec.Generation, error) {
	return spec.LoadGenerations(fstest.MapFS{
		"datasets/NHSE_TINY/codes.toml":        {Data: []byte(codesFile)},
		"datasets/NHSE_TINY/sources/v1.0.toml": {Data: []byte(text)},
	}, "NHSE_TINY")
}

func TestACoarsenedColumnHasAnotherNameAndType(t *testing.T) {
	loaded, err := loadTinyGeneration(generationFile)
	require.NoError(t, err)
	person, _ := loaded[0].Table("person")
	var staged []string
	for _, column := range person.StagedColumns() {
		staged = append(staged, column.Name.String()+" "+column.Type.String())
	}
	assert.Equal(t, []string{"number VARCHAR", "id VARCHAR", "gender VARCHAR", "birthyear SMALLINT"}, staged)
	assert.Equal(t, "v1_0_person", person.Staged.String())
}

// One change to a sound specification; what is then said of it, and where.
func TestFaultsOfAGenerationSayWhere(t *testing.T) {
	cases := map[string]struct{ from, to, fault string }{
		"an unknown key":                        {`codes = "GENDER"`, `code = "GENDER"`, `:35: unknown key "tables.columns.code"`},
		"a generation of another name":          {`name = "v1.0"`, `name = "v2.0"`, `:2: the generation is called "v2.0"; its file says v1.0`},
		"no first day":                          {"from = 2020-04-01\n", "", `: from is missing`},
		"a span that ends before it begins":     {"until = 2021", "until = 2019", `:4: until is before from`},
		"a type that is none":                   {`"Gender", type = "VARCHAR"`, `"Gender", type = "TEXT"`, `:35: column 3 of Person, "Gender": "TEXT" is not a column type`},
		"a category that is none":               {`codes = "GENDER"`, `category = "secret"`, `:35: column 3 of Person, "Gender": category is "secret"`},
		"a list of codes that is none":          {`codes = "GENDER"`, `codes = "SEX"`, `codes.toml has no element "SEX"`},
		"a column twice":                        {`name = "Gender"`, `name = "NUMBER"`, `column NUMBER of Person is listed twice`},
		"a name that is none":                   {`name = "Gender"`, `name = "Gen der"`, `"gen der" is not a name`},
		"an identifying column that is read":    {`, treatment = "drop"`, ``, `:37: column 5 of Person, "Name": an identifying column needs a treatment`},
		"a treatment of something else":         {`codes = "GENDER"`, `treatment = "drop"`, `treatment "drop" is for identifying columns`},
		"a treatment that is none":              {`treatment = "drop"`, `treatment = "hash"`, `treatment is "hash"`},
		"a coarsened column without a name":     {`, as = "birthyear"`, ``, `as is the name of a coarsened column`},
		"a coarsened column by its own name":    {`as = "birthyear"`, `as = "born"`, `as must not be the column's own name`},
		"a coarsened column by another's name":  {`as = "birthyear"`, `as = "gender"`, `column Born of Person would be read as gender, as another is`},
		"a key that is no column":               {`key = ["Number"]`, `key = ["Numbr"]`, `:28: key: Person has no column "Numbr"`},
		"a key that is dropped":                 {`key = ["Number"]`, `key = ["Name"]`, `:28: key: Person.Name is dropped`},
		"no key":                                {"key = [\"Number\"]\n", "", `:28: table Person has no key`},
		"a foreign key to no table":             {`table = "Header" }`, `table = "Headers" }`, `there is no table "Headers"`},
		"a foreign key of different columns":    {`columns = ["Id"], table`, `columns = ["Number"], table`, `Header has no column "Number"`},
		"a table twice":                         {`name = "Person"`, `name = "header"`, `:28: table header is listed twice`},
		"a submission of no table":              {`table = "Header"` + "\nid", `table = "Haeder"` + "\nid", `:6: submission: there is no table "Haeder"`},
		"a submission without its provider":     {`provider = "Provider"`, `provider = "Org"`, `:6: submission: Header has no column "Org"`},
		"a submission that refreshes nothing":   {"refresh = \"R\"\n", "", `:6: submission: refresh is missing`},
		"nothing but a heading":                 {generationFile[strings.Index(generationFile, "\n[[tables]]"):], "\n", `there are no tables`},
		"text that is no specification":         {`[submission]`, `[submission`, `v1.0.toml:7: `},
		"an auxiliary table that cannot be one": {`until = 2021-03-31`, "until = 2021-03-31\nwithout = [\"No Table\"]", `"No Table" is not a name`},
	}
	_, err := loadTinyGeneration(generationFile)
	require.NoError(t, err)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(generationFile, c.from, c.to, 1)
			require.NotEqual(t, generationFile, changed)
			_, err := loadTinyGeneration(changed)
			assert.ErrorContains(t, err, c.fault)
			var invalid *spec.Invalid
			assert.ErrorAs(t, err, &invalid)
		})
	}
}

func TestGenerationsDoNotOverlap(t *testing.T) {
	later := strings.NewReplacer(`name = "v1.0"`, `name = "v2.0"`, "2020-04-01", "2021-03-31", "2021-03-31", "2022-03-31").Replace(generationFile)
	_, err := spec.LoadGenerations(fstest.MapFS{
		"datasets/NHSE_TINY/codes.toml":        {Data: []byte(codesFile)},
		"datasets/NHSE_TINY/sources/v1.0.toml": {Data: []byte(generationFile)},
		"datasets/NHSE_TINY/sources/v2.0.toml": {Data: []byte(later)},
	}, "NHSE_TINY")
	assert.ErrorContains(t, err, "v1.0.toml: v1.0 must end before v2.0 begins on 2021-03-31")
}

// Whatever a file says, it is a generation or faults, and a generation that loads
// reads no identifying column by its own name.
func FuzzGeneration(f *testing.F) {
	f.Add(generationFile)
	f.Add("[[tables]]\nname = \"A\"\nkey = [\"B\"]\ncolumns = [{ name = \"B\" }]")
	f.Fuzz(func(t *testing.T, text string) {
		loaded, err := loadTinyGeneration(text)
		if err != nil {
			return
		}
		for _, table := range loaded[0].Tables {
			for _, column := range table.Columns {
				if column.Category == spec.Identifying {
					require.NotEqual(t, strings.ToLower(column.Name), column.Staged.String())
				}
			}
		}
	})
}
