package layout

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// Role is what a column means.
type Role uint8

const (
	RoleKey       Role = iota // labels of rows
	RoleCount                 // counts of people, or of records about them
	RolePercent               // percentages of counts
	RoleStatistic             // means, medians, rates and the like
	RoleOther                 // numbers that count no people: codes, days, practices
)

// columnFacts are what the cells of a column look like.
type columnFacts struct {
	numbers, marks, blanks, texts int
	fractions, percents           int
	years, rising                 bool
	over100, negative             bool
}

func columnFactsOf(values *column) columnFacts {
	facts := columnFacts{years: true, rising: true}
	previous := int64(math.MinInt64)
	for row := range values.codes {
		v := values.at(row)
		switch v.Kind {
		case notation.Blank:
			facts.blanks++
		case notation.Text:
			facts.texts++
		case notation.Mark:
			facts.marks++
		case notation.Number:
			facts.numbers++
			n, whole := v.Whole()
			if v.Percent {
				facts.percents++
			} else if !whole {
				facts.fractions++
			}
			facts.negative = facts.negative || v.Digits < 0
			facts.over100 = facts.over100 || v.Float() > 100.5
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
	afterP  bool // right of p values

	quarters bool // Q2 or Q4 stands in the table, so that Q1 is no quartile
}

// roleOf guesses what a column means from its name, its cells and
// where it stands. In doubt a column of whole numbers holds
// counts: a false alarm costs less than a missed one.
func roleOf(name string, place columnPlace, facts columnFacts) Role {
	named := notation.Words(name)
	if place.quarters {
		named = slices.DeleteFunc(named, func(word string) bool { return word == "q1" || word == "q3" })
	}
	whole := strings.Join(named, " ")
	quantity := notation.AnyWord(named, notation.QuantityWords)
	if countsThings(named) {
		return RoleOther
	}
	isCount := notation.AnyWord(named, notation.CountWords) && !IsStatisticName(named) && !notation.AnyWord(named, notation.PercentWords)
	switch {
	case facts.numbers == 0 && facts.texts >= facts.marks && !(isCount && facts.marks > 0):
		return RoleKey
	case facts.texts > facts.numbers+facts.marks:
		return RoleKey
	case namesInterval(named) && facts.numbers > 0 && !(facts.percents*2 > facts.numbers):
		return RoleStatistic
	case facts.percents*2 > facts.numbers, notation.AnyWord(named, notation.PercentWords) && !facts.over100:
		return RolePercent
	case facts.numbers == 0 && place.first && !isCount:
		return RoleKey
	case facts.numbers == 0 && place.afterP && strings.HasPrefix(name, "column "):
		return RoleKey // the stars of significance
	case (notation.StatisticNames[whole] || IsStatisticName(named)) && !(quantity && facts.fractions == 0):
		return RoleStatistic
	case facts.fractions > 0, facts.negative && !isCount && !quantity:
		return RoleStatistic
	case isCount, quantity, facts.marks > 0 && !place.first:
		return RoleCount
	case notation.KeyNames[whole] && (whole != "no" || place.first), place.leading && notation.AnyWord(named, notation.KeyWords):
		return RoleKey
	case notation.AnyWord(named, notation.ThingWords):
		return RoleOther
	case place.first && (facts.texts > 0 || facts.years || facts.rising && facts.numbers > 1):
		return RoleKey
	}
	return RoleCount
}

// countedThings are what columns count that is no people.
var countedThings = notation.WordSet("practices practice providers provider organisations organisation organizations sites hospitals trusts schools clinics wards " +
	"tables variables columns files datasets studies cohorts")

// countsThings reports the name of a column that says how many things there are,
// as "number of practices" and "n_hospitals" do; "number of patients in practices"
// counts people.
func countsThings(named []string) bool {
	rest := named
	for len(rest) > 0 && (rest[0] == "n" || rest[0] == "no" || rest[0] == "number" || rest[0] == "count" || rest[0] == "of" || rest[0] == "total") {
		rest = rest[1:]
	}
	return len(rest) > 0 && len(rest) < len(named) && countedThings[rest[0]] && !notation.AnyWord(rest, notation.CountWords)
}

// IsStatisticName reports whether the words of a column name a statistic.
func IsStatisticName(named []string) bool {
	if namesClass(named) {
		return false
	}
	return len(named) > 0 && (isProbability(named) || notation.StatisticWords[named[0]] || notation.StatisticWords[named[len(named)-1]])
}

// namesClass reports names of classes of people that begin or end as those of
// statistics: lower secondary school, change of address, no change, score 3.
func namesClass(named []string) bool {
	if len(named) < 2 {
		return false
	}
	first, last := named[0], named[len(named)-1]
	_, numbered := notation.SmallWhole(last)
	return (first == "lower" || first == "upper") && !notation.AnyWord(named[1:], limitWords) ||
		first == "change" && named[1] == "of" || first == "no" && last == "change" || (first == "score" || first == "scores") && numbered
}

// namesInterval reports the name of the end of an interval, whose per cent is its
// own: lower 95% CI.
func namesInterval(named []string) bool {
	return notation.AnyWord(named, intervalWords) && !notation.AnyWord(named, notation.QuantityWords)
}

var intervalWords = notation.WordSet("ci confidence credible cri")

// limitWords make lower and upper those of an interval.
var limitWords = notation.WordSet("ci cl ci95 limit bound confidence interval quartile estimate 95 90 99 95ci or hr rr ratio mean median")

// hasQuarters reports names of quarters of the year that are no quartiles.
func hasQuarters(header []string) bool {
	return slices.ContainsFunc(header, func(name string) bool {
		named := notation.Words(name)
		return slices.Contains(named, "q2") || slices.Contains(named, "q4")
	})
}

// isProbability reports how R and Stata name p values: Pr(>|t|), P>|z|.
func isProbability(named []string) bool {
	return named[0] == "pr" || len(named) == 2 && named[0] == "p" && (named[1] == "t" || named[1] == "z")
}

func isPName(name string) bool {
	named := notation.Words(name)
	return len(named) > 0 && isProbability(named)
}

var (
	totalPattern = regexp.MustCompile(`^(?:(?:grand|sub|overall|column|row)[- ]?)?totals?(?: ?\(.*\)| ?\[.*\]|:| (?:n|participants|people|persons|patients|population|count|number))?$`)
	allPattern   = regexp.MustCompile(`^(?:all|overall|sum|everyone|any|margin)(?: (?:people|participants|participant|patients|persons|individuals|studies|study|cohorts|ages|sexes|groups|regions|tables|years|categories|total|population))?(?: ?\(.*\))?$`)
	columnTotal  = regexp.MustCompile(`^(?:n[_ ]total|total[_ ]n|total[_ ]count|all[_ ]n|n[_ ]all|n[_ ]overall|overall[_ ]n)$`)

	statisticLabel  = regexp.MustCompile(`^(?:mean|median|average|sd|std|se|iqr|min|max|minimum|maximum|percent|percentage|%|proportion|p[- ]?value|ratio|rate|range)\b.*$`)
	statisticInside = regexp.MustCompile(`[,(] ?(?:mean|median|sd|iqr|%)\b|%$`)
)

// isTotal reports whether a row or column label of the table names a total:
// those that were declared, or all that sound like one when none was.
func (m *Model) isTotal(label string) bool { return m.factsOf(label).total }

func (m *Model) judgeTotal(label string) bool {
	if len(m.totalLabels) > 0 {
		return m.totalLabels[strings.ToLower(label)]
	}
	return soundsTotal(label)
}

// otherTotals are totals in other languages: Welsh, German, Dutch, French, Spanish,
// Portuguese, Italian, Polish, Swedish, Norwegian, Danish and Finnish.
var otherTotals = notation.WordSet("cyfanswm gesamt insgesamt gesamtsumme summe totaal ensemble suma soma totale somma razem ogółem totalt samlet yhteensä")

func soundsTotal(label string) bool {
	if label == "" || len(label) > 80 {
		return false
	}
	lower := strings.ToLower(label)
	if otherTotals[strings.TrimSuffix(lower, ":")] {
		return true
	}
	switch lower[0] {
	case 't', 'g', 's', 'o', 'c', 'r', 'a', 'e', 'm', 'n':
		return totalPattern.MatchString(lower) || allPattern.MatchString(lower) || columnTotal.MatchString(lower)
	}
	return false
}

// IsStatistic reports whether a row's label says that its numbers are no counts.
func IsStatistic(label string) bool {
	if label == "" || len(label) > 80 {
		return false
	}
	lower := strings.ToLower(strings.ReplaceAll(label, "_", " "))
	return strings.IndexByte("masip%r", lower[0]) >= 0 && statisticLabel.MatchString(lower) || strings.ContainsAny(lower, ",(%") && statisticInside.MatchString(lower)
}

var remarkWords = notation.WordSet("note notes comment comments remark remarks footnote footnotes")

// isRemark reports a column without a name, or for remarks: its blanks hide
// nothing.
func isRemark(name string) bool {
	return name == "" || strings.HasPrefix(name, "column ") || notation.AnyWord(notation.Words(name), remarkWords)
}
