package outputs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

func statistics(found outputs.Report) []outputs.Finding {
	var list []outputs.Finding
	for _, f := range found.Findings {
		if f.Check == "STA003" {
			list = append(list, f)
		}
	}
	return list
}

// A mean of whole numbers leaves few numbers of people, and a total leaves few of
// those: 2.33 is that of 3, 6 or 9 people, and the total leaves 5 at most.
func TestMeansOfWholeNumbersAndTotals(t *testing.T) {
	one := check(t, "ukllc-researcher", map[string]string{"t.csv": "group,n,mean score\nA,<10,2.33\nB,<10,4.1\nC,40,2.5\nTotal,45,2.4\n"})
	require.Len(t, statistics(one), 1, "%+v", one.Findings)
	assert.Equal(t, outputs.Failed, statistics(one)[0].Severity)
	assert.Contains(t, statistics(one)[0].Certificate, "2.33 is a mean of whole numbers of 3 people alone, of the ")
	alone := check(t, "ukllc-researcher", map[string]string{"t.csv": "group,n,mean score\nA,<10,2.33\nB,<10,4.1\nC,40,2.5\n"})
	assert.Empty(t, statistics(alone), "3, 6 or 9 people")
}

// Larger groups are worked out only where the means beside theirs show that the
// variable is of whole numbers.
func TestMeansOfWholeNumbersOfMany(t *testing.T) {
	rest := "C,13,2.38\nD,17,3.06\nE,19,3.11\nF,23,2.26\n"
	whole := check(t, "ukllc-researcher", map[string]string{"t.csv": "group,n,mean score\nA,*,3.07\nB,<10,3.5\n" + rest + "Total,91,2.8\n"})
	assert.Empty(t, statistics(whole), "14 and 15 people both have such a mean")
	told := check(t, "ukllc-researcher", map[string]string{"t.csv": "group,n,mean score\nA,*,3.07\nB,<10,3.5\n" + rest + "Total,96,2.8\n"})
	require.Len(t, statistics(told), 1, "%+v", told.Findings)
	assert.Contains(t, statistics(told)[0].Certificate, "3.07 is a mean of whole numbers of 15 people alone, of the 15 to 24 that totals leave")
	fractions := check(t, "ukllc-researcher", map[string]string{"t.csv": "group,n,mean score\nA,*,3.07\nB,<10,3.5\nC,13,2.41\nD,17,3.06\nE,19,3.11\nF,23,2.26\nTotal,96,2.8\n"})
	assert.Empty(t, statistics(fractions), "2.41 is no mean of 13 whole numbers")
}
