package layout

import (
	"math"
	"regexp"
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
}

// roleOf guesses what a column means from its name, its cells and
// where it stands. In doubt a column of whole numbers holds
// counts: a false alarm costs less than a missed one.
func roleOf(name string, place columnPlace, facts columnFacts) Role {
	named := notation.Words(name)
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
	case facts.percents*2 > facts.numbers, notation.AnyWord(named, notation.PercentWords) && !facts.over100:
		return RolePercent
	case facts.numbers == 0 && place.first && !isCount:
		return RoleKey
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
	return len(named) > 0 && (notation.StatisticWords[named[0]] || notation.StatisticWords[named[len(named)-1]])
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

func soundsTotal(label string) bool {
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

// IsStatistic reports whether a row's label says that its numbers are no counts.
func IsStatistic(label string) bool {
	if label == "" || len(label) > 80 {
		return false
	}
	lower := strings.ToLower(strings.ReplaceAll(label, "_", " "))
	return statisticLabel.MatchString(lower) || strings.ContainsAny(lower, ",(%") && statisticInside.MatchString(lower)
}

var remarkWords = notation.WordSet("note notes comment comments remark remarks footnote footnotes")

// isRemark reports a column without a name, or for remarks: its blanks hide
// nothing.
func isRemark(name string) bool {
	return name == "" || strings.HasPrefix(name, "column ") || notation.AnyWord(notation.Words(name), remarkWords)
}
