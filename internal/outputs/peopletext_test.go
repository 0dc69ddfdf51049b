package outputs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs"
)

// TestNumbersOfPeopleInSentences gives the checker one sentence each. Under rules
// that mask 1 to 9, a low number that can be of nobody but people fails, one that
// may be is for a person to decide, and all others are passed over.
func TestNumbersOfPeopleInSentences(t *testing.T) {
	for severity, sentences := range map[outputs.Severity][]string{
		outputs.Failed: {
			"There were 7 participants in this group.",
			"We excluded seven participants.",
			"Three of the 12 patients relapsed.",
			"Three out of the 12 patients relapsed.",
			"Four of 12 women withdrew.",
			"7 (5.2%) participants had no record.",
			"7 (5.2%) of the 134 participants had no record.",
			"Recovery was seen in 3/12 patients.",
			"The sample was women (n=7) and men (n = 140).",
			"Results for BCS70 (N = 7).",
			"n=7",
			"N: 7",
			"participants: 7",
			"participants = 7",
			"number of participants was 7",
			"The number of patients in the pilot was 7.",
			"Number of people: 7",
			"Women (7) and men (140).",
			"2 participants died before the first contact.",
			"Five deaths were recorded.",
			"There were 4 cases of suicide.",
			"One participant withdrew consent.",
			"Two eligible female participants were lost.",
			"The 7 eligible adult participants were followed up.",
			"We saw 7 older women.",
			"Only 9 people had a record.",
			"Data of 8 individuals were missing.",
			"n_participants: 7",
			"Six respondents, aged 40 to 50 years, said no.",
			"The clinic treated 5 children aged 7 years.",
			"Es waren 7 Teilnehmer.",
			"7 personas no respondieron.",
			"Roedd 7 cyfranogwyr yn y grŵp.",
			"Of the 140 participants, 7 patients had two referrals.",
			"7\u00a0participants were excluded.",
			"７ participants were excluded.",
			"There were 7 par\u200bticipants in the group.",
			"Masked counts are below 10. There were 7 participants in BCS70.",
		},
		outputs.ForReview: {
			"There were 7 referrals in March.",
			"There were 7 events in follow-up.",
			"In 3 cases the model did not converge.",
			"A mean of 5 people were seen.",
			"head(counts, n=5)",
			"Counts of 7 people are masked as small numbers.",
			"Bootstrapped intervals, n=9.",
		},
		"": {
			"There were 70 participants in this group.",
			"There were 1,007 participants.",
			"There were 1 007 participants.",
			"Participants were 7 years old.",
			"Children aged 7 and women aged 9.",
			"Patients were followed for 7 days.",
			"Patients waited 6 weeks for 2 sessions.",
			"7 days after referral, patients were contacted.",
			"See Figure 7: participants by study.",
			"Figure 7 participants by study",
			"Table 3 patients by year",
			"Wave 7 participants were older.",
			"Sweep 3 respondents were older.",
			"Type 2 patients had longer waits.",
			"Year 7 pupils were sampled from 120 schools.",
			"The odds ratio for women was 0.7 (95% CI 0.3 to 0.9), p=0.07.",
			"The mean PHQ-9 score of patients was 7.2.",
			"PHQ-9 of patients, GAD-7 of patients.",
			"n=10 bootstrap replicates were drawn.",
			"n = 5 imputations were made.",
			"Hospitals (n=7) took part.",
			"We took n=7 practices and 70,000 patients.",
			"7 studies of participants were pooled.",
			"5 of the largest studies of people were pooled.",
			"In 3 tables participants are counted by year.",
			"Version 3 participants file, release 2.",
			"Fewer than 7 participants had a record.",
			"At least 9 people are needed.",
			"Counts of 1 to 9 people are masked.",
			"Counts of 1-9 people are masked.",
			"Up to 5 controls were matched to each case.",
			"We matched 5 controls per case.",
			"1 in 4 people has a mental health problem each year.",
			"One in four adults has a mental health problem.",
			"One person in two studies is two participants.",
			"Masked cells are left out of totals, and one person in two studies is two participants.",
			"Each output is read by two people.",
			"A row is one person.",
			"7% of participants were women.",
			"7.5 patients per practice.",
			"7 million people live there.",
			"Two thirds of participants were women.",
			"Two groups of patients were compared.",
			"Seven years later the participants were asked again.",
			"On 7 March 2024 participants were invited.",
			"Participants: 7 studies, 3 waves.",
			"Groups with fewer than 10 people are masked.",
			"Numbers are rounded to the nearest 5 people.",
			"<10 stands for 1 to 9 participants.",
			"A threshold of 8 patients was used.",
			"min_participants: 5",
			"max participants = 9",
			"Aged 7 to 9, women only.",
			"Step 3. Patients are linked.",
			"3. Participants are counted once.",
			"Rate of 3.2 deaths per 1,000 people.",
			"3 deaths per 1,000 people.",
			"SPSS 29, R 4 and Stata 18 were used by the patients' group.",
			"COVID-19 patients were excluded.",
			"ICD-10 chapter 5 patients",
			"A p value of 0.05 people may quote.",
			"Cluster 4 patients had the longest waits.",
			"The 5 year survival of patients was 80%.",
			"The 5-year survival of patients was 80%.",
			"2 x 2 participants by outcome",
		},
	} {
		for _, sentence := range sentences {
			t.Run(sentence, func(t *testing.T) {
				report := check(t, "ukllc-metrics", map[string]string{"note.txt": sentence + "\n"})
				found := outputs.Severity("")
				if low := ofCheck(report, "LOW001"); len(low) > 0 {
					found = low[0].Severity
				}
				assert.Equal(t, severity, found, "%+v", report.Findings)
			})
		}
	}
}

// TestTheNumberStandsInTheProofAlone keeps what a sentence says out of the message.
func TestTheNumberStandsInTheProofAlone(t *testing.T) {
	report := check(t, "ukllc-metrics", map[string]string{"note.txt": "We excluded seven participants.\n"})
	low := ofCheck(report, "LOW001")
	assert.Len(t, low, 1)
	assert.Equal(t, "the text says 7", low[0].Certificate)
	assert.NotContains(t, low[0].Message, "7")
	assert.True(t, report.Disclosive)
}
