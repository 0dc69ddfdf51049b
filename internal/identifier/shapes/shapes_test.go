package shapes

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/warehouse"
)

// tableOf makes a table "one" of one column of text, "cell".
func tableOf(t *testing.T, w *warehouse.Warehouse, values ...string) {
	t.Helper()
	fill := warehouse.MustLoad(fstest.MapFS{"sql/fill.sql": {Data: []byte("CREATE OR REPLACE TEMP TABLE one AS SELECT unnest($cells) AS cell")}})["fill"]
	_, err := w.Run(context.Background(), fill, warehouse.Args{"cells": values})
	require.NoError(t, err)
}

// The check digit in SQL is that of the identifier room.
func TestTheCheckDigitInSQLIsTheSame(t *testing.T) {
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	for i := range 60 {
		text := fmt.Sprint(4_000_000_000 + 123_456_789*i%999_999_999)
		_, parseErr := identifier.ParseNHSNumber(text, identifier.Synthetic)
		tableOf(t, w, text)
		counted, err := count(context.Background(), w, "one", "cell")
		require.NoError(t, err)
		assert.Equal(t, int64(1), counted.tenDigits)
		assert.Equal(t, parseErr == nil, counted.checked == 1, text)
	}
}

func TestNamesOfIdentifiers(t *testing.T) {
	for _, name := range []string{"NHS_No", "nhsnumber", "Surname", "date_of_birth", "DOB", "postcode_current", "email_address", "ni_no"} {
		assert.True(t, NamesOne(name), name)
	}
	for _, name := range []string{"pathwayid", "gender", "endcode", "year_of_birth", "indicesofdeprivationdecile", "orgid_provider"} {
		assert.False(t, NamesOne(name), name)
	}
}
