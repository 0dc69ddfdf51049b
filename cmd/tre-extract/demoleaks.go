package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
)

// The number that the leaky copies give away. It is made up here: the safe
// table that they are copied from does not hold the true one.
const leakedCount = 7

// participantRow is one line of the metrics table.
type participantRow struct{ study, table, participants string }

// writeLeaks makes copies of the metrics table with one leak each, for the
// output checker to find.
func (d demo) writeLeaks() error {
	rows, err := readParticipants(d.path("metrics", "NHSE_IAPT_v0003_participants.csv"))
	if err != nil {
		return err
	}
	masked, err := firstMasked(rows)
	if err != nil {
		return err
	}
	project, err := spec.ParseProjectID("llc_0042")
	if err != nil {
		return err
	}
	leaks := map[string][][]string{
		"total_includes_masked.csv": totalWithMasked(rows, masked),
		"raw_count.csv":             rawCount(rows, masked),
		"project_ids.csv":           projectIDs(project),
		"percentage_of_masked.csv":  percentageOfMasked(rows, masked),
	}
	for name, table := range leaks {
		var text bytes.Buffer
		if err := csv.NewWriter(&text).WriteAll(table); err != nil {
			return err
		}
		if err := cli.WriteFile(d.path("check", "leaky", name), text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func readParticipants(path string) ([]participantRow, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(records) < 2 {
		return nil, errors.Join(err, errors.New("the metrics table is empty"))
	}
	rows := make([]participantRow, len(records)-1)
	for i, record := range records[1:] {
		rows[i] = participantRow{record[0], record[1], record[2]}
	}
	return rows, nil
}

func firstMasked(rows []participantRow) (participantRow, error) {
	for _, row := range rows {
		if _, err := strconv.Atoi(row.participants); err != nil && row.study != metrics.TotalRow {
			return row, nil
		}
	}
	return participantRow{}, errors.New("no cell of the metrics table is masked; ask for more --people")
}

// totalWithMasked is one table's column with a single masked study, under a
// total that counts it.
func totalWithMasked(rows []participantRow, masked participantRow) [][]string {
	table := [][]string{{"study", masked.table}}
	total := leakedCount
	for _, row := range rows {
		count, err := strconv.Atoi(row.participants)
		if row.table != masked.table || row.study == metrics.TotalRow || (err != nil && row != masked) {
			continue
		}
		total += count
		table = append(table, []string{row.study, row.participants})
	}
	return append(table, []string{metrics.TotalRow, strconv.Itoa(total)})
}

// rawCount is the whole table with one masked cell printed as it is.
func rawCount(rows []participantRow, masked participantRow) [][]string {
	table := [][]string{{"study", "table", "participants"}}
	for _, row := range rows {
		if row == masked {
			row.participants = strconv.Itoa(leakedCount)
		}
		table = append(table, []string{row.study, row.table, row.participants})
	}
	return table
}

// projectIDs is a file of rows about participants. The ids are made up.
func projectIDs(project spec.ProjectID) [][]string {
	table := [][]string{{project.Column().String(), "phq9_firstscore", "phq9_lastscore"}}
	for i := range 12 {
		table = append(table, []string{fmt.Sprintf("DEM0%022d0", i), strconv.Itoa(10 + i), strconv.Itoa(3 + i)})
	}
	return table
}

// percentageOfMasked shows a masked count's percentage beside its denominator.
func percentageOfMasked(rows []participantRow, masked participantRow) [][]string {
	const denominator = 50
	table := [][]string{{"study", masked.table, "linked", "percent"}}
	table = append(table, []string{masked.study, masked.participants, strconv.Itoa(denominator), percent(leakedCount, denominator)})
	for _, row := range rows {
		count, err := strconv.Atoi(row.participants)
		if row.table == masked.table && row.study != metrics.TotalRow && err == nil && count > 0 {
			table = append(table, []string{row.study, row.participants, strconv.Itoa(10 * count), percent(count, 10*count)})
		}
	}
	return table
}

func percent(part, whole int) string {
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64)
}
