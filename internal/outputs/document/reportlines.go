package document

import (
	"regexp"
	"strings"
)

// reportLine is a line of the text that a check prints. It is prose, whatever its
// words stand below: people save the report beside the files. The line is searched
// as any other, and its numbers leave the file to a person; nothing becomes safe by
// imitating it.
var reportLine = regexp.MustCompile(`^(?:(?:SAFE|REVIEW|FAIL): .* \(rules [a-z0-9-]+\)|[0-9]+ files?: [0-9]+ to mend, [0-9]+ to decide, [0-9]+ to know\.|(?:FAIL|REVIEW|INFO) +[A-Z]{3}[0-9]{3}  .*|== .*: [0-9]+ to mend, [0-9]+ to decide, [0-9]+ to know|` +
	` {7}(?:fix|proof): .*|  mend decide  know| *[0-9]+ +[0-9]+ +[0-9]+  .*:(?: [A-Z]{3}[0-9]{3})+|Read: [0-9]+ fully, [0-9]+ partly, [0-9]+ not at all\.|  .*: (?:labels|counts|percentages|statistics) ".*)$`)

// modelLine is a line that R prints below a fitted model: a sentence with numbers
// and no row of a table.
var modelLine = regexp.MustCompile(`(?i)degrees? of freedom|observations? deleted due to missingness|^\s*n ?= ?[0-9]+, (?:number of )?events`)

func isModelLine(line string) bool {
	return (strings.Contains(line, "reedom") || strings.Contains(line, "missingness") || strings.Contains(line, "events")) && modelLine.MatchString(line)
}

// beside is what Stata prints to the right of the analysis of variance.
var beside = regexp.MustCompile(`^(.*?\S)?\s{2,}((?:Number of obs|F\([0-9, ]+\)|Prob > (?:F|chi2)|(?:Adj |Pseudo )?R-?(?:squared|2)|Root MSE|(?:LR|Wald) chi2\([0-9]+\))\s*=\s*[-0-9.,]+)\s*$`)

// partBeside parts a line from what Stata prints to its right; nothing for others.
func partBeside(line string) (left, right string) {
	if !strings.Contains(line, "=") {
		return line, ""
	}
	found := beside.FindStringSubmatch(line)
	if found == nil {
		return line, ""
	}
	return found[1], strings.Join(strings.Fields(found[2]), " ")
}

func isReportLine(line string) bool {
	return line != "" && strings.IndexByte("SRFI=0123456789 ", line[0]) >= 0 && strings.ContainsAny(line, ":0123456789") && reportLine.MatchString(line)
}
