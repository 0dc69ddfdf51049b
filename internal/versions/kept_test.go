package versions

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

func TestAKeptLogIsTheLogThatWasMade(t *testing.T) {
	space := workspace(t)
	w := newWorld(t, space.Warehouse, []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) { r["code"] = "n" + codes[i%3] })})
	c := w.comparison(profileOf(t, 10, disclosure.ShowZero), 1)
	_, found, err := Kept(t.Context(), space.Warehouse, c)
	require.NoError(t, err)
	assert.False(t, found, "nothing is kept unasked")

	made, err := ChangeLog(t.Context(), space.Warehouse, w.versions, w.versions, c)
	require.NoError(t, err)
	require.NoError(t, Keep(t.Context(), space, w.versions, c, made))
	again, err := ChangeLog(t.Context(), space.Warehouse, w.versions, w.versions, c)
	require.NoError(t, err)
	assert.Equal(t, made, again)
	entry, found, err := Kept(t.Context(), space.Warehouse, c)
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, []string{"hub: 200 rows, now 200; pathway in one period: 0 added, 0 removed, 200 changed; columns with values changed: 1."}, entry.Brief)
	require.NoError(t, Keep(t.Context(), space, w.versions, c, made), "what is kept may be made anew")
}

// A kept entry is shown only for what it was made from.
func TestAKeptLogOfOtherThingsIsNotShown(t *testing.T) {
	space := workspace(t)
	w := newWorld(t, space.Warehouse, []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) { r["code"] = "n" + codes[i%3] })})
	made := w.comparison(profileOf(t, 10, disclosure.ShowZero), 1)
	log, err := ChangeLog(t.Context(), space.Warehouse, w.versions, w.versions, made)
	require.NoError(t, err)
	require.NoError(t, Keep(t.Context(), space, w.versions, made, log))
	for what, change := range map[string]func(c *Comparison){
		"another content before": func(c *Comparison) { c.Before.Tables = []Table{{Name: "hub", Fingerprint: "other"}} },
		"another content after":  func(c *Comparison) { c.After.Tables = []Table{{Name: "hub", Fingerprint: "other"}} },
		"a table more":           func(c *Comparison) { c.After.Tables = append(c.After.Tables[:1:1], Table{Name: "more"}) },
		"a higher threshold":     func(c *Comparison) { c.Profile = profileOf(t, 11, disclosure.ShowZero) },
		"another zero":           func(c *Comparison) { c.Profile = profileOf(t, 10, disclosure.MaskZero) },
		"another freeze":         func(c *Comparison) { c.Freeze = 2 },
		"another version before": func(c *Comparison) { c.Before.Name.Number = 7 },
		"a DOI since":            func(c *Comparison) { c.After.Release.DOI = "10.71760/ukllc-dataset-00360-03" },
		"a column that may no longer be told": func(c *Comparison) {
			table := c.Dataset.Tables[0]
			table.Columns = append([]spec.Column{}, table.Columns...)
			table.Columns[5].Category = spec.SpecialApproval
			c.Dataset.Tables = []spec.Table{table}
		},
	} {
		c := made
		change(&c)
		_, found, err := Kept(t.Context(), space.Warehouse, c)
		require.NoError(t, err)
		assert.False(t, found, what)
	}
}
