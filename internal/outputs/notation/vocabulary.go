// Package notation knows how people write numbers, hidden numbers and the names
// of columns: thousands separators, full-width digits, footnote marks, "<10",
// "suppressed", and the words that say whether a column counts people.
//
// It promises to read a cell as a reader would see it, and to say when
// something in it cannot be seen. It is pure and never fails.
package notation

import (
	"slices"
	"strings"
)

// WordSet makes a set of the words of a list.
func WordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// Words that say what a column holds.
var (
	CountWords = WordSet("n count counts freq frequency participants participant people persons person patients patient individuals " +
		"women men males females male female children adults cases controls events referrals records rows observations " +
		"total totals all overall enrolled permitted linked present consented eligible invited respondents population denominator numerator " +
		"discharges attendances admissions deaths births pathways users registered screened " +
		"teilnehmer patienten personen anzahl personnes effectif pacientes personas participantes cyfranogwyr cleifion pobl deelnemers aantal")
	// KeyNames make a column of numbers a column of labels when they are its whole name.
	KeyNames = WordSet("year years month months quarter week weeks day days date age ages ageband decile quintile quartile code codes id rank " +
		"index order position level grade stage wave sweep version freeze cluster icd icd10 snomed opcs lsoa msoa postcode chapter " +
		"jahr année año jaar blwyddyn period band category group study cohort table dataset column variable variables name label doi url run schema format # no")
	// KeyWords do so anywhere in the name of one of the first columns.
	KeyWords     = WordSet("year date month quarter age id code codes rank index decile quintile version freeze doi")
	PercentWords = WordSet("% pct percent percentage percentages perc proportion prop share pc")
	// StatisticNames make a column one of statistics when they are its whole name.
	StatisticNames = WordSet("or hr rr irr smr p z t se var lower upper min max mode df dof score scores rate rates weight estimate beta r2 auc")
	// StatisticWords do so as the first or the last word.
	StatisticWords = WordSet("mean avg average median change difference delta sd std stdev stddev variance sem ci lcl ucl minimum maximum " +
		"iqr q1 q3 p25 p50 p75 p5 p95 percentile ratio rate odds coefficient coef pvalue score chi2 statistic weighted lower upper min max")
	ThingWords = WordSet("practices practice providers provider organisations organisation sites hospitals tables variables columns files " +
		"datasets studies cohorts categories levels minutes hours weeks days months years seconds gb mb kb bytes threshold base decimals seed length width digits characters")
	DenominatorWords = WordSet("total denominator population base all overall eligible of")
)

// QuantityWords turn a key word beside them into a count: "patients by age" is
// a count, "age" is not.
var QuantityWords = WordSet("n count counts freq frequency number participants people persons patients individuals")

// AnyWord reports whether one of the words is in the set.
func AnyWord(names []string, set map[string]bool) bool {
	return slices.ContainsFunc(names, func(name string) bool { return set[name] })
}

// IsSetting reports a name whose number is no count of people.
func IsSetting(name string) bool {
	named := Words(name)
	return AnyWord(named, KeyWords) || AnyWord(named, ThingWords) || KeyNames[strings.Join(named, " ")]
}
