package outputs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs"
)

// measuresFile is a file of published measures: a line each of PERIOD, LEVEL and
// VARIABLE.
func measuresFile(lines ...string) string {
	text := "REPORTING_PERIOD_START,REPORTING_PERIOD_END,GROUP_TYPE,ORG_CODE1,VARIABLE_TYPE,VARIABLE_A,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE_SUPPRESSED\n"
	for _, line := range lines {
		fields := strings.Fields(line)
		period := map[string]string{"year": "01/04/2022,31/03/2023", "q1": "01/04/2022,30/06/2022", "q2": "01/07/2022,30/09/2022"}[fields[0]]
		text += period + "," + fields[1] + ",X1," + fields[2] + ",a,M001,Count_ReferralsReceived,140\n" +
			period + "," + fields[1] + ",X1," + fields[2] + ",a,M048,Mean_WaitEnteredTreatment,14.5\n"
	}
	return text
}

// Measures that are the sums of others need a person where counts are exact.
func TestMeasuresThatAddUpNeedAPerson(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		says  string
	}{
		"one design":                 {[]string{measuresFile("q1 Study Total", "q2 Study Total"), measuresFile("q1 Study Total", "q2 Study Total")}, ""},
		"periods after one another":  {[]string{measuresFile("q1 Study Total"), measuresFile("q2 Study Total")}, ""},
		"a year beside its quarters": {[]string{measuresFile("q1 Study Total", "q2 Study Total"), measuresFile("year Study Total")}, "of several periods"},
		"both in one file":           {[]string{measuresFile("q1 Study Total", "year Study Total")}, "stand in one table"},
		"two levels":                 {[]string{measuresFile("year England Total"), measuresFile("year Region Total")}, "of several levels"},
		"all beside a breakdown":     {[]string{measuresFile("year Study Total"), measuresFile("year Study Gender")}, "of several variables"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for i, content := range c.files {
				files[string(rune('a'+i))+".csv"] = content
			}
			told := messages(check(t, "ukllc-metrics", files), "MEA001")
			if c.says == "" {
				assert.Empty(t, told)
			} else {
				assert.Contains(t, told, c.says)
				assert.True(t, strings.HasPrefix(told, "review: "))
			}
			assert.Empty(t, messages(check(t, "nhs-talking-therapies", files), "MEA001"), "rounded figures do not add up")
		})
	}
}

func TestDesignsOfMeasuresAddUp(t *testing.T) {
	months := outputs.MeasuresDesign{Periods: []string{"2022-04-01/2022-04-30", "2022-05-01/2022-05-31"}, Levels: []string{"Study"}, Variables: []string{"Total"}}
	assert.Empty(t, months.AddsUp())
	assert.Empty(t, months.With(months).AddsUp())
	long := outputs.MeasuresDesign{Periods: []string{"2022-01-01/2022-12-31"}, Levels: []string{"Study"}, Variables: []string{"Total"}}
	assert.Equal(t, "periods", months.With(long).AddsUp())
	assert.Equal(t, "periods", long.With(months).AddsUp())
}
