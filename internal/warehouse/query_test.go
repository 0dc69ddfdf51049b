package warehouse_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/warehouse"
)

func TestAQueryIsOneStatement(t *testing.T) {
	cases := map[string]string{
		"DELETE FROM people":                         "is no query",
		"-- SELECT\nDROP TABLE people":               "is no query",
		"SELECT 1; SELECT 2":                         "more than one statement",
		"SELECT 1;":                                  "more than one statement",
		"SELECT {{column}} FROM people":              "placeholder",
		"SELECT 'open FROM people":                   "not closed",
		`SELECT "nhs number" FROM people`:            "quoted name",
		"SELECT 1 /* ' */ FROM people; DROP TABLE x": "more than one statement",
		"SELECT 1 /* hidden */ FROM people":          "another form",
		`SELECT E'\'' ; DROP TABLE x '`:              "another form",
		"SELECT $$ ' $$; DROP TABLE x --'":           "another form",
	}
	for text, message := range cases {
		_, err := warehouse.Query("query", text)
		assert.ErrorContains(t, err, message, text)
	}
	for _, text := range []string{"SELECT 1", "-- a; comment's\nWITH a AS (SELECT ';') FROM a", "  from people"} {
		_, err := warehouse.Query("query", text)
		assert.NoError(t, err, text)
	}
}

func TestNamesAreNeitherTextNorComment(t *testing.T) {
	query, err := warehouse.Query("query", "-- Reads: secret\nSELECT Gender AS g, 'postcode' FROM people WHERE made > $day")
	require.NoError(t, err)
	names := query.Names()
	for _, name := range []string{"gender", "g", "people", "$day"} {
		assert.True(t, names[name], name)
	}
	for _, name := range []string{"secret", "postcode", "reads"} {
		assert.False(t, names[name], name)
	}
}

// Whatever passes for a query holds nothing that could end it outside of a text or
// a comment, whichever of the two begins first.
func FuzzQuery(f *testing.F) {
	f.Add("SELECT 1")
	f.Add("WITH a AS (SELECT ';') -- it's\nFROM a")
	f.Add("SELECT '--'; DROP TABLE x --'")
	f.Fuzz(func(t *testing.T, text string) {
		query, err := warehouse.Query("query", text)
		if err != nil {
			return
		}
		query.Names()
		require.NotContains(t, outsideTextAndComments(text), ";")
	})
}

// outsideTextAndComments reads a statement character by character.
func outsideTextAndComments(text string) string {
	var outside strings.Builder
	quoted, comment := false, false
	for i := range len(text) {
		switch at := text[i]; {
		case comment:
			comment = at != '\n'
		case quoted:
			quoted = at != '\''
		case at == '\'':
			quoted = true
		case strings.HasPrefix(text[i:], "--"):
			comment = true
		default:
			outside.WriteByte(at)
		}
	}
	return outside.String()
}
