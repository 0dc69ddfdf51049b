package spec_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
)

// What each word may look like. "no" means that it is refused.
func TestWords(t *testing.T) {
	parse := map[string]func(string) (string, error){
		"identifier": func(s string) (string, error) { v, err := spec.ParseIdentifier(s); return v.String(), err },
		"study":      func(s string) (string, error) { v, err := spec.ParseStudy(s); return string(v), err },
		"project":    func(s string) (string, error) { v, err := spec.ParseProjectID(s); return v.String(), err },
		"number":     func(s string) (string, error) { v, err := spec.ParseVersionNumber(s); return v.Suffix(), err },
		"version":    func(s string) (string, error) { v, err := spec.ParseDatasetVersion(s); return v.String(), err },
		"date":       func(s string) (string, error) { v, err := spec.ParseDate(s); return v.String(), err },
		"type":       func(s string) (string, error) { v, err := spec.ParseColumnType(s); return v.String(), err },
	}
	table := `
		identifier  pathwayid          pathwayid
		identifier  a                  a
		identifier  PathwayID          no
		identifier  9lives             no
		identifier  _hidden            no
		identifier  a-b                no
		identifier  a;drop             no
		identifier  "a"                no
		identifier  café               no
		study       ALSPAC             ALSPAC
		study       NIHRBIO_COPING     NIHRBIO_COPING
		study       alspac             no
		study       A                  no
		project     llc_0042           llc_0042
		project     LLC_0042           llc_0042
		project     llc_0042_b         llc_0042_b
		project     LLC_0042_B         llc_0042_b
		project     llc_0042_          no
		project     llc_0042_2         no
		project     llc_0042_bb        no
		project     llc_0042b          no
		project     llc_42             no
		project     llc_00421          no
		number      3                  v0003
		number      v3                 v0003
		number      V0003              v0003
		number      9999               v9999
		number      0                  no
		number      10000              no
		number      -3                 no
		number      +3                 no
		number      v+3                no
		number      3.0                no
		number      0x3                no
		version     NHSE_IAPT@3        NHSE_IAPT@3
		version     NHSE_IAPT@v0003    NHSE_IAPT@3
		version     NHSE_IAPT@2:2022-01-06  NHSE_IAPT@2:2022-01-06
		version     NHSE_IAPT@v0002:2022-01-06  NHSE_IAPT@2:2022-01-06
		version     NHSE_IAPT@2:       no
		version     NHSE_IAPT@2:06-01-2022  no
		version     NHSE_IAPT@:2022-01-06  no
		version     NHSE_IAPT@2:2022-01-06:1  no
		version     NHSE_IAPT          no
		version     nhse_iapt@3        no
		version     NHSE_IAPT@         no
		version     ../etc@3           no
		version     NHSE__IAPT@3       no
		date        2024-04-26         2024-04-26
		date        2024-02-29         2024-02-29
		date        2023-02-29         no
		date        26/04/2024         no
		date        2024-4-26          no
		date        0001-01-01         no
		type        DATE               DATE
		type        DECIMAL(5,2)       DECIMAL(5,2)
		type        DECIMAL(0,0)       no
		type        date               no
		type        DOUBLE             no
		type        DATE;              no`
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		fields := strings.Fields(line)
		got, err := parse[fields[0]](fields[1])
		if fields[2] == "no" {
			assert.Error(t, err, line)
			continue
		}
		assert.NoError(t, err, line)
		assert.Equal(t, fields[2], got, line)
	}
}

// Text order would put 10 before 9.
func TestVersionNumbersSortAsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(rapid.IntRange(1, 9999), 1, 20).Draw(t, "numbers")
		var numbers []spec.VersionNumber
		var suffixes []string
		for _, n := range given {
			numbers = append(numbers, spec.VersionNumber(n))
			suffixes = append(suffixes, spec.VersionNumber(n).Suffix())
		}
		slices.Sort(given)
		slices.Sort(numbers)
		slices.Sort(suffixes)
		for i, n := range given {
			require.Equal(t, n, int(numbers[i]))
			require.Equal(t, numbers[i].Suffix(), suffixes[i], "and table names sort like their numbers")
		}
	})
	nine, err := spec.ParseVersionNumber("9")
	require.NoError(t, err)
	ten, err := spec.ParseVersionNumber("v10")
	require.NoError(t, err)
	assert.Less(t, nine, ten)
}

func TestDatesAreDays(t *testing.T) {
	late := time.Date(2024, 4, 26, 23, 30, 0, 0, time.FixedZone("west", -3600))
	assert.Equal(t, "2024-04-27", spec.DateOf(late).String(), "the day in UTC")
	assert.Empty(t, spec.Date{}.String())
	assert.Empty(t, spec.Date{}.Long())
	day, err := spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	assert.Equal(t, "26 Apr 2024", day.Long())
	assert.True(t, spec.Date{}.Before(day) && !day.Before(day))
}

// What a parser accepts must come back from its own text, and be safe where it goes.
func fuzz[T any](f *testing.F, parse func(string) (T, error), text func(T) string, safe *regexp.Regexp, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		parsed, err := parse(given)
		if err != nil {
			return
		}
		written := text(parsed)
		assert.Regexp(t, safe, written)
		again, err := parse(written)
		require.NoError(t, err, "%q becomes %q", given, written)
		assert.Equal(t, parsed, again)
	})
}

func FuzzIdentifier(f *testing.F) {
	fuzz(f, spec.ParseIdentifier, spec.Identifier.String, regexp.MustCompile(`\A[a-z][a-z0-9_]{0,62}\z`), "pathwayid", "a;b", "a\n", "É", "")
}

func FuzzStudy(f *testing.F) {
	fuzz(f, spec.ParseStudy, func(s spec.Study) string { return string(s) }, regexp.MustCompile(`\A[A-Z][A-Z0-9_]{1,30}\z`), "ALSPAC", "A B", "A\n")
}

func FuzzProjectID(f *testing.F) {
	fuzz(f, spec.ParseProjectID, spec.ProjectID.String, regexp.MustCompile(`\Allc_[0-9]{4}(_[a-z])?\z`), "llc_0042", "llc_0042_b", "LLC_0042", "llc_٠٠٤٢", "llc_0042\n")
}

func FuzzVersionNumber(f *testing.F) {
	fuzz(f, spec.ParseVersionNumber, spec.VersionNumber.Suffix, regexp.MustCompile(`\Av[0-9]{4}\z`), "3", "v3", "v0003", "vv3", "+3", "٣", "1_0", "99999999999999999999")
}

func FuzzDatasetVersion(f *testing.F) {
	fuzz(f, spec.ParseDatasetVersion, spec.DatasetVersion.String, regexp.MustCompile(`\A[A-Z][A-Z0-9_]*@[0-9]{1,4}(:[0-9]{4}-[0-9]{2}-[0-9]{2})?\z`), "NHSE_IAPT@3", "NHSE_IAPT@v0003", "NHSE_IAPT@2:2022-01-06", "NHSE_IAPT@2 (06 Jan 2022)", "A@1 (", "A@1:0001-01-01", "A@1@2", "../A@1")
}

func FuzzDate(f *testing.F) {
	fuzz(f, spec.ParseDate, spec.Date.String, regexp.MustCompile(`\A(\d{4}-\d{2}-\d{2})?\z`), "2024-04-26", "0000-01-01", "0001-01-01", "9999-12-31", "2023-02-29")
}

func FuzzColumnType(f *testing.F) {
	fuzz(f, spec.ParseColumnType, spec.ColumnType.String, regexp.MustCompile(`\A[A-Z]+(\([0-9]{1,2},[0-9]{1,2}\))?\z`), "DATE", "DECIMAL(5,2)", "DECIMAL(5,2);", "date")
}
