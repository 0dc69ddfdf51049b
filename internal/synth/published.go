package synth

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"tre-toolkit/internal/spec"
)

// Participants of version 3 by study and table, as UK LLC published them on
// 23 October 2025.
//
//go:embed participants.csv
var participantsCSV string

// Participants of freeze 16. The totals and AIRWAVE's are published; how the
// rest is spread over the studies, and the birth years, are made up.
//
//go:embed studies.csv
var studiesCSV string

// table is the place of an auxiliary table in the order of Table 2.
type table int

const (
	careActivities table = iota
	careCluster
	scoredAssessments
	hub
	employmentStatus
	internetTherapies
	conditions
	onwardReferrals
	waitingPauses
	tableCount
)

var tableNames = [tableCount]string{
	"care_activities", "care_cluster", "coded_scored_assessments", "demographics_and_referral", "employment_status",
	"internet_enabled_therapies", "mental_and_physical_health_conditions", "onward_referrals", "waiting_time_pauses",
}

// Rows of version 2 as published, and of the hub in version 3.
var (
	rowsOfVersion2    = [tableCount]int64{508758, 45723, 1267393, 58680, 115830, 18057, 79715, 1193, 1889}
	hubRowsOfVersion3 = int64(117207)
)

// shareInVersion2 is the part of a study's version 3 participants that
// version 2 had: 26,453 of 42,535, as TEDS was linked later.
const shareInVersion2 = 0.6219

// joinedAfterVersion2 is the study that version 2 does not have.
const joinedAfterVersion2 = spec.Study("TEDS")

const masked = "<10"

// cell is a published count of participants.
type cell struct {
	count  int64
	masked bool
}

// published is what is known of one study.
type published struct {
	code                                    spec.Study
	cells                                   [tableCount]cell // all zero for a study without records
	enrolled, permitted, linked, section251 int64
	bornFrom, bornTo                        int
}

func readPublished() ([]published, error) {
	cells, err := readCells()
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(strings.NewReader(studiesCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("studies.csv: %w", err)
	}
	studies := make([]published, 0, len(lines))
	for _, line := range lines[1:] {
		var numbers [6]int64
		for i := range numbers {
			if numbers[i], err = strconv.ParseInt(line[i+1], 10, 64); err != nil {
				return nil, fmt.Errorf("studies.csv: %w", err)
			}
		}
		code := spec.Study(line[0])
		studies = append(studies, published{
			code: code, cells: cells[code],
			enrolled: numbers[0], permitted: numbers[1], linked: numbers[2], section251: numbers[3],
			bornFrom: int(numbers[4]), bornTo: int(numbers[5]),
		})
	}
	return studies, nil
}

func readCells() (map[spec.Study][tableCount]cell, error) {
	lines, err := csv.NewReader(strings.NewReader(participantsCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("participants.csv: %w", err)
	}
	cells := map[spec.Study][tableCount]cell{}
	for _, line := range lines[1:] {
		var row [tableCount]cell
		for t := range row {
			if line[t+1] == masked {
				row[t].masked = true
				continue
			}
			if row[t].count, err = strconv.ParseInt(line[t+1], 10, 64); err != nil {
				return nil, fmt.Errorf("participants.csv: %w", err)
			}
		}
		cells[spec.Study(line[0])] = row
	}
	return cells, nil
}
