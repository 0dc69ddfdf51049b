package page

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// The studies' rows of the test page. All figures are invented.
const studyFigures = `
ALSPAC          940   450   910  1050   880   80   850   <10  <10
BCS70           410   310   390   470   370   18   390    15   18
BIB            1400   810  1180  1570  1150   36  1440   160  <10
ELSA            190   140   170   210   160  <10   180   <10  <10
EPICN           330   100   260   360   260    0   260   <10  <10
EXCEED          520   460   510   580   510   24   520    12  <10
FENLAND         500   340   460   530   460  <10   480    48   14
GLAD          27000 19500 25800 30100 23600 1500 25700  1200 1500
MCS            1980  1360  1810  2260  1720  120  1820    81   94
NCDS58          240   170   230   280   220  <10   240   <10   13
NEXTSTEP        820   560   760   910   680   56   750    25   43
NIHRBIO_COPING 1370   910  1300  1480  1180   72  1250    56   59
NSHD46           58    39    54    66    50  <10    55   <10  <10
TEDS           1310   890  1230  1490  1160   93  1220    47   61
TRACKC19        880   560   830   940   770   83   780    33   26
TWINSUK         920   630   870  1030   790   41   850    24   58
UKHLS           480   320   460   540   430   30   470    17   20`

var auxiliaryTables = []string{
	"care_activities", "care_cluster", "coded_scored_assessments", "demographics_and_referral", "employment_status",
	"internet_enabled_therapies", "mental_and_physical_health_conditions", "onward_referrals", "waiting_time_pauses",
}

// seedModel is the page of the first dataset.
func seedModel(t testing.TB) Model {
	return Model{
		Title:        "Talking Therapies for Anxiety and Depression dataset",
		LastModified: "23 Oct 2025",
		Summary: "Adults in England who were referred to NHS-funded talking therapies for depression and anxiety disorders: " +
			"who they are, how they came, what care they had and how they fared. The dataset was once called Improving " +
			"Access to Psychological Therapies (IAPT).",
		Descriptors: seedDescriptors(t),
		Metrics:     seedMetrics(t),
		History:     seedHistory(t),
		Documentation: []Link{
			{"NHS England: the dataset's guidance and technical output specification", "https://digital.nhs.uk/data-and-information/data-collections-and-data-sets/data-sets/improving-access-to-psychological-therapies-data-set"},
			{"Data change log, version 2 to version 3", "changelog_v0002_v0003.md"},
		},
		Syntax: seedSyntax(t),
	}
}

// seedSyntax is made from the dataset's own specification.
func seedSyntax(t testing.TB) []Script {
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	project, err := spec.ParseProjectID("llc_0042")
	require.NoError(t, err)
	scripts, err := Syntax(dataset, versionOf(dataset, 3), project)
	require.NoError(t, err)
	return scripts
}

func versionOf(dataset spec.Dataset, number spec.VersionNumber) spec.DatasetVersion {
	return spec.DatasetVersion{Dataset: dataset.Name, Number: number}
}

func seedDescriptors(t testing.TB) Descriptors {
	const none = "N/A - Dataset comprises of multiple auxiliary tables"
	return Descriptors{
		Name: "NHSE_IAPT",
		Citation: cite.Work{
			Creators:  cite.Organisations("Data Services, NHS England (NHSE)"),
			Title:     "NHS England: Talking Therapies for Anxiety and Depression (IAPT)",
			Publisher: "UK Longitudinal Linkage Collaboration (UK LLC)",
			Year:      2024,
			DOI:       doi(t, "10.71760/ukllc-dataset-00360-03"),
		},
		Downloads: []Link{
			{"Citeproc JSON", "citations/NHSE_IAPT_v0003.json"},
			{"BibTeX", "citations/NHSE_IAPT_v0003.bib"},
			{"RIS", "citations/NHSE_IAPT_v0003.ris"},
		},
		Series:               "NHS England",
		Owner:                "NHS England",
		Copyright:            "Copyright © (2025), NHS England. Data re-used with the permission of NHS England. All rights reserved.",
		TemporalCoverage:     "04/2012 - ongoing",
		GeographicalCoverage: "England",
		Participants:         none,
		Variables:            none,
		Observations:         none,
		KeyLink:              "https://digital.nhs.uk/data-and-information/data-collections-and-data-sets/data-sets/improving-access-to-psychological-therapies-data-set/improving-access-to-psychological-therapies-data-set-reports",
		Keywords:             []string{"Mental health", "Talking therapies"},
		LatestExtract:        "2024-04-26",
		Restrictions:         "None",
		RequestLink:          "https://explore.ukllc.ac.uk/",
	}
}

func seedMetrics(t testing.TB) Metrics {
	metrics := Metrics{
		Caption:  "Participants of each study in each table of the dataset, as held in the UK LLC TRE.",
		FileStem: "NHSE_IAPT_v0003_participants",
		Marks:    []Mark{{"<10", "stands for 1 to 9 participants. Such a cell is left out of the total."}},
		Notes: []string{
			"A zero is a true zero: no participant of the study has a record in the table.",
			"A total is the sum of the figures shown. A person in two studies counts once in each.",
		},
		DatasetVersion: "NHSE_IAPT@3",
		DOI:            doi(t, "10.71760/ukllc-dataset-00360-03"),
		Freeze:         "16 (01 May 2026)",
		Rules:          "ukllc-metrics",
	}
	newest := seedHistory(t).Versions[1]
	totals := make([]int, len(auxiliaryTables))
	for line := range strings.Lines(strings.TrimSpace(studyFigures)) {
		words := strings.Fields(line)
		metrics.Studies = append(metrics.Studies, Study{words[0], words[1:]})
		for i, figure := range words[1:] {
			shown, _ := strconv.Atoi(figure) // a mark adds nothing
			totals[i] += shown
		}
	}
	for i, total := range totals {
		metrics.Tables = append(metrics.Tables, Table{
			Name: auxiliaryTables[i], Description: "What " + auxiliaryTables[i] + " holds, in a sentence.",
			Variables: newest.Sizes[i].Variables, Observations: newest.Sizes[i].Observations, Total: strconv.Itoa(total),
		})
	}
	return metrics
}

func seedHistory(t testing.TB) History {
	sizes := func(variables, observations string) []Size {
		columns, rows := strings.Fields(variables), strings.Fields(observations)
		all := make([]Size, len(columns))
		for i := range all {
			all[i] = Size{auxiliaryTables[i], columns[i], rows[i]}
		}
		return all
	}
	return History{
		MainTable: "demographics_and_referral",
		Tables:    auxiliaryTables,
		Versions: []Version{
			{"2", "13 Apr 2023", doi(t, "10.71760/ukllc-dataset-00360-02"),
				sizes("47 12 17 192 21 18 17 13 14", "508000 45700 1267000 58680 115000 18000 79700 1190 1880"), Size{"", "351", "2095150"}},
			{"3", "26 Apr 2024", doi(t, "10.71760/ukllc-dataset-00360-03"),
				sizes("52 13 18 226 23 19 18 14 15", "1016000 91300 2531000 117207 231000 36000 159000 2380 3770"), Size{"", "398", "4187657"}},
		},
		Changes: []Change{{"Version 2 to version 3", "26 Apr 2024", []string{
			"demographics_and_referral: 34 columns added, none dropped.",
			"care_cluster: extract periods that end in 2023 and 2024 added.",
		}}},
	}
}

func doi(t testing.TB, text string) cite.DOI {
	parsed, err := cite.ParseDOI(text)
	require.NoError(t, err)
	return parsed
}
