package outputs

import (
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
	keyWords = wordSet("year years month months quarter week weeks day days date age ages ageband decile quintile quartile code codes id rank " +
		"index order position level grade stage wave sweep version freeze cluster icd icd10 snomed opcs lsoa msoa postcode chapter " +
		"period band category group study cohort table dataset column variable variables name label doi url run schema format")
	percentWords   = wordSet("% pct percent percentage percentages perc proportion prop share pc")
	statisticWords = wordSet("mean avg average median mode sd std stdev stddev variance var se sem ci lcl ucl lower upper min max minimum maximum " +
		"iqr q1 q3 p25 p50 p75 p5 p95 percentile ratio rate rates odds or hr rr irr smr coefficient coef beta estimate p pvalue score scores " +
		"z t chi2 statistic weight weighted auc r2 dof df")
	thingWords = wordSet("practices practice providers provider organisations organisation sites site hospitals tables variables columns files " +
		"datasets studies cohorts categories levels minutes hours weeks days months years seconds gb mb kb bytes width height")
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
}

func factsOf(values []value) columnFacts {
	facts := columnFacts{years: true, rising: true}
	previous := int64(-1)
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
			facts.years = facts.years && n >= 1900 && n <= 2100
			facts.rising = facts.rising && n > previous
			previous = n
		}
	}
	return facts
}

// roleOf guesses what a column means from its name and its cells.
func roleOf(name string, position, columns int, facts columnFacts) role {
	named := words(name)
	isCount := anyWord(named, countWords) && !anyWord(named, statisticWords) && !anyWord(named, percentWords)
	quantity := anyWord(named, quantityWords)
	switch {
	case facts.numbers == 0 && facts.texts >= facts.marks && !(isCount && facts.marks > 0):
		return roleKey
	case facts.texts > facts.numbers+facts.marks:
		return roleKey
	case facts.percents*2 > facts.numbers, anyWord(named, percentWords):
		return rolePercent
	case facts.numbers == 0 && position == 0 && !isCount:
		return roleKey
	case anyWord(named, statisticWords) && !(quantity && facts.fractions == 0):
		return roleStatistic
	case anyWord(named, keyWords) && !quantity:
		return roleKey
	case anyWord(named, thingWords) && !isCount:
		return roleOther
	case facts.fractions > 0:
		return roleStatistic
	case isCount:
		return roleCount
	case position == 0 && columns > 1 && (facts.texts > 0 || facts.years || facts.rising && facts.numbers > 1):
		return roleKey
	case slices.Equal(named, []string{"#"}):
		return roleKey
	}
	return roleCount
}

var (
	totalPattern = regexp.MustCompile(`^(?:(?:grand|sub|overall|column|row)[- ]?)?totals?(?: ?\(.*\)| ?\[.*\]|:| (?:n|participants|people|persons|patients|population|count|number))?$`)
	allPattern   = regexp.MustCompile(`^(?:all|overall|sum|everyone|any|margin)(?: (?:people|participants|participant|patients|persons|individuals|studies|study|cohorts|ages|sexes|groups|regions|tables|years|categories|total|population))?(?: ?\(.*\))?$`)
	columnTotal  = regexp.MustCompile(`^(?:n[_ ]total|total[_ ]n|total[_ ]count|all[_ ]n|n[_ ]all|n[_ ]overall|overall[_ ]n)$`)
	nestedTotal  = regexp.MustCompile(`^(?:sub-?total|total)[ :,-]+.+$|^.+[ :,-]+(?:sub-?)?total$`)

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
	return label != "" && len(label) <= 80 && statisticLabel.MatchString(strings.ToLower(label))
}
