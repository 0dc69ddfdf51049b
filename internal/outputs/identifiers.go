package outputs

import (
	"regexp"
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// identified is an identifier that a text holds: its class, never its value.
type identified struct {
	check    string
	severity Severity
	what     string
}

// signs are what a text is made of, found in one pass, so that most texts are
// passed over quickly.
type signs struct {
	digits, length, dots           int
	at, slash, colon, assigned     bool
	postcode, insurance, telephone bool // some letters stand as in one
	long                           bool // letters and digits in one piece, as keys are, or a line of dashes
}

func signsOf(text string) signs {
	s := signs{length: len(text), long: strings.Contains(text, "-----")}
	piece := 0
	for i := range len(text) {
		if isLetterOrDigit(text[i]) {
			piece++
			s.long = s.long || piece == shortestKey
		} else {
			piece = 0
		}
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			s.digits++
			s.telephone = s.telephone || c == '0' && (i == 0 || !isLetterOrDigit(text[i-1]) && text[i-1] != '_') && telephoneAt(text[i:])
		case c == '+':
			s.telephone = s.telephone || strings.HasPrefix(text[i:], "+44")
		case c >= 'A' && c <= 'Z':
			s.insurance = s.insurance || insuranceAt(text[i:])
		case c == ' ':
			s.postcode = s.postcode || i >= 2 && postcodeEnd(text[i+1:])
		case c == '.':
			s.dots++
		case c == '@':
			s.at = true
		case c == '/' || c == '\\':
			s.slash = true
		case c == ':':
			s.colon, s.assigned = true, true
		case c == '=' || c == '<':
			s.assigned = true
		}
	}
	return s
}

// postcodeEnd reports a digit and two letters, as after the blank of a postcode.
func postcodeEnd(text string) bool {
	return len(text) >= 3 && isDigit(text[0]) && isUpper(text[1]) && isUpper(text[2])
}

// insuranceAt reports two letters and a digit, as a National Insurance number
// begins.
func insuranceAt(text string) bool {
	if len(text) < 4 || !isUpper(text[1]) {
		return false
	}
	return isDigit(text[2]) || text[2] == ' ' && isDigit(text[3])
}

// telephoneAt reports how the telephone numbers of the United Kingdom begin.
func telephoneAt(text string) bool {
	return len(text) >= 10 && (text[1] == '1' || text[1] == '2' || text[1] == '7') && isDigit(text[2])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// shortestKey is how many letters and digits in one piece every key has.
const shortestKey = 16

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// identifierPattern finds one class of identifiers in the texts that may hold
// one.
type identifierPattern struct {
	identified
	may     func(signs) bool
	needs   string // some word of these, in lower case, is in every text that holds one; none: any text may
	pattern *regexp.Regexp
	counts  func(found string) bool // nil: always
	prose   bool                    // only in running text, not in cells
}

// wanted reports whether a text in lower case has one of the words that are
// needed.
func (p identifierPattern) wanted(lower string) bool {
	if p.needs == "" {
		return true
	}
	for word := range strings.SplitSeq(p.needs, "|") {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

var identifierPatterns = []identifierPattern{
	{
		identified{"FIL014", ForReview, "an e-mail address"}, func(s signs) bool { return s.at }, "",
		regexp.MustCompile(`(?i)[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+(?:uk|com|org|net|edu|gov|int|eu|ie|de|fr|nl|es|it|us|ca|au|nz|info|health)\b`),
		func(found string) bool { return !strings.HasPrefix(found, "git@") }, false,
	},
	{
		identified{"FIL014", Failed, "a date of birth"}, func(s signs) bool { return s.digits >= 3 }, "dob|d.ob|do.b|d.o.b|birth|born",
		regexp.MustCompile(`(?i)\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?)\b[^0-9\n]{0,12}(?:[0-9]{1,2}[-/. ](?:[0-9]{1,2}|[a-z]{3,9})[-/. ][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})\b`),
		nil, true,
	},
	{
		identified{"FIL014", ForReview, "something of the form of a postcode"}, func(s signs) bool { return s.postcode }, "",
		regexp.MustCompile(`\b(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]) [0-9][ABD-HJLNP-UW-Z]{2}\b`),
		nil, false,
	},
	{
		identified{"FIL014", ForReview, "something of the form of a National Insurance number"}, func(s signs) bool { return s.insurance && s.digits >= 6 }, "",
		regexp.MustCompile(`\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b`),
		plausibleInsurance, false,
	},
	{
		identified{"FIL014", ForReview, "something of the form of a telephone number"}, func(s signs) bool { return s.digits >= 10 && s.telephone }, "",
		regexp.MustCompile(`(?:\+44 ?\(?0?\)? ?|\b0)(?:7[0-9]{3} ?[0-9]{3} ?[0-9]{3}|[12][0-9]{2,3}[ -][0-9]{3,4}[ -]?[0-9]{3,4}|2[0-9] [0-9]{4} ?[0-9]{4}|7[0-9]{9})\b`),
		nil, false,
	},
	{
		identified{"FIL014", ForReview, "an error message that quotes a value of the data"}, func(s signs) bool { return s.colon }, "could not|original line|failing row|invalid literal|duplicate entry|key (",
		regexp.MustCompile(`(?i)could not convert string to \w+: ['"]|Original Line:|Failing row contains|invalid literal for int\(\) with base [0-9]+: ['"]|Duplicate entry '|Key \([^)]*\)=\(|could not parse string ['"]`),
		nil, true,
	},
	{
		identified{"FIL015", ForReview, "the address of a machine"}, func(s signs) bool { return s.digits >= 4 && s.dots >= 3 }, "",
		regexp.MustCompile(`(?:^|[^0-9.vV])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:[^0-9.]|$)`),
		privateAddress, true,
	},
	{
		identified{"FIL015", ForReview, "the path of a file on somebody's machine"}, func(s signs) bool { return s.slash }, `:\|:/|\\|/home/|/users/|/mnt/|/media/|/volumes/`,
		regexp.MustCompile(`\b[A-Za-z]:\\[^\s\\"'<>|]+\\|\b[A-Za-z]:/[A-Za-z0-9_. -]+/|\\\\[A-Za-z0-9_.-]+\\[A-Za-z0-9_$.-]+|(?:^|[\s"'=(,])/(?:home|Users|mnt|media|Volumes)/[^/\s"']+`),
		nil, false,
	},
	{
		identified{"FIL015", ForReview, "the address of a database"}, func(s signs) bool { return s.colon }, "jdbc|odbc|postgres|mysql|mssql|mongodb|oracle|sqlserver|redshift",
		regexp.MustCompile(`(?i)\b(?:jdbc|odbc|postgres(?:ql)?|mysql|mssql|mongodb|oracle|sqlserver|redshift):(?://|[a-z]+:)`),
		nil, false,
	},
	{
		identified{"FIL015", Failed, "a password or a key"}, func(s signs) bool { return s.length >= 12 && s.assigned || s.long }, "pass|pwd|key|token|akia|ghp_|gho_|ghu_|ghs_|ghr_",
		regexp.MustCompile(`(?i)\b(?:password|passwd|pwd|api[_-]?key|secret[_-]?key|access[_-]?token)["']?\s*(?:[:=]|<-)\s*["']?[^\s"'<>(){}\[\];,]{6,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}\b`),
		nil, false,
	},
}

// shortest is how long a text must be to hold any of the patterns.
const shortest = 6

// identifiersIn lists the classes of identifiers that a text holds.
func identifiersIn(text string, prose bool) []identified {
	if len(text) < shortest || !prose && isPlainNumber(text) {
		return nil
	}
	var all []identified
	made, lower := signsOf(text), ""
	for _, p := range identifierPatterns {
		if p.prose && !prose || !p.may(made) {
			continue
		}
		if lower == "" {
			lower = strings.ToLower(text)
		}
		if !p.wanted(lower) {
			continue
		}
		for _, found := range p.pattern.FindAllStringSubmatch(text, 20) {
			if p.counts == nil || p.counts(found[len(found)-1]) {
				all = append(all, p.identified)
				break
			}
		}
	}
	return all
}

// isPlainNumber reports digits with the signs of numbers and dates. A telephone
// number begins with 0 and is long.
func isPlainNumber(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && c != '.' && c != ',' && c != '-' && c != '%' && c != '/' && c != ':' {
			return false
		}
	}
	return text[0] != '0' || len(text) < 10 || strings.ContainsAny(text, ".,-%/:")
}

// plausibleInsurance leaves out the prefixes that are never given.
func plausibleInsurance(found string) bool {
	switch found[:2] {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return true
}

// privateAddress reports an address of a network. What looks like a version, all
// of small numbers, and the addresses that every machine has are none.
func privateAddress(found string) bool {
	large := false
	for _, part := range strings.Split(found, ".") {
		if len(part) == 3 && part > "255" {
			return false
		}
		large = large || len(part) > 1 && part > "19" || len(part) == 3
	}
	return large && !strings.HasPrefix(found, "127.") && !strings.HasPrefix(found, "255.")
}

var (
	postcodeValue = regexp.MustCompile(`(?i)^(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]) ?[0-9][ABD-HJLNP-UW-Z]{2}$`)
	dateValue     = regexp.MustCompile(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})(?:[ T][0-9:.]+)?$`)
	nameValue     = regexp.MustCompile(`^(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?[A-Z][a-z]+(?:[ -][A-Z]\.?| [A-Z][a-z]+)* (?:Mc|Mac|O')?[A-Z][a-z]+(?:-[A-Z][a-z]+)?$|^(?:Mc|Mac|O')?[A-Z][a-z]+(?:-[A-Z][a-z]+)?, (?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?[A-Z][a-z]+$`)
	// placeWord is a word of the names of places and organisations.
	placeWord = regexp.MustCompile(`(?i)\b(?:hospital|street|road|house|trust|university|school|college|centre|center|clinic|practice|surgery|park|study|cohort|twins|institute|city|north|south|east|west|county|council|england|scotland|wales|ireland|service|health|care|group|index|disorder|disease|therapy|age|total)\b`)
	birthWord = regexp.MustCompile(`(?i)birth|^d\.?o\.?b|_dob|dob_|\bborn\b`)
	postWord  = regexp.MustCompile(`(?i)post ?_?code|postcd|\bpcds?\b|\bzip\b`)
)

// givenNames are common first names of the United Kingdom.
var givenNames = notation.WordSet("oliver george arthur noah muhammad mohammed mohammad leo oscar harry archie jack henry charlie freddie theodore thomas finley theo alfie " +
	"jacob william isaac james john david michael peter paul mark andrew richard robert stephen steven christopher anthony philip alan ian kevin brian matthew daniel " +
	"simon martin gary keith neil stuart graham adam luke ryan lee craig benjamin samuel joseph edward charles patrick sean liam callum connor jamie nathan aaron " +
	"olivia amelia isla ava mia ivy lily florence freya willow sophie emily ella grace evie poppy charlotte alice daisy rosie sienna phoebe mary margaret elizabeth " +
	"patricia susan linda barbara christine carol jean jane sarah karen julie jacqueline helen deborah angela tracey alison catherine rachel rebecca claire emma laura " +
	"nicola lisa michelle joanne louise amanda victoria jessica hannah lucy gemma kelly samantha stephanie natalie katie anna ruth sandra sharon janet anne ann joan " +
	"sheila maureen priya aisha fatima mohamed ahmed ali hassan ibrahim abdul raj sanjay anita")

// share counts how many filled cells of a column fit, and how many there are.
func share(t *document.Table, column int, fits func(string) bool) (fitting, filled int) {
	for _, row := range t.Rows {
		if column >= len(row.Cells) {
			continue
		}
		cell, _ := notation.Clean(row.Cells[column])
		if cell == "" {
			continue
		}
		if filled++; fits(cell) {
			fitting++
		}
		if filled == 200 && fitting == 0 {
			return 0, filled
		}
	}
	return fitting, filled
}

// holdsNames reports a column in which most cells look like a person's name and
// a third begin or end with a common first name. Three are needed: a table may
// be signed.
func holdsNames(t *document.Table, column int) bool {
	common := 0
	names, filled := share(t, column, func(cell string) bool {
		if !isUpper(cell[0]) || !nameValue.MatchString(cell) || placeWord.MatchString(cell) {
			return false
		}
		words := strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", ".", " ").Replace(cell)))
		for _, word := range words {
			if givenNames[word] {
				common++
				break
			}
		}
		return true
	})
	return names >= 3 && names*10 >= filled*6 && common >= 3 && common*3 >= names
}

// holdsPostcodes reports a column of whole postcodes: three of them, or one when
// the column says so. Codes of organisations have other forms.
func holdsPostcodes(t *document.Table, column int) bool {
	said := postWord.MatchString(t.Header[column])
	spaced := 0
	found, filled := share(t, column, func(cell string) bool {
		if len(cell) > 8 || !postcodeValue.MatchString(cell) {
			return false
		}
		if strings.Contains(cell, " ") {
			spaced++
		}
		return true
	})
	return found*2 >= filled && found > 0 && (said || spaced >= 3 && spaced*2 >= found)
}

// holdsBirthDates reports a column that speaks of births and holds whole dates.
func holdsBirthDates(t *document.Table, column int) bool {
	if !birthWord.MatchString(t.Header[column]) {
		return false
	}
	dates, filled := share(t, column, dateValue.MatchString)
	return dates > 0 && dates*2 >= filled
}
