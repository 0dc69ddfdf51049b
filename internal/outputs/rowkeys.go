package outputs

import (
	"slices"
	"strings"
)

var (
	// clearCounts are the words of which the name of a column is made that
	// certainly counts.
	clearCounts = wordSet("n count counts freq frequency participants people persons patients individuals referrals number of")
	codeWords   = wordSet("code codes icd icd10 icd11 snomed snomedct opcs concept readcode dmd")
	hashWords   = wordSet("sha sha1 sha256 sha512 md5 checksum digest")
	personWords = wordSet("person patient participant people nhs id study member individual subject name")
)

// mostLabels is how many columns may label the rows by numbers.
const mostLabels = 20

// isClearCount reports a column named n, count, number of patients and the like.
func isClearCount(name string) bool {
	named := words(name)
	return len(named) > 0 && !slices.ContainsFunc(named, func(word string) bool { return !clearCounts[word] }) && named[0] != "of"
}

// numbersRows reports whether a column of whole numbers among the first labels
// its rows, as sessions do in "sex, sessions, n": a column that clearly counts
// stands to the right, and without this one the labels would repeat. "Group,
// recovered, n" with each group once is two counts.
func (m *model) numbersRows(column int) bool {
	if len(m.rows) < 2 || column >= mostLabels || !slices.ContainsFunc(m.header[column+1:], isClearCount) || namesPeople(m.header[column]) {
		return false
	}
	seen := map[string]bool{}
	for row, v := range m.values[column] {
		if _, whole := v.whole(); !whole {
			return false
		}
		var labels strings.Builder
		for left := range column {
			labels.WriteString(m.cell(row, left) + "\x1f")
		}
		if seen[labels.String()] {
			continue
		}
		seen[labels.String()] = true
	}
	return len(seen) < len(m.rows)
}

// namesPeople reports whether a column's name counts people, which "number of
// sessions" does not.
func namesPeople(name string) bool {
	named := words(name)
	if len(named) > 2 && (named[0] == "number" || named[0] == "no" || named[0] == "n") && named[1] == "of" {
		named = named[2:]
	}
	return anyWord(named, countWords) || anyWord(named, quantityWords)
}

// holdsCodes reports whether a column's name says that its long values are
// codes of a classification or checksums of files, which identify nobody.
func (t *table) holdsCodes(column int) bool {
	named := words(t.header[column])
	if anyWord(named, personWords) {
		return false
	}
	inJSON := kindOf(t.file) == "json"
	return anyWord(named, codeWords) || anyWord(named, hashWords) || inJSON && slices.Contains(named, "hash")
}
