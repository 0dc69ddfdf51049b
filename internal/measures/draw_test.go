package measures

import (
	"fmt"

	"pgregory.net/rapid"
)

// drawPeriods draws months, quarters or a window around the days of the data.
func drawPeriods(t *rapid.T) []Period {
	switch rapid.IntRange(0, 2).Draw(t, "kind of period") {
	case 0:
		return months(t, "2023-04-01:2023-08-31")
	case 1:
		list, _ := PeriodsWithin(Quarter, window(t, "2023-01-01:2023-12-31"))
		return list
	}
	return []Period{window(t, "2023-04-10:2023-07-03")}
}

// day draws a day or none; days are near one another, so that all orders occur.
func day(t *rapid.T, what string) int {
	if rapid.IntRange(0, 4).Draw(t, "has "+what) == 0 {
		return none
	}
	return rapid.IntRange(-40, 200).Draw(t, what)
}

func small(t *rapid.T, what string, most int) int {
	if rapid.IntRange(0, 5).Draw(t, "has "+what) == 0 {
		return none
	}
	return rapid.IntRange(0, most).Draw(t, what)
}

func oneOf(t *rapid.T, what string, values ...string) string {
	return rapid.SampledFrom(values).Draw(t, what)
}

// drawData draws pathways with every kind of fault, told by several extracts.
func drawData(t *rapid.T) data {
	var d data
	people := rapid.IntRange(1, 8).Draw(t, "people")
	for i := range rapid.IntRange(0, 14).Draw(t, "pathways") {
		name := fmt.Sprintf("path%d", i)
		person := fmt.Sprintf("person%d", rapid.IntRange(1, people).Draw(t, "person"))
		if rapid.IntRange(0, 11).Draw(t, "nobody known") == 0 {
			person = ""
		}
		for extract := range rapid.IntRange(1, 2).Draw(t, "extracts") {
			d.rows = append(d.rows, drawRow(t, name, person, 300+extract))
		}
		d.drawContacts(t, name)
		for c := range rapid.IntRange(0, 2).Draw(t, "complaints") {
			d.conditions = append(d.conditions, conditionRow{
				pathway: name, extractEnd: rapid.IntRange(300, 301).Draw(t, "extract"), on: c,
				validated:    oneOf(t, "complaint", "F400", "F40.1", "F410", "F420", "F431", "F452", "F32", "70691001", ""),
				icd10:        oneOf(t, "icd10", "F400", "F32", ""),
				significance: oneOf(t, "significance", "1", "2"),
			})
		}
	}
	for i := range people {
		for _, study := range []string{"ALSPAC", "BIB"} {
			if rapid.Bool().Draw(t, "in "+study) {
				d.members = append(d.members, memberRow{study, fmt.Sprintf("person%d", i+1)})
			}
		}
	}
	return d
}

func (d *data) drawContacts(t *rapid.T, pathway string) {
	for c := range rapid.IntRange(0, 3).Draw(t, "contacts") {
		for extract := range rapid.IntRange(1, 2).Draw(t, "extracts of a contact") {
			d.contacts = append(d.contacts, contactRow{
				pathway: pathway, contact: fmt.Sprintf("c%d", c), extractEnd: 300 + extract, on: day(t, "contact"),
				attendance:    oneOf(t, "attendance", "5", "05", " 3", "6", "2", "4", "7", "", "9"),
				consMechanism: oneOf(t, "mechanism", "01", "02", "11", "09", ""),
				medium:        oneOf(t, "medium", "01", "03", "06", "08", ""),
			})
		}
	}
}

func drawRow(t *rapid.T, pathway, person string, extractEnd int) hubRow {
	bit := func(what string) bool { return rapid.Bool().Draw(t, what) }
	r := hubRow{
		pathway: pathway, person: person, extractEnd: extractEnd, unused: rapid.IntRange(0, 9).Draw(t, "unused") == 0,
		region: oneOf(t, "region", "Y56", "Y58", ""), icb: oneOf(t, "icb", "QA", "QB", ""), subICB: oneOf(t, "sub-ICB", "S1", "S2", ""), provider: oneOf(t, "provider", "R1", "R2", "R3", ""),
		age: small(t, "age", 90), decile: rapid.SampledFrom([]int{1, 5, 10, 11, none}).Draw(t, "decile"),
		gender: oneOf(t, "gender", "1", "2", "9", "X", ""), ethnicity: oneOf(t, "ethnicity", "A", "B", "C", "G", "L", "M", "N", "S", "Z", "99", ""),
		source: oneOf(t, "source", "B1", "A1", "C1", "C2", "N4", ""), oldSource: oneOf(t, "old source", "A3", "B2", "Q1", "P1", ""),
		higher: oneOf(t, "problem", "Depression", "Anxiety and stress related disorders (Total)", "Unspecified", ""),
		lower:  oneOf(t, "kind of anxiety", "F400 - Agoraphobia", ""), therapy: oneOf(t, "therapy", "304891004", "228557008", "449030000", "1", ""),
		endCode:  oneOf(t, "end code", "10", "16", "46", "47", "50", "42", "zz", ""),
		received: day(t, "received"), assessed: day(t, "assessed"), entered: day(t, "entered"), second: day(t, "second"), last: day(t, "last"),
		discharged: day(t, "discharged"), contacts: small(t, "contacts", 4), treatments: small(t, "treatments", rapid.SampledFrom([]int{4, 30}).Draw(t, "most treatments")), completed: bit("completed"),
		caseness: bit("caseness"), notCaseness: bit("not caseness"), recovery: bit("recovery"),
		improvement: bit("improvement"), noChange: bit("no change"), deterioration: bit("deterioration"),
		phqFirst: small(t, "first PHQ-9", 29), phqLast: small(t, "last PHQ-9", 29), gadFirst: small(t, "first GAD-7", 23), gadLast: small(t, "last GAD-7", 23),
		adsm:      oneOf(t, "measure", "GAD7", "AgoraAlone", "SocialPhobia", "PTSD", "IBS", "other", ""),
		adsmFirst: none, adsmLast: none,
	}
	if bit("first specific") {
		r.adsmFirst = float64(rapid.IntRange(0, 90).Draw(t, "first specific score"))
	}
	if bit("last specific") {
		r.adsmLast = float64(rapid.IntRange(0, 90).Draw(t, "last specific score"))
	}
	return r
}
