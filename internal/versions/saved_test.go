package versions

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

const doi3 = "10.71760/ukllc-dataset-00360-03"

// activityText writes one activity of a saved answer.
func activityText(id string, number int, action, changes string) string {
	return fmt.Sprintf(`{"id":%q,"type":"activities","attributes":{
		"prov:wasGeneratedBy":"https://api.datacite.org/activities/%s","prov:generatedAtTime":"2024-05-%02dT15:53:50.575Z",
		"prov:wasDerivedFrom":"https://doi.org/%s","prov:wasAttributedTo":null,"action":%q,"version":%d,"changes":%s,"somethingNew":[1]}}`,
		id, id, number, doi3, action, number, changes)
}

func pageOf(t *testing.T, entries ...string) Saved {
	t.Helper()
	text := `{"data":[`
	for i, one := range entries {
		if i > 0 {
			text += ","
		}
		text += one
	}
	saved, err := ParseSaved("page.json", []byte(text+`],"meta":{"total":99,"totalPages":4},"links":{"next":"https://api.datacite.org/activities?page[number]=2"}}`))
	require.NoError(t, err)
	return saved
}

func TestPagesInAnyOrderAndTwice(t *testing.T) {
	first := activityText("a", 1, Create, `{"titles":[{"title":"x"}],"aasm_state":"draft"}`)
	second := activityText("b", 2, Update, `{"aasm_state":["draft","findable"]}`)
	third := activityText("b", 3, Update, `{"titles":[[{"title":"x"}],[{"title":"y"}]]}`) // the id of the same request
	merged, err := Merge(pageOf(t, third), pageOf(t, second, first), pageOf(t, first))
	require.NoError(t, err)
	require.Len(t, merged.Activities, 3)
	for i, activity := range merged.Activities {
		assert.Equal(t, i+1, activity.Attributes.Version)
		assert.Nil(t, activity.Attributes.AttributedTo)
	}
	assert.Empty(t, merged.Gaps())
}

func TestAPageIsMissing(t *testing.T) {
	merged, err := Merge(pageOf(t, activityText("a", 5, Update, `{}`), activityText("b", 2, Update, `{}`)))
	require.NoError(t, err)
	assert.Equal(t, map[string][]int{doi3: {1, 3, 4}}, merged.Gaps())
}

// A value that is a list of two is a pair in an update alone.
func TestPairsAreDecidedByTheActionAndNotByTheShape(t *testing.T) {
	lists := `[[{"title":"one"}],[{"title":"two"}]]`
	fields := func(action string) Changed {
		saved := pageOf(t, activityText("a", 1, action, `{"titles":`+lists+`}`))
		fields, err := saved.Activities[0].Fields()
		require.NoError(t, err)
		require.Len(t, fields, 1)
		return fields[0]
	}
	assert.JSONEq(t, lists, string(fields(Create).After))
	assert.Equal(t, "null", string(fields(Create).Before))
	assert.JSONEq(t, `[{"title":"one"}]`, string(fields(Update).Before))
	assert.JSONEq(t, `[{"title":"two"}]`, string(fields(Update).After))
	assert.JSONEq(t, lists, string(fields(Delete).Before))
}

func TestUnknownKeysAreKeptOut(t *testing.T) {
	saved := pageOf(t, activityText("a", 1, Update, `{"titles":["a","b"],"password":["old","new"],"__proto__":[1,2]}`))
	text, err := json.Marshal(saved.Activities[0].Activity)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "password")
	assert.NotContains(t, string(text), "somethingNew")
	assert.Contains(t, string(text), "titles")
}

func TestOtherOwnersAreLeftOut(t *testing.T) {
	foreign := `{"id":"x","type":"activities","attributes":{"prov:wasDerivedFrom":"https://doi.org/10.5438/wy92-xj57","action":"update","version":1}}`
	saved := pageOf(t, foreign, activityText("a", 1, Create, `{}`))
	assert.Equal(t, 1, saved.Foreign)
	assert.Len(t, saved.Activities, 1)
}

func TestSavedAnswersThatAreWrong(t *testing.T) {
	entry := func(attributes string) string {
		return `{"data":{"id":"x","type":"activities","attributes":` + attributes + `}}`
	}
	for text, want := range map[string]string{
		``:                                     "not an answer of DataCite's",
		`[]`:                                   "not an answer of DataCite's",
		`{}`:                                   "has no data",
		`{"data":null}`:                        "has no data",
		`{"data":[1]}`:                         "not a list of entries",
		`{"data":[{"id":"a"}]}`:                "neither of type dois nor of type activities",
		entry(`null`):                          "a DOI is missing",
		entry(`{"prov:wasDerivedFrom":"TBC"}`): "is not a DOI",
		entry(`{"prov:wasDerivedFrom":"https://doi.org/` + doi3 + `"}`):                                                                                    "its version is not a number from 1",
		entry(`{"prov:wasDerivedFrom":"doi:` + doi3 + `","version":1,"prov:generatedAtTime":"yesterday"}`):                                                 "its time is not one",
		entry(`{"prov:wasDerivedFrom":"` + doi3 + `","version":1,"prov:generatedAtTime":"2024-05-01T00:00:00Z","action":"merge","changes":{"url":null}}`):  "the action is none of",
		entry(`{"prov:wasDerivedFrom":"` + doi3 + `","version":1,"prov:generatedAtTime":"2024-05-01T00:00:00Z","action":"update","changes":{"url":"a"}}`):  "url is not a pair",
		entry(`{"prov:wasDerivedFrom":"` + doi3 + `","version":1,"prov:generatedAtTime":"2024-05-01T00:00:00Z","action":"update","changes":{"url":null}}`): "url is not a pair",
		`{"data":{"type":"dois","id":"` + doi3 + `","attributes":{"titles":[{"title":" "}]}}}`:                                                             "without a title",
		`{"data":{"type":"dois","attributes":{"doi":"10.71760/a b","titles":[{"title":"x"}]}}}`:                                                            "is not a DOI",
	} {
		_, err := ParseSaved("page.json", []byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestTheSameChangeToldInTwoWays(t *testing.T) {
	_, err := Merge(pageOf(t, activityText("a", 1, Create, `{"url":"x"}`)), pageOf(t, activityText("a", 1, Create, `{"url":"y"}`)))
	assert.ErrorContains(t, err, "change 1 is told in two ways")
}

func recordText(doi, title, publisher, year string) string {
	return fmt.Sprintf(`{"id":%q,"type":"dois","attributes":{"doi":%q,"titles":[{"title":%q},{"title":"NHSE_IAPT"}],
		"creators":[{"name":"Data Services, NHS England (NHSE) "}],"publisher":%s,"publicationYear":%s,"version":null,"url":null,"state":"findable","xml":"PD94"}}`, doi, doi, title, publisher, year)
}

func TestMetadataThatMoved(t *testing.T) {
	ctx := context.Background()
	w := workspace(t)
	version := Version{Release: spec.Release{
		DOI: "10.71760/UKLLC-dataset-00360-03", Title: "NHS England: Talking Therapies", Creators: []string{"Data Services, NHS England (NHSE)"},
		Publisher: "UK LLC", Year: 2024,
	}}
	moved, err := MovedMetadata(ctx, w.Warehouse, version)
	require.NoError(t, err)
	assert.Empty(t, moved, "nothing was imported")

	imports := func(day string, entries ...string) Imported {
		saved, err := Merge(pageOf(t, entries...))
		require.NoError(t, err)
		taken, err := spec.ParseDate(day)
		require.NoError(t, err)
		done, err := Import(ctx, w, saved, taken)
		require.NoError(t, err)
		return done
	}
	imports("2025-10-01", recordText(doi3, "NHS England: Talking  Therapies ", `"UK LLC"`, `2024`))
	moved, err = MovedMetadata(ctx, w.Warehouse, version)
	require.NoError(t, err)
	assert.Empty(t, moved, "white space is no change")

	done := imports("2026-05-01",
		recordText(doi3, "Improving Access to Psychological Therapies (IAPT)", `{"name":"UK LLC"}`, `"2024"`),
		recordText("10.83126/ukllc-dataset-00035-03", "test", `null`, `null`),
		activityText("a", 1, Create, `{"url":null}`))
	assert.Equal(t, []string{"10.83126/ukllc-dataset-00035-03"}, done.Tests)
	moved, err = MovedMetadata(ctx, w.Warehouse, version)
	require.NoError(t, err)
	assert.Equal(t, []Moved{{"title", "NHS England: Talking Therapies", "", "Improving Access to Psychological Therapies (IAPT)", "2026-05-01"}}, moved)

	assert.Equal(t, 1, imports("2026-05-02", activityText("a", 1, Create, `{"url":null}`)).Known, "the same again")
	other, err := Merge(pageOf(t, activityText("a", 1, Create, `{"url":"other"}`), recordText(doi3, "not kept", `null`, `null`)))
	require.NoError(t, err)
	later, err := spec.ParseDate("2026-06-01")
	require.NoError(t, err)
	_, err = Import(ctx, w, other, later)
	assert.ErrorContains(t, err, "told in two ways")
	moved, err = MovedMetadata(ctx, w.Warehouse, version)
	require.NoError(t, err)
	assert.Equal(t, "2026-05-01", moved[0].NowOn, "all or none is imported")

	history, err := History(ctx, w.Warehouse, version)
	require.NoError(t, err)
	assert.Len(t, history, 1)
}

func FuzzParseSaved(f *testing.F) {
	f.Add([]byte(`{"data":[` + activityText("a", 1, Update, `{"titles":[[1],[2]]}`) + `]}`))
	f.Add([]byte(`{"data":` + recordText(doi3, "t", `{}`, `1.5`) + `}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		saved, err := ParseSaved("page.json", text)
		if err != nil {
			return
		}
		for _, activity := range saved.Activities {
			if _, err := activity.Fields(); err != nil {
				t.Fatal(err)
			}
			if activity.DOI.IsZero() {
				t.Fatal("an activity without a DOI")
			}
		}
		if _, err := Merge(saved); err == nil && len(saved.Gaps()) > len(saved.Activities) {
			t.Fatal("more gaps than DOIs")
		}
	})
}
