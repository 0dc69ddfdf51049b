package outputs

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// role is what a column means.
type role uint8

const (
	roleKey       role = iota // labels of rows
	roleCount                 // counts of people, or of records about them
	rolePercent               // percentages of counts
	roleStatistic             // means, medians, rates and the like
	roleOther                 // numbers that count no people: codes, days, practices
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// Words that say what a column holds.
var (
	countWords = wordSet("n count counts freq frequency participants participant people persons person patients patient individuals " +
		"women men males females male female children adults cases controls events referrals records rows observations " +
		"total totals all overall enrolled permitted linked present consented eligible invited respondents population denominator numerator " +
		"discharges attendances admissions deaths births pathways users registered screened")
	// keyNames make a column of numbers a column of labels when they are its whole name.
	keyNames = wordSet("year years month months quarter week weeks day days date age ages ageband decile quintile quartile code codes id rank " +
		"index order position level grade stage wave sweep version freeze cluster icd icd10 snomed opcs lsoa msoa postcode chapter " +
		"period band category group study cohort table dataset column variable variables name label doi url run schema format # no")
	// keyWords do so anywhere in the name of one of the first columns.
	keyWords     = wordSet("year date month quarter age id code codes rank index decile quintile version freeze doi")
	percentWords = wordSet("% pct percent percentage percentages perc proportion prop share pc")
	// statisticNames make a column one of statistics when they are its whole name.
	statisticNames = wordSet("or hr rr irr smr p z t se var lower upper min max mode df dof score scores rate rates weight estimate beta r2 auc")
	// statisticWords do so as the first or the last word.
	statisticWords = wordSet("mean avg average median sd std stdev stddev variance sem ci lcl ucl minimum maximum " +
		"iqr q1 q3 p25 p50 p75 p5 p95 percentile ratio rate odds coefficient coef pvalue score chi2 statistic weighted lower upper min max")
	thingWords = wordSet("practices practice providers provider organisations organisation sites hospitals tables variables columns files " +
		"datasets studies cohorts categories levels minutes hours weeks days months years seconds gb mb kb bytes threshold base decimals seed")
	denominatorWords = wordSet("total denominator population base all overall eligible of")
)

// quantityWords turn a key word beside them into a count: "patients by age" is
// a count, "age" is not.
var quantityWords = wordSet("n count counts freq frequency number participants people persons patients individuals")

func anyWord(names []string, set map[string]bool) bool {
	return slices.ContainsFunc(names, func(name string) bool { return set[name] })
}

// columnFacts are what the cells of a column look like.
type columnFacts struct {
	numbers, marks, blanks, texts int
	fractions, percents           int
	years, rising                 bool
	over100                       bool
}

func factsOf(values []value) columnFacts {
	facts := columnFacts{years: true, rising: true}
	previous := int64(math.MinInt64)
	for _, v := range values {
		switch v.kind {
		case blank:
			facts.blanks++
		case text:
			facts.texts++
		case mark:
			facts.marks++
		case number:
			facts.numbers++
			n, whole := v.whole()
			if v.percent {
				facts.percents++
			} else if !whole {
				facts.fractions++
			}
			facts.over100 = facts.over100 || v.float() > 100.5
			facts.years = facts.years && n >= 1900 && n <= 2100
			facts.rising = facts.rising && n > previous
			previous = n
		}
	}
	return facts
}

// columnPlace is where a column stands.
type columnPlace struct {
	first   bool // of several
	leading bool // of several, after labels only
}

// roleOf guesses what a column means from its name, its cells and
// where it stands. In doubt a column of whole numbers holds
// counts: a false alarm costs less than a missed one.
func roleOf(name string, place columnPlace, facts columnFacts) role {
	named := words(name)
	whole := strings.Join(named, " ")
	quantity := anyWord(named, quantityWords)
	isCount := anyWord(named, countWords) && !isStatisticName(named) && !anyWord(named, percentWords)
	switch {
	case facts.numbers == 0 && facts.texts >= facts.marks && !(isCount && facts.marks > 0):
		return roleKey
	case facts.texts > facts.numbers+facts.marks:
		return roleKey
	case facts.percents*2 > facts.numbers, anyWord(named, percentWords) && !facts.over100:
		return rolePercent
	case facts.numbers == 0 && place.first && !isCount:
		return roleKey
	case (statisticNames[whole] || isStatisticName(named)) && !(quantity && facts.fractions == 0):
		return roleStatistic
	case facts.fractions > 0:
		return roleStatistic
	case isCount, quantity, facts.marks > 0 && !place.first:
		return roleCount
	case keyNames[whole], place.leading && anyWord(named, keyWords):
		return roleKey
	case anyWord(named, thingWords):
		return roleOther
	case place.first && (facts.texts > 0 || facts.years || facts.rising && facts.numbers > 1):
		return roleKey
	}
	return roleCount
}

func isStatisticName(named []string) bool {
	return len(named) > 0 && (statisticWords[named[0]] || statisticWords[named[len(named)-1]])
}

var (
	totalPattern = regexp.MustCompile(`^(?:(?:grand|sub|overall|column|row)[- ]?)?totals?(?: ?\(.*\)| ?\[.*\]|:| (?:n|participants|people|persons|patients|population|count|number))?$`)
	allPattern   = regexp.MustCompile(`^(?:all|overall|sum|everyone|any|margin)(?: (?:people|participants|participant|patients|persons|individuals|studies|study|cohorts|ages|sexes|groups|regions|tables|years|categories|total|population))?(?: ?\(.*\))?$`)
	columnTotal  = regexp.MustCompile(`^(?:n[_ ]total|total[_ ]n|total[_ ]count|all[_ ]n|n[_ ]all|n[_ ]overall|overall[_ ]n)$`)

	statisticLabel = regexp.MustCompile(`^(?:mean|median|average|sd|std|se|iqr|min|max|minimum|maximum|percent|percentage|%|proportion|p[- ]?value|ratio|rate|range)\b.*$|[,(] ?(?:mean|median|sd|iqr|%)\b|.*%$`)
)

// isTotal reports whether a row or column label names a total.
func isTotal(label string) bool {
	if label == "" || len(label) > 80 {
		return false
	}
	lower := strings.ToLower(label)
	switch lower[0] {
	case 't', 'g', 's', 'o', 'c', 'r', 'a', 'e', 'm', 'n':
		return totalPattern.MatchString(lower) || allPattern.MatchString(lower) || columnTotal.MatchString(lower)
	}
	return false
}

// isStatistic reports whether a row's label says that its numbers are no counts.
func isStatistic(label string) bool {
	return label != "" && len(label) <= 80 && statisticLabel.MatchString(strings.ToLower(strings.ReplaceAll(label, "_", " ")))
}
