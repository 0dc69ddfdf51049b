package versions

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// lineages is a register as UK LLC's has them: a gap after 2, and beside the
// versions of January those of March 2022, which share their numbers.
func lineages(t *testing.T) (*warehouse.Workspace, spec.Dataset) {
	t.Helper()
	space := workspace(t)
	dataset := spec.Dataset{Name: "NHSE_CANCER", Stem: "CANCER", Schema: identifier(t, "nhsd"), Person: identifier(t, "person")}
	for _, release := range []struct {
		number    int
		date, doi string
	}{
		{1, "2022-01-06", "10.71760/ukllc-dataset-00401-01"}, {1, "2022-03-02", "10.71760/ukllc-dataset-00402-01"},
		{2, "2022-01-06", "10.71760/ukllc-dataset-00401-02"}, {2, "2022-03-02", ""}, {10, "2024-04-26", "10.71760/ukllc-dataset-00401-10"},
	} {
		date, err := spec.ParseDate(release.date)
		require.NoError(t, err)
		dataset.Versions = append(dataset.Versions, spec.Release{
			Number: spec.VersionNumber(release.number), Date: date, DOI: release.doi, Title: "Cancer registrations", Year: date.Time().Year(),
		})
		name := dataset.Named(spec.DatasetVersion{Dataset: dataset.Name, Number: spec.VersionNumber(release.number), Lineage: date})
		_, err = space.Run(context.Background(), testStatements["40_register_version"], with(key(name), "version_date", release.date))
		require.NoError(t, err)
	}
	return space, dataset
}

func TestLineagesRunBesideEachOther(t *testing.T) {
	space, dataset := lineages(t)
	list, err := List(t.Context(), space.Warehouse, dataset)
	require.NoError(t, err)
	var names, labels, dois, previous []string
	for _, version := range list {
		names, labels, dois = append(names, version.Name.FileStem()), append(labels, Label(list, version)), append(dois, version.DOI())
		before, _ := Previous(list, version)
		previous = append(previous, Label(list, before))
	}
	assert.Equal(t, []string{"NHSE_CANCER_v0001", "NHSE_CANCER_v0001_20220302", "NHSE_CANCER_v0002", "NHSE_CANCER_v0002_20220302", "NHSE_CANCER_v0010"}, names,
		"numbers as numbers, then dates; the first of a number goes by it alone")
	assert.Equal(t, []string{"1 (06 Jan 2022)", "1 (02 Mar 2022)", "2 (06 Jan 2022)", "2 (02 Mar 2022)", "10 (26 Apr 2024)"}, labels)
	assert.Equal(t, "TBC", dois[3], "the other lineage's DOI is not taken for it")
	assert.Equal(t, []string{"0 ()", "0 ()", "1 (06 Jan 2022)", "1 (02 Mar 2022)", "2 (06 Jan 2022)"}, previous, "each continues its own lineage")
}

func TestAReferenceNamesOneVersionOrListsThem(t *testing.T) {
	space, dataset := lineages(t)
	find := func(text string) (Version, error) {
		reference, err := spec.ParseDatasetVersion(text)
		require.NoError(t, err)
		return Find(t.Context(), space.Warehouse, dataset, reference)
	}
	for text, want := range map[string]string{
		"NHSE_CANCER@10":                 "NHSE_CANCER@10",
		"NHSE_CANCER@v0010":              "NHSE_CANCER@10",
		"NHSE_CANCER@2:2022-03-02":       "NHSE_CANCER@2:2022-03-02",
		"NHSE_CANCER@2 (02 Mar 2022)":    "NHSE_CANCER@2:2022-03-02",
		"NHSE_CANCER@2:2022-01-06":       "NHSE_CANCER@2",
		"NHSE_CANCER@v0010:2024-04-26":   "NHSE_CANCER@10",
		"NHSE_CANCER@v0010 (2024-04-26)": "NHSE_CANCER@10",
	} {
		version, err := find(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, version.Name.String(), text)
	}
	_, err := find("NHSE_CANCER@2")
	var ambiguous *Ambiguous
	require.True(t, errors.As(err, &ambiguous))
	assert.EqualError(t, err, "NHSE_CANCER@2 may be any of NHSE_CANCER@2:2022-01-06, NHSE_CANCER@2:2022-03-02")
	for _, text := range []string{"NHSE_CANCER@3", "NHSE_CANCER@2:2022-03-03"} {
		_, err := find(text)
		assert.ErrorContains(t, err, "is not loaded in this workspace", text)
	}
}

func TestADepositRelatesAVersionToItsOwnLineage(t *testing.T) {
	space, dataset := lineages(t)
	list, err := List(t.Context(), space.Warehouse, dataset)
	require.NoError(t, err)
	var told []string
	for _, version := range list {
		before, after := neighbours(dataset, version.Name)
		told = append(told, before.DOI+" < "+version.DOI()+" < "+after.DOI)
	}
	assert.Equal(t, []string{
		" < 10.71760/ukllc-dataset-00401-01 < 10.71760/ukllc-dataset-00401-02",
		" < 10.71760/ukllc-dataset-00402-01 < ",
		"10.71760/ukllc-dataset-00401-01 < 10.71760/ukllc-dataset-00401-02 < 10.71760/ukllc-dataset-00401-10",
		"10.71760/ukllc-dataset-00402-01 < TBC < ",
		"10.71760/ukllc-dataset-00401-02 < 10.71760/ukllc-dataset-00401-10 < ",
	}, told)
}

// The comparison reads the tables of the lineage that it names.
func TestLineagesAreCompared(t *testing.T) {
	w := newWorld(t, memory(t, 1), []worldTable{plainHub()})
	other := w.versions[0]
	date, err := spec.ParseDate("2022-01-06")
	require.NoError(t, err)
	other.Name.Lineage, other.Date = date, date
	changed := plainHub(func(i int, r row) { r["code"] = "n" + codes[i%3] })
	other.Tables = []Table{w.load(t, &w.dataset.Tables[0], other.Name, changed)}
	w.versions = append(w.versions, other)
	table := w.compare(t, profileOf(t, 10, disclosure.ShowZero))
	assert.Len(t, table.Tables[0].Columns[0].New, 3)
	assert.Contains(t, table.Markdown(), "from version 1 (01 Apr 2020) to 1 (06 Jan 2022)")

	log, err := ChangeLog(t.Context(), w.Warehouse, w.versions, w.versions, w.comparison(profileOf(t, 10, disclosure.ShowZero), 1))
	require.NoError(t, err)
	assert.Empty(t, log.Entries, "neither continues the other")
	assert.Contains(t, log.Markdown(), "## Version 1 of 06 Jan 2022, the first of its lineage that is loaded")
}
