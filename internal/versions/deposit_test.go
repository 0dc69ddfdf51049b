package versions

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// published returns a world whose versions are those that NHSE_IAPT has
// published, and one more that has no DOI yet.
func published(t *testing.T) world {
	t.Helper()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	w := newWorld(t, memory(t, 1), []worldTable{plainHub()}, []worldTable{plainHub()}, []worldTable{plainHub()})
	dataset.Name, dataset.Stem, dataset.Schema = w.dataset.Name, w.dataset.Stem, w.dataset.Schema
	for i := range dataset.Versions {
		dataset.Versions[i].Number = spec.VersionNumber(i + 1)
	}
	w.dataset = dataset
	for i := range w.versions {
		w.versions[i].Release, _ = dataset.Release(w.versions[i].Name)
	}
	return w
}

func deposit(t *testing.T, w world, i int) map[string]any {
	t.Helper()
	text, err := Deposit(context.Background(), w.Warehouse, w.dataset, w.versions[i])
	require.NoError(t, err)
	again, err := Deposit(context.Background(), w.Warehouse, w.dataset, w.versions[i])
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
	var record struct {
		Data struct {
			Type       string
			Attributes map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(text, &record))
	assert.Equal(t, "dois", record.Data.Type)
	return record.Data.Attributes
}

func TestADepositOfAPublishedVersion(t *testing.T) {
	record := deposit(t, published(t), 1)
	assert.Equal(t, doi3, record["doi"])
	assert.Equal(t, "2", record["version"])
	assert.Equal(t, []any{map[string]any{"name": "Data Services, NHS England (NHSE)", "nameType": "Organizational"}}, record["creators"])
	assert.Equal(t, []any{
		map[string]any{"relatedIdentifier": "10.71760/ukllc-dataset-00360-02", "relatedIdentifierType": "DOI", "relationType": "IsNewVersionOf", "resourceTypeGeneral": "Dataset"},
		map[string]any{"relatedIdentifier": "10.71760/ukllc-series-00014", "relatedIdentifierType": "DOI", "relationType": "IsPartOf"},
	}, record["relatedIdentifiers"])
	assert.Equal(t, []any{"1 tables", "200 rows in all tables", "hub: 10 variables, 200 observations"}, record["sizes"])
	assert.Contains(t, record["dates"], map[string]any{"date": "2020-04-01/2021-03-31", "dateType": "Collected", "dateInformation": "from the first to the last day of its extract periods"})
}

func TestTheOlderVersionPointsBack(t *testing.T) {
	record := deposit(t, published(t), 0)
	assert.Equal(t, "IsPreviousVersionOf", record["relatedIdentifiers"].([]any)[0].(map[string]any)["relationType"])
}

func TestADepositOfTheNextVersionInventsNothing(t *testing.T) {
	record := deposit(t, published(t), 2)
	assert.NotContains(t, record, "doi")
	assert.Equal(t, "10.71760", record["prefix"])
	assert.Equal(t, "3", record["version"])
	assert.Equal(t, "2022", record["publicationYear"], "the year of the version's date")
	assert.Equal(t, "NHS England: Talking Therapies for Anxiety and Depression (IAPT)", record["titles"].([]any)[0].(map[string]any)["title"])
}

func TestDepositsAreValid(t *testing.T) {
	shared := os.Getenv("TRE_SHARED")
	if shared == "" {
		t.Skip("TRE_SHARED does not name the folder with the schemas")
	}
	text, err := os.ReadFile(filepath.Join(shared, "data", "schemas", "datacite-v4.5.json"))
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("datacite.json", document))
	schema, err := compiler.Compile("datacite.json")
	require.NoError(t, err)
	w := published(t)
	for i := range w.versions {
		assert.NoError(t, schema.Validate(map[string]any(deposit(t, w, i))))
	}
}

func TestLabelsShowDatesWhereNumbersMislead(t *testing.T) {
	version := func(number int, date string) Version {
		parsed, err := spec.ParseDate(date)
		require.NoError(t, err)
		return Version{Name: spec.DatasetVersion{Number: spec.VersionNumber(number)}, Date: parsed}
	}
	rising := []Version{version(2, "2022-01-06"), version(3, "2023-04-13"), version(10, "2024-04-26")}
	assert.Equal(t, "10", Label(rising, rising[2]))
	crossing := []Version{version(2, "2022-03-02"), version(3, "2022-01-06")}
	assert.Equal(t, "2 (02 Mar 2022)", Label(crossing, crossing[0]))
	double := []Version{version(2, "2022-01-06"), version(2, "2022-03-02")}
	assert.Equal(t, "2 (06 Jan 2022)", Label(double, double[0]))
}

func TestVerifyNamesWhatDiffers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, memory(t, 2), []worldTable{plainHub()}, []worldTable{plainHub()})
	states := func(version Version) []State {
		checked, err := Verify(ctx, w.Warehouse, w.dataset, version)
		require.NoError(t, err)
		var states []State
		for _, one := range checked {
			states = append(states, one.State)
		}
		return states
	}
	assert.Equal(t, []State{Unchanged}, states(w.versions[0]))
	other := w.versions[0]
	other.Tables = []Table{w.versions[0].Tables[0], {Name: "gone", Fingerprint: "1"}, w.versions[0].Tables[0]}
	other.Tables[0].Fingerprint = other.Tables[0].Fingerprint[:9] + "00000000000000000000000000000000"
	other.Tables[2].Fingerprint = "00000000" + other.Tables[2].Fingerprint[8:]
	assert.Equal(t, []State{Differs, Missing, Incomparable}, states(other))
	assert.True(t, w.compare(t, profileOf(t, 10, disclosure.ShowZero)).Tables[0].Same)
}
