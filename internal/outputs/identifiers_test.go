package outputs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The addresses of machines are put together here, so that the tree itself holds
// none.
var somebodysFolder = "/ho" + "me/aperson/project/data.csv"

func TestIdentifiersAreFoundAndNotPrinted(t *testing.T) {
	texts := map[string]struct{ check, says, never string }{
		"Contact a.person@example.ac.uk for more.":                       {"FIL014", "an e-mail address", "a.person"},
		"DOB: 03/04/1985 was entered":                                    {"FIL014", "fail: The text holds a date of birth", "1985"},
		"born on 3 April 1985":                                           {"FIL014", "a date of birth", "1985"},
		"They live at ZE1 0AA in the north.":                             {"FIL014", "postcode", "ZE1"},
		"Her number is QQ 12 34 56 C? No: AB 12 34 56 C.":                {"FIL014", "National Insurance", "34 56"},
		"Call 07700 900123 or +44 7700 900456":                           {"FIL014", "telephone", "900"},
		"ValueError: could not convert string to float: 'A. Person'":     {"FIL014", "quotes a value", "Person"},
		"connected to 192.168.20.41 at noon":                             {"FIL015", "address of a machine", "192.168"},
		"read " + somebodysFolder:                                        {"FIL015", "path of a file", "aperson"},
		`open("S:\projects\llc_0042\raw\people.csv")`:                    {"FIL015", "path of a file", "projects"},
		`read \\server01\share$\people.csv`:                              {"FIL015", "path of a file", "server01"},
		"postgresql://reader@db/people":                                  {"FIL015", "address of a database", "reader"},
		`password = "correct-horse-battery"`:                             {"FIL015", "fail: The text holds a password", "horse"},
		"see -----BEGIN RSA PRIVATE KEY-----":                            {"FIL015", "a password or a key", "RSA"},
		"duckdb.ConversionException: Original Line: ALSPAC,7,A. Person.": {"FIL014", "quotes a value", "Person"},
	}
	for text, want := range texts {
		for _, name := range []string{"notes.txt", "job.log", "analysis.R"} {
			report := check(t, "ukllc-metrics", map[string]string{name: text + "\n"})
			assert.Contains(t, messages(report, want.check), want.says, text)
			assert.NotContains(t, fmt.Sprintf("%+v", report), want.never, text)
		}
	}
}

func TestColumnsThatIdentifyPeople(t *testing.T) {
	columns := map[string]struct{ header, says string }{
		"Amelia Fictitious|Oliver Imaginary|Emily Invented|Jack Madeup": {"name", "names of people"},
		"Fictitious, Amelia|Imaginary, Oliver|Invented, Emily":          {"contact", "names of people"},
		"Dr George Fictitious|Mrs Jane Imaginary|Mr John Invented":      {"seen by", "names of people"},
		"ZE1 0AA|ZE2 9TY|HS1 2BD|KW15 1AB":                              {"area", "postcodes"},
		"ZE10AA|ZE29TY|HS12BD":                                          {"postcode_home", "postcodes"},
		"1985-04-03|1990-12-01|1971-07-30":                              {"birth date", "dates of birth"},
		"00000000-0000-4000-8000-000000000001|00000000-0000-4000-8000-000000000002|00000000-0000-4000-8000-000000000003|00000000-0000-4000-8000-000000000004|00000000-0000-4000-8000-000000000005": {"llc_0042_stud_id", "identifies people"},
	}
	for cells, want := range columns {
		var b strings.Builder
		fmt.Fprintf(&b, "%s,score\n", want.header)
		for i, cell := range strings.Split(cells, "|") {
			fmt.Fprintf(&b, "%q,%d\n", cell, 40+i)
		}
		report := check(t, "ukllc-metrics", map[string]string{"t.csv": b.String()})
		assert.Contains(t, messages(report, "FIL003"), want.says, cells)
		for _, cell := range strings.Split(cells, "|") {
			assert.NotContains(t, fmt.Sprintf("%+v", report), cell)
		}
	}
}

// TestNoFalseIdentifiers writes what looks a little like an identifier and is
// none.
func TestNoFalseIdentifiers(t *testing.T) {
	const lines = `Dataset NHSE_IAPT version 0003, doi:10.83126/ukllc-dataset-00391-01, published 2025-10-23.
sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 of table2_2025-10-23.csv
Built with DuckDB 1.5.5, R 4.3.1 and pandas 2.2.3.0; package version 1.0.12.4.
Codes F32.1, E11.9, ICD10 X60, SNOMED 199000000, LSOA E01000001, practice Y01234, organisation RTQ, ODS A81001.
obj@meta.data and self@assay of an S4 object; see git@github.com:example/project.git
The relative path results/tables/counts.csv and C:\ alone; a ratio of 3/4; 10:30; n/a.
Wards M1 and SW1; a p-value of 0.05; 95% CI 1.2-3.4; grant MR/X021556/1; ISRCTN12345678.
password is never printed; set secret_key from the keyring; key = value
The birth cohort of 1958 and the National Survey of 1946; born in Scotland.
`
	for _, name := range []string{"notes.txt", "analysis.py", "run.log"} {
		report := check(t, "ukllc-metrics", map[string]string{name: lines})
		assert.Empty(t, messages(report, "FIL014")+messages(report, "FIL015")+messages(report, "FIL003")+messages(report, "FIL004"), name)
	}
	tables := []string{
		"name,participants\nTwins Early Development Study,4000\nAvon Longitudinal Study,5000\nBorn in Bradford,6000\nGenes Health,3000\n",
		"provider,participants\nQueen Elizabeth Hospital,400\nSt James University,500\nVictoria Park Surgery,600\nCharlotte Street Clinic,700\n",
		"code,participants\nE01000001,40\nRTQ01,50\nA81001,60\nY01234,70\n",
		"table,doi,participants\ncare_activities,10.83126/ukllc-dataset-00391-01,400\nreferrals,10.83126/ukllc-dataset-00392-01,500\n",
		"birth year,participants\n1958,400\n1970,500\n1946,600\n",
		"published,participants\n2025-10-23,400\n2025-10-24,500\n2025-10-25,600\n",
		"file,sha256,rows\na.csv,9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,40\nb.csv,8f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,50\nc.csv,7f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,50\nd.csv,6f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,50\ne.csv,5f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,50\n",
	}
	for _, table := range tables {
		report := check(t, "ukllc-metrics", map[string]string{"t.csv": table})
		assert.Empty(t, messages(report, "FIL003")+messages(report, "FIL014")+messages(report, "FIL015"), table)
		require.Len(t, report.Files, 1)
	}
}
