package outputs

// Explanation tells a check at length.
type Explanation struct {
	CheckInfo
	Why       string // why it matters
	Example   string // a file, or a part of one, as it stands
	Proof     string // what a reader works out of it, in words or as a sum
	Reference string // who asks for it, or where it is described
}

// Explain returns all that there is to say of a check, by its id.
func Explain(id string) (Explanation, bool) {
	for _, info := range checks {
		if info.ID == id {
			e, known := explanations[id]
			if !known {
				e = fileExplanations[id]
			}
			e.CheckInfo = info
			return e, true
		}
	}
	return Explanation{}, false
}

// Where rules and attacks are described.
const (
	ukllcGuide     = "UK LLC Guidebook, user guide on disclosure control"
	ukllcPage      = "UK LLC Guidebook, dataset page of 23 Oct 2025, note under Table 2"
	nhsNotes       = "NHS England, Psychological therapies interactive report, notes (12 May 2022)"
	openSAFELY     = "OpenSAFELY documentation, outputs/sdc.md"
	essHandbook    = "ESS Handbook on Statistical Disclosure Control, 2nd edition, chapter 4"
	sdcHandbook    = "Griffiths et al., Handbook on Statistical Disclosure Control for Outputs"
	onsGuidance    = "ONS Secure Research Service, guidance on statistical disclosure control of outputs"
	acroDefaults   = "ACRO, acro/default.yaml"
	sacroGuide     = "SACRO guide to statbarns (Zenodo 10054629)"
	openSAFELYGate = "OpenSAFELY job-runner, level 4 file checks"
	owaspInjection = "OWASP ASVS 1.2.10; CWE-1236"
	ownRule        = "This toolkit: what was not read must not pass in silence"
)

var explanations = map[string]Explanation{
	"AUD001": {
		Why:       "A mask hides a number only as long as no sum of other numbers gives it back. A reader needs no tools for it, only patience.",
		Example:   "region  X1  X2  Total\nA       *   7   15\nB       20  *   32\nTotal   28  19  47",
		Proof:     "15 - 7 = 8: the star in row A is 8",
		Reference: essHandbook + " (secondary suppression)",
	},
	"AUD002": {
		Why:       "A reader who knows that a masked number is 8 or 9 knows nearly as much as one who knows the number.",
		Example:   "group  n\nA      <10\nB      <10\nC      40\nTotal  56",
		Proof:     "56 - 40 = 16, so A and B are 7 to 9 each",
		Reference: essHandbook + " (feasibility intervals)",
	},
	"AUD003": {
		Why:       "When no numbers fit the totals and the marks, one of them is wrong: the table was edited by hand, or the mark means something else.",
		Example:   "group  n\nA      <10\nB      40\nTotal  60",
		Proof:     "60 - 40 = 20, and <10 is at most 9",
		Reference: essHandbook,
	},
	"AUD004": {
		Why:       "Some tables need more work to be settled than a check may take. Not settled is not safe.",
		Example:   "a table of thousands of masked cells that share many totals",
		Proof:     "none: the interval that is told is never too narrow, and may be too wide",
		Reference: ownRule,
	},
	"CLS001": {
		Why:       "That all of a group, or none of it, fall into one class tells something of each member, however large the group is.",
		Example:   "region  n    smokers %\nNorth   120  100\nSouth   140  31",
		Proof:     "whoever is known to be in the group of North smokes",
		Reference: openSAFELY + "; " + sacroGuide + " (class disclosure)",
	},
	"CTX001": {
		Why:       "A checker who does not know whom a table counts cannot say whether two tables are of the same people. Too little information is among the commonest reasons for refusal.",
		Example:   "year,n\n2020,120\n2021,140",
		Proof:     "none",
		Reference: ukllcGuide + "; OpenSAFELY documentation, outputs/output-checking.md",
	},
	"CTX002": {
		Why:       "An abbreviation that only its author understands stops a review until somebody has asked.",
		Example:   "phq9_b  n\n0       120",
		Proof:     "none",
		Reference: ukllcGuide,
	},
	"CTX003": {
		Why:       "Thresholds are of people. Fifty records can be of three people.",
		Example:   "contacts  50",
		Proof:     "none",
		Reference: ukllcGuide,
	},
	"DIF001": {
		Why:       "Whoever kept the earlier release subtracts it, and knows how many came or went.",
		Example:   "released in spring:  287\nnow:                 286",
		Proof:     "287 - 286 = 1 person left",
		Reference: "Pages of UK LLC's Guidebook of 5 Sep and 6 Dec 2024: one person left a study",
	},
	"DIF002": {
		Why:       "A number that is masked now and was shown before is not hidden; a change of one in other tables says what it is now.",
		Example:   "released in spring:  10\nnow:                 <10",
		Proof:     "where all else fell by 1, it is 9",
		Reference: "Pages of UK LLC's Guidebook of 5 Sep and 6 Dec 2024: 10, then <10",
	},
	"DIF003": {
		Why:       "Whoever knows that one group lies within another subtracts the two, and has the number of those who are in the one alone.",
		Example:   "study   main table  care_activities\nNSHD46  66          58",
		Proof:     "66 - 58 = 8 people have no care activity",
		Reference: sacroGuide + " (differencing)",
	},
	"DIF004": {
		Why:       "The same table of nearly the same people gives away those by whom the two differ.",
		Example:   "all.csv:     a,b,11\nsubset.csv:  a,b,10",
		Proof:     "11 - 10 = 1 person",
		Reference: "AI-SDC/ACRO, issues 106 and 117",
	},
	"DOM001": {
		Why:       "Where a few contributors make up nearly all of a value, the value is nearly theirs. It is looked for only where a declaration names a supporting file with the contributors: a finished table does not show them.",
		Example:   "110,000 in all, of which 52,000 and 50,000 are those of two",
		Proof:     "102,000 of 110,000 is 92.7%, more than 90%",
		Reference: essHandbook + "; " + acroDefaults + "; " + onsGuidance,
	},
	"DOM002": {
		Why:       "The second largest contributor takes its own value from the total and has an estimate of the largest. The others must be enough to blur it. It is looked for only where a declaration names a supporting file with the contributors.",
		Example:   "110,000 in all, of which 52,000 and 55,000 are those of two",
		Proof:     "all others are 3,000, and 10% of 55,000 is 5,500",
		Reference: essHandbook + " (p% rule); " + acroDefaults,
	},
	"LNK001": {
		Why:       "Files are read side by side. What one hides, another may show, or its parts may, or its margins.",
		Example:   "by group:   A01X     9\nby code:    A01XYZA  6\n            A01XYZB  <5",
		Proof:     "9 - 6 = 3",
		Reference: "UMC-Utrecht-RWE/ConcePTION-Level3, issue 17; sdcTools/sdcTable, issue 136 (linked tables)",
	},
	"LOW001": {
		Why:       "A few people with something in common can be recognised, by themselves or by those who know them.",
		Example:   "study   participants\nALSPAC  7",
		Proof:     "the cell shows it",
		Reference: ukllcGuide + "; " + nhsNotes + "; " + openSAFELY,
	},
	"LOW002": {
		Why:       "That nobody in a group has a trait tells something of everybody in it. Owners judge zeros differently: the rules say how.",
		Example:   "study  positive tests\nA      0",
		Proof:     "the cell shows it",
		Reference: ukllcGuide + ": counts below 10, including zero; " + openSAFELY,
	},
	"LOW003": {
		Why:       "The mean of one person is that person's value. Statistics of too few people are masked with their count.",
		Example:   "group  n    mean age\nA      <10  41.3",
		Proof:     "the statistic is of the people whose number is hidden",
		Reference: ukllcGuide + "; " + sdcHandbook,
	},
	"MEA001": {
		Why:       "A year is the sum of its quarters, a country of its regions, all of women and men. Where counts are exact, a masked one is what the shown ones leave of the sum. The sums of measures are not worked out, so a person must look.",
		Example:   "2022-23            Count_EndedReferrals  124\nApril to June      Count_EndedReferrals  30\nJuly to September  Count_EndedReferrals  41\nOctober to December  Count_EndedReferrals  48\nJanuary to March   Count_EndedReferrals  <10",
		Proof:     "124 - 30 - 41 - 48 = 5",
		Reference: sacroGuide + " (differencing)",
	},
	"MSK001": {
		Why:       "A mark that is not in the rules can be taken for something else, and says more or less than the owner allows.",
		Example:   "study,n\nA,<5\nB,40",
		Proof:     "none",
		Reference: ukllcGuide,
	},
	"MSK002": {
		Why:       "A reader must be told what is hidden and why; a checker must not have to guess.",
		Example:   "study,n\nA,*\nB,40",
		Proof:     "none",
		Reference: ukllcGuide,
	},
	"MSK003": {
		Why:       "A blank, an NA or a zero in place of a hidden number is read as a value, in sums and by people.",
		Example:   "study,n\nA,NA\nB,40",
		Proof:     "none",
		Reference: ukllcGuide + ": never 0, NA, NULL or blank",
	},
	"MSK004": {
		Why:       "A second mark, used only where a number was hidden to protect another, says that the number is not low. That narrows the low ones.",
		Example:   "cat    n\na      <10\nb      *\nc      40\nTotal  52",
		Proof:     "52 - 40 = 12; if b is 10 or more, a is 2 or less",
		Reference: "This toolkit: a mark is a bound, and bounds leak",
	},
	"PCT001": {
		Why:       "A percentage of a masked count is the count, as soon as what it is of is known.",
		Example:   "group  n    total  %\nA      <10  50     12.0",
		Proof:     "12.0% of 50 = 6",
		Reference: ukllcGuide + "; " + nhsNotes,
	},
	"PCT002": {
		Why:       "Two numbers that are each harmless give a third that is not.",
		Example:   "group  patients  % readmitted\nA      50        12.0",
		Proof:     "12.0% of 50 = 6",
		Reference: openSAFELY + ": rates are redacted with their numerator",
	},
	"PCT003": {
		Why:       "Whoever sees a part and its whole sees the rest.",
		Example:   "group  cases  total\nA      44     50",
		Proof:     "50 - 44 = 6 are no cases",
		Reference: openSAFELY + "; ADRF export guide: numerators and denominators",
	},
	"PCT004": {
		Why:       "A percentage that its counts do not give is of other people or of unrounded counts, and then tells of them.",
		Example:   "group  n   total  %\nA      10  50     22.0",
		Proof:     "10 of 50 is 20.0%; 22.0% of 50 is 11",
		Reference: "This toolkit: guidance itself holds such errors",
	},
	"RND001": {
		Why:       "One exact count among rounded ones undoes the rounding of its neighbours.",
		Example:   "org,n\nA,10\nB,12",
		Proof:     "none",
		Reference: nhsNotes + "; " + openSAFELY,
	},
	"RND002": {
		Why:       "The same people counted with two roundings are known better than with either.",
		Example:   "n (to 5)  n_midpoint6\n10        9",
		Proof:     "8 to 12 and 7 to 12 leave 8 to 12; other pairs leave one number",
		Reference: openSAFELY,
	},
	"RND003": {
		Why:       "A reader who does not know that 3 stands for 1 to 6 takes it for a count.",
		Example:   "group,n\nA,9\nB,15\nC,21",
		Proof:     "none",
		Reference: openSAFELY + ": columns end in _midpoint6",
	},
	"STA001": {
		Why:       "The youngest and the oldest are single people, and the largest value of something rare is somebody's.",
		Example:   "group  n    youngest  oldest\nA      120  18        104",
		Proof:     "one person of 104",
		Reference: openSAFELY + "; " + sdcHandbook,
	},
	"STA002": {
		Why:       "A model with nearly as many parameters as people prints its data, and one that fits perfectly does too.",
		Example:   "Df Residuals:  4",
		Proof:     "four more people than parameters",
		Reference: sdcHandbook + "; " + acroDefaults,
	},
	"STA003": {
		Why:       "A mean and a median of three people leave few values that they can be of; a deviation of 0 leaves one.",
		Example:   "code  users  median  mean\nA     <5     1       1.33",
		Proof:     "1.33 is 4/3: three users",
		Reference: "UMC-Utrecht-RWE/ConcePTION-Level3, issue 17; " + sdcHandbook,
	},
	"TOT001": {
		Why:       "A total that counts masked cells gives them away by subtraction. It is the commonest fault of masked tables.",
		Example:   "cohort   participants\nALSPAC   <10\nBCS70    15\nFENLAND  11\nGLAD     794\nTotal    827",
		Proof:     "827 - 15 - 11 - 794 = 7",
		Reference: ukllcPage + "; 75 of 75 published grids leave masked cells out",
	},
	"TOT002": {
		Why:       "A total that its parts do not give counts somebody who is not shown, or nobody who is.",
		Example:   "group  n\nA      40\nB      37\nTotal  80",
		Proof:     "80 - 40 - 37 = 3 people in no group",
		Reference: ukllcPage,
	},
	"TOT003": {
		Why:       "A rounded total of exact counts narrows the rounded cells and the blank ones.",
		Example:   "org    referrals\nA      10\nB      10\nC\nTotal  25",
		Proof:     "the rounded cells add up to 20",
		Reference: nhsNotes + ": totals add rounded figures",
	},
}
