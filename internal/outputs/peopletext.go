package outputs

import (
	"regexp"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// toldPeople is a number of people that a text tells.
type toldPeople struct {
	n       int64
	certain bool // it can be nothing else; otherwise a person must decide
}

var (
	// peopleWords are people whom a study counts, whatever the sentence says.
	peopleWords = notation.WordSet("participant participants patient patients respondent respondents women men woman man girls boys girl boy children child " +
		"mothers fathers babies infants adults adult females males people persons person individuals individual deaths suicides survivors twins carers pupils students " +
		"teilnehmer patienten personen personnes pacientes personas cyfranogwyr cleifion")
	// staffWords are people who may as well be those that do the study.
	staffWords = notation.WordSet("people persons person individuals individual adults adult students")
	// recordWords may count people, records or things.
	recordWords = notation.WordSet("cases controls subjects members users clients carriers households families events referrals admissions episodes appointments attendances observations")

	spelled = map[string]int64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
)

const (
	oneNumber  = `([0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)`
	anyPeople  = `(participants?|patients?|respondents?|wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|mothers|fathers|babies|infants|adults?|females|males|people|persons?|individuals?|deaths|suicides|survivors|twins|carers|pupils|students|teilnehmer|patienten|personen|personnes|pacientes|personas|cyfranogwyr|cleifion|cases|controls|subjects|members|users|clients|carriers|households|families|events|referrals|admissions|episodes|appointments|attendances|observations)`
	afterWords = `((?:[ ,]+(?:of )?(?:the )?[a-z]+){0,2})`
)

var (
	// numberOfPeople is "7 eligible participants", "7 (5%) of the 140 women" and
	// "three out of the 12 patients".
	numberOfPeople = regexp.MustCompile(`(^|[^a-z0-9.,/:<>=%£$≤≥_+-])` + oneNumber + `(?: ?\([^()]{1,24}%[^()]{0,24}\)| ?/ ?[0-9][0-9,]*)?((?: (?:out )?of(?: (?:the|these|those|all|our|its|their))*(?: [0-9][0-9,]*| [a-z]+)?)?(?: [a-z][a-z-]*){0,3}?) ` + anyPeople + `\b` + afterWords)
	// peopleAreNumber is "participants: 7", "number of patients = 7", "women (7)"
	// and "the number of patients was 7".
	peopleAreNumber = regexp.MustCompile(`((?:[a-z]+ ){0,3})` + anyPeople + `(?: ?[:=|] ?| \(|(?: in [a-z ]{1,30}?)? (?:was|were|is|are) )` + oneNumber + `\b([.,]?[0-9%]*)` + afterWords)
	// sizeIs is "n = 7".
	sizeIs = regexp.MustCompile(`([a-z]*)([ (\[,;]*)\b(?:n|counts?|(?:number of |no\.? )obs(?:ervations)?) ?(?:=|:|==) ?([0-9]{1,3})\b([.,]?[0-9%]*)` + afterWords)

	// boundsBefore bound a number, make it one of a list, or a share.
	boundsBefore = regexp.MustCompile(`(?:\b(?:than|least|most|to|or|below|under|over|above|beyond|within|minimum|maximum|min|max|threshold|every|per|each|nearest|multiples?|x|by|clusters?|(?:[0-9]|one|two|three|four|five|nine) in|about some|between|figures?|fig|tables?|sections?|chapters?|steps?|phases?|waves?|sweeps?|groups?|arms?|types?|grades?|stages?|levels?|class|classes|versions?|v|freezes?|pages?|items?|questions?|lines?|models?|weeks?|days?|months?|years?|aged?|quintiles?|deciles?|bands?|part|appendix|no|scenarios?|sizes?)(?: (?:of|is|a|an))?|[0-9]|[<>≤≥]=?)[ (.]*$`)
	// averageBefore makes a number no count of a group that can be named.
	averageBefore = regexp.MustCompile(`\b(?:average|mean|median|typically|ratio|rate|risk)(?: [a-z]+)? (?:of |was |is )?$`)
	// noPeopleBetween are words that stand between a number and people it does not count.
	noPeopleBetween = regexp.MustCompile(`\b(?:a|an|any|every|each|another|or|and|to|in|on|at|per|for|with|by|from|among|between|which|that|were|was|is|are|had|have|has|times|hundred|thousand|million|billion|dozen|most|more|fewer|less|least|thirds?|quarters?|halves|half|percent|years?|months?|weeks?|days?|hours?|minutes?|` +
		`studies|study|cohorts?|tables?|columns?|rows?|files?|groups?|classes|categories|types?|kinds?|ways|sets?|lists?|models?|questions?|variables?|practices?|providers?|sites?|hospitals?|points?|items?|measures?|analyses|cent|largest|smallest|counts?|samples?|records?|visits?|pairs?|trials?|reviews?|reports?|lines?)\b`)
	// sharedAfter follow a number of people that is a rule, a rate or a bound.
	sharedAfter = regexp.MustCompile(`^[ ,]+(?:per|for each|for every|each|or more|or fewer|or less|and over|and under|to each|at a|at least|a day|an hour)\b`)
	// happened follow people of whom something is told.
	happened = regexp.MustCompile(`^[ ,]+(?:had|was|were|died|withdrew|who|with|developed|reported|experienced|did|dropped|left|aged|of the|from the)\b`)
	// thingAfter follow a number that counts no people.
	thingAfter = regexp.MustCompile(`^[ ,]+(?:bootstraps?|replicates?|imputations?|iterations?|simulations?|permutations?|folds?|seeds?|chains?|knots?|draws?|resamples?|repetitions?|trees?|features?|` +
		`studies|study|cohorts?|tables?|columns?|rows?|files?|groups?|classes|categories|models?|variables?|practices?|providers?|sites?|hospitals?|trusts|points?|items?|measures?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|percent|per|questions?|waves?|sweeps?|records? per|trials|papers|articles|schools|wards|clinics|regions|datasets)\b`)
	methodWord = regexp.MustCompile(`\b(?:bootstrap[a-z]*|imputations?|iterations?|simulat[a-z]*|permutations?|folds?|seed|chains|knots|resampl[a-z]*|replicat[a-z]*|draws|hospitals?|practices?|studies|cohorts?|schools|sites|trusts|tables?|variables?)\b`)
	// tenths are proportions that people speak of: nine out of ten, 1 in 4.
	proportion = regexp.MustCompile(`^ (?:out )?(?:of|in)(?: every)? (?:4|5|10|100|1,?000|four|five|ten)\b`)
)

// sizeStems are in every text that sizeIs finds.
var sizeStems = []string{"n=", "n =", "n:", "n :", "count", "obs"}

// peopleIn finds the numbers of people that a text in lower case tells. In a
// program only what is told in words and not in its calls counts.
func peopleIn(lower, kind string) []toldPeople {
	people, numbers := speaksOfPeople(lower)
	if !numbers {
		return nil
	}
	var all []toldPeople
	if people {
		spoken := strings.ReplaceAll(lower, "_", " ")
		for _, found := range numberOfPeople.FindAllStringSubmatchIndex(spoken, -1) {
			all = appendTold(all, judgeNumberOf(spoken, found))
		}
		for _, found := range peopleAreNumber.FindAllStringSubmatchIndex(spoken, -1) {
			all = appendTold(all, judgePeopleAre(spoken, found))
		}
	}
	if kind != "code" && containsAny(lower, sizeStems) {
		for _, found := range sizeIs.FindAllStringSubmatchIndex(lower, -1) {
			all = appendTold(all, judgeSize(lower, found))
		}
	}
	return all
}

func appendTold(all []toldPeople, told *toldPeople) []toldPeople {
	if told == nil {
		return all
	}
	return append(all, *told)
}

// speaksOfPeople reports whether a text has words for people, and whether it has
// numbers, in digits or spelled.
func speaksOfPeople(lower string) (people, numbers bool) {
	start := -1
	for i := 0; i <= len(lower); i++ {
		if i < len(lower) && lower[i] >= 'a' && lower[i] <= 'z' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			word := lower[start:i]
			start = -1
			people = people || peopleWords[word] || recordWords[word]
			numbers = numbers || spelled[word] > 0
		}
		numbers = numbers || i < len(lower) && isDigit(lower[i])
	}
	return people, numbers
}

// group returns a submatch; empty when it took no part.
func group(text string, found []int, i int) string {
	if found[2*i] < 0 {
		return ""
	}
	return text[found[2*i]:found[2*i+1]]
}

func numberIn(text string) int64 {
	if n, isWord := spelled[text]; isWord {
		return n
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// judgeNumberOf judges "7 participants"; nil when it counts nobody.
func judgeNumberOf(text string, found []int) *toldPeople {
	number, between, who, after := group(text, found, 2), group(text, found, 3), group(text, found, 4), group(text, found, 5)
	before := text[max(0, found[4]-40):found[4]]
	inside := between
	if of := strings.TrimPrefix(between, " out"); strings.HasPrefix(of, " of") {
		inside = strings.TrimPrefix(of, " of")
	}
	if boundsBefore.MatchString(before) || noPeopleBetween.MatchString(inside) || sharedAfter.MatchString(after) {
		return nil
	}
	told := &toldPeople{n: numberIn(number), certain: peopleWords[who]}
	words := number[0] > '9'
	switch {
	case who == "cases" && strings.HasPrefix(after, " of"):
		told.certain = true
	case words && told.n <= 2 && between == "" && (staffWords[who] || told.n == 1 || strings.HasSuffix(before, " is ")):
		told.certain = happened.MatchString(after)
		if !told.certain {
			return nil // one person in two studies, two people must agree
		}
		told.certain = !isNote(sentenceAround(text, found[0]))
	case averageBefore.MatchString(before), proportion.MatchString(between), isNote(sentenceAround(text, found[0])):
		told.certain = false
	case words && between == "" && staffWords[who]:
		told.certain = happened.MatchString(after)
	}
	return told
}

// judgePeopleAre judges "participants: 7"; nil when it counts nobody.
func judgePeopleAre(text string, found []int) *toldPeople {
	before, who, number, rest, after := group(text, found, 1), group(text, found, 2), group(text, found, 3), group(text, found, 4), group(text, found, 5)
	if !wholeNumber(rest) || !endsNumber(text[found[1]-len(after):]) || thingAfter.MatchString(after) || number[0] > '9' {
		return nil
	}
	if boundsBefore.MatchString(before) || limitBefore.MatchString(before) || sharedAfter.MatchString(after) {
		return nil
	}
	told := &toldPeople{n: numberIn(number), certain: peopleWords[who]}
	linked := text[found[5]:found[6]] // between the word and the number
	if averageBefore.MatchString(before) || isNote(sentenceAround(text, found[0])) || notCountBefore.MatchString(before) ||
		strings.ContainsAny(linked, "w") && !strings.Contains(before, "number of") || strings.Contains(linked, " is ") || strings.Contains(linked, " are ") {
		told.certain = false
		if !strings.ContainsAny(linked, ":=(|") && !strings.Contains(before, "number of") {
			return nil // "women were 7 years old"
		}
	}
	return told
}

var (
	limitBefore    = regexp.MustCompile(`\b(?:min|max|minimum|maximum|least|fewest|most|required|needed|allowed|limit|threshold)\b`)
	notCountBefore = regexp.MustCompile(`\b(?:age|ages|mean|average|median|sd|year|percent|percentage|proportion|share|rate|score|weeks|days|months|columns?|tables?|files?|versions?|waves?|ids?|type|group)\b`)
)

// wholeNumber reports whether what follows digits leaves them whole.
func wholeNumber(rest string) bool { return rest == "" || rest == "." || rest == "," }

// endsNumber reports what may stand after a number: nothing of a formula.
func endsNumber(after string) bool {
	return after == "" || strings.IndexByte(" .,;:)]}!?|\"'", after[0]) >= 0
}

// judgeSize judges "n = 7": of people, unless its neighbours count something else.
func judgeSize(text string, found []int) *toldPeople {
	before, link, number, rest, after := group(text, found, 1), group(text, found, 2), group(text, found, 3), group(text, found, 4), group(text, found, 5)
	sentence := sentenceAround(text, found[0])
	switch {
	case !wholeNumber(rest), !endsNumber(text[found[1]-len(after):]), thingAfter.MatchString(after), methodWord.MatchString(before), limitBefore.MatchString(before):
		return nil
	case before != "" && !strings.Contains(link, " "), methodWord.MatchString(sentence), isNote(sentence), strings.HasPrefix(text[found[0]:], "count"):
		return &toldPeople{n: numberIn(number)} // head(n=5) is an argument of a call
	}
	return &toldPeople{n: numberIn(number), certain: true}
}

// sentenceAround returns the sentence about a place in a text.
func sentenceAround(text string, at int) string {
	start := strings.LastIndex(text[:at], ". ") + 1
	end := strings.Index(text[at:], ". ")
	if end < 0 {
		return text[start:]
	}
	return text[start : at+end]
}
