package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// contents looks at what a file holds beside its numbers: identifiers, cells
// that a spreadsheet would run, invisible characters, low counts in prose, and
// notes that explain marks.
func (c *check) contents(path string, doc document.Document) {
	if c.options.Declaration.For(path, "").Supporting {
		return
	}
	c.numbersBehind(path, doc)
	for _, p := range doc.Prose {
		c.prose(path, doc.Kind, p)
	}
	for _, t := range doc.Tables {
		for column, name := range t.Header {
			c.cell(path, doc.Kind, t.HeaderLine, name, name, column)
		}
		for _, row := range t.Rows {
			for column, raw := range row.Cells {
				name := ""
				if column < len(t.Header) {
					name = t.Header[column]
				}
				c.cell(path, doc.Kind, row.Line, name, raw, column)
			}
		}
	}
}

func (c *check) cell(path, kind string, line int, name, raw string, column int) {
	if raw == "" || c.harmless[raw] {
		return
	}
	if len(raw) > longestText {
		c.tooLong(path, line)
		raw = raw[:longestText]
	}
	found := false
	at := func(check string, severity Severity, message string) {
		found = true
		c.findings.add(Finding{Check: check, Severity: severity, File: path, Line: line, Column: name, Message: message})
	}
	severity, runs := c.wouldRun(raw)
	if runs && (kind == "csv" || kind == "tsv") {
		at("FIL005", severity, "A spreadsheet would take this cell for a formula.")
	}
	cleaned, invisible := notation.Clean(raw)
	if invisible {
		at("FIL007", ForReview, "The cell holds characters that cannot be seen; it was read without them.")
	}
	if hasNHSNumber(cleaned) {
		at("FIL004", Failed, "The cell holds a number of the form of an NHS number, with a valid check digit.")
	}
	for _, seen := range identifiersIn(cleaned, false) {
		at(seen.check, seen.severity, "The cell holds "+seen.what+".")
	}
	if !found && !runs && len(c.harmless) < mostHarmless {
		c.harmless[raw] = true
	}
}

// longestText is how much of one cell or one line is searched: nobody writes more,
// and a search through many megabytes without a break takes minutes.
const longestText = 1 << 20

func (c *check) tooLong(path string, line int) {
	c.findings.add(Finding{Check: "FIL002", Severity: ForReview, File: path, Line: line,
		Message: fmt.Sprintf("Not read fully: only the first %d MB of a cell or a line were searched. A person must look.", longestText>>20)})
}

// mostHarmless is how many cells in which nothing was found are remembered, so
// that labels, which repeat, are looked at once.
const mostHarmless = 20_000

// wouldRun reports whether a spreadsheet would run a cell as a formula. Numbers
// and marks that begin with a sign are safe.
func (c *check) wouldRun(raw string) (Severity, bool) {
	if strings.HasPrefix(raw, "＝") || strings.HasPrefix(raw, "＠") { // full-width: some spreadsheets take them for the plain ones
		return ForReview, true
	}
	switch raw[0] {
	case '=', '@', '\t', '\r':
		return Failed, true
	case '+', '-':
		cleaned, _ := notation.Clean(raw)
		if notation.ParseValue(cleaned).Kind != notation.Text || len(strings.Trim(cleaned, "+-")) == 0 {
			return "", false
		}
		if strings.ContainsAny(cleaned, "(|!=") {
			return Failed, true
		}
		return ForReview, true
	}
	return "", false
}

// hasNHSNumber looks for ten digits, in one piece or as 3-3-4, whose last is
// the check digit of the others.
func hasNHSNumber(cell string) bool {
	for start := 0; start+10 <= len(cell); start++ {
		if !isDigit(cell[start]) || joined(cell, start-1) {
			continue
		}
		if end, found := tenDigits(cell, start); found && !joined(cell, end) && validNHSNumber(cell[start:end]) {
			return true
		}
	}
	return false
}

// tenDigits returns where ten digits end that begin at a place, in one piece or
// with blanks or dashes as 3-3-4.
func tenDigits(text string, at int) (end int, found bool) {
	for n := range 10 {
		if (n == 3 || n == 6) && at < len(text) && (text[at] == ' ' || text[at] == '-') {
			at++
		}
		if at >= len(text) || !isDigit(text[at]) {
			return at, false
		}
		at++
	}
	return at, true
}

// joined reports whether a neighbouring character makes ten digits a part of a
// longer number or word.
func joined(cell string, i int) bool {
	if i < 0 || i >= len(cell) {
		return false
	}
	b := cell[i]
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '.' || b == '_'
}

// validNHSNumber reports ten digits with the right check digit, dummies and the
// test range among them; ten equal digits are told from numbers at a glance.
func validNHSNumber(text string) bool {
	var number uint64
	for _, r := range text {
		if r >= '0' && r <= '9' {
			number = number*10 + uint64(r-'0')
		}
	}
	digit, issued := identifier.NHSCheckDigit(number / 10)
	return issued && digit == number%10 && number%1_111_111_111 != 0
}

var (
	personColumn = regexp.MustCompile(`^(?:llc_?[0-9]{4}_?)?stud_?id$|^cohort_?key(?:_e)?$|^study_?id_e$|_id_e$|` +
		`^(?:person|patient|participant|subject|member|individual|client|token_?person|mpi|hes|pseudo_?nhs)_?(?:id|key|identifier)(?:_e|_deid)?$|` +
		`^(?:encrypted_?)?hes_?id$|^r?alf(?:_p?e|_sts)?$|^(?:.*_)?nhs_?(?:number|no|num)(?:_e|_pseudo)?$|^(?:der_)?pseudo_?nhs_?number$|^(?:local)?_?patient_?id(?:entifier)?.*$|` +
		`^(?:surname|forename|firstname|first_name|lastname|last_name|date_?of_?birth|dob|postcode|e_?mail(?:_address)?|address(?:_[0-9])?|phone(?:_number)?)$`)
	recordColumn = regexp.MustCompile(`^(?:pathway|referral|episode|spell|attendance|contact|care_?contact|record|row_?unique|unique_?serv_?req|service_?request|epi)_?(?:id|key|identifier)(?:_e|_deid)?$|^servicerequestid$|^uniqueid.*$`)
	uuidPattern  = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$|^[0-9a-fA-F]{24,}$|^[0-9]{9,}$`)
)

// identifyingStems are in every name that personColumn and recordColumn find, and
// shortestID is how long every value is that uuidPattern finds.
var identifyingStems = []string{"id", "key", "alf", "nhs", "name", "birth", "dob", "postcode", "mail", "address", "phone"}

const shortestID = 9

// identifiers looks for columns that identify people or their records, by name
// and by what they hold. It reports whether the table is rows about people, for
// which checks of counts mean nothing.
func (c *check) identifiers(t *document.Table) bool {
	found := false
	for column, header := range t.Header {
		name := strings.ToLower(strings.ReplaceAll(header, " ", "_"))
		f := Finding{Check: "FIL003", Severity: Failed, File: t.File, Table: t.Name, Line: t.HeaderLine, Column: header}
		switch {
		case containsAny(name, identifyingStems) && personColumn.MatchString(name):
			f.Message = fmt.Sprintf("The column identifies people: %d rows about single people.", len(t.Rows))
		case containsAny(name, identifyingStems) && recordColumn.MatchString(name):
			f.Message = fmt.Sprintf("The column identifies single records of people: %d rows.", len(t.Rows))
		case !holdsCodes(t, column) && looksLikeIDs(t, column):
			f.Message = "The column holds values of the form of identifiers, each once."
		case holdsNames(t, column):
			f.Message = "The column holds names of people."
		case holdsPostcodes(t, column):
			f.Message = "The column holds postcodes, each of a few households."
		case holdsBirthDates(t, column):
			f.Message = "The column holds dates of birth."
		default:
			continue
		}
		found = true
		c.findings.add(f)
	}
	return found
}

// looksLikeIDs reports whether a column holds long codes that hardly repeat.
func looksLikeIDs(t *document.Table, column int) bool {
	seen := map[string]bool{}
	ids, others := 0, 0
	for _, row := range t.Rows {
		if column >= len(row.Cells) || row.Cells[column] == "" {
			continue
		}
		if len(row.Cells[column]) < shortestID || !uuidPattern.MatchString(row.Cells[column]) {
			if others++; others > 20 && others > ids {
				return false
			}
			continue
		}
		ids++
		seen[row.Cells[column]] = true
	}
	return ids >= 5 && others*10 <= ids && len(seen)*10 >= ids*9
}

// numbersBehind tells of numbers in the source of a page behind its masks.
func (c *check) numbersBehind(path string, doc document.Document) {
	for _, b := range doc.Behind {
		v := notation.ParseValue(b.Number)
		n, _ := v.Whole()
		f := Finding{Check: "AUD001", Severity: Failed, File: path}
		if policy := c.policyFor(path, ""); policy.IsLow(n) {
			f.Check = "LOW001"
		}
		f.Message = fmt.Sprintf("The source of the page holds a number, in the attribute %s, of a cell that shows %q.", b.Attribute, b.Cell)
		f.Fix = "Take the attribute out."
		switch doc.Kind {
		case "word", "slides":
			f.Message = fmt.Sprintf("The file keeps a number, deleted or hidden, in a cell that shows %q (%s).", b.Cell, b.Attribute)
			f.Fix = "Accept all changes and take hidden text out, or write the table anew."
		case "xlsx", "ods":
			f.Message = fmt.Sprintf("The file stores a number under a cell that shows %q (%s).", b.Cell, b.Attribute)
			f.Fix = "Write the mark itself into the cell, and not a number format that looks like it."
		}
		c.findings.add(f)
	}
}

// holdsCodes reports whether a column's name says that its long values are
// codes of a classification or checksums of files, which identify nobody.
func holdsCodes(t *document.Table, column int) bool {
	named := notation.Words(t.Header[column])
	if notation.AnyWord(named, personWords) {
		return false
	}
	inJSON := document.KindOf(t.File) == "json"
	return notation.AnyWord(named, codeWords) || notation.AnyWord(named, hashWords) || inJSON && slices.Contains(named, "hash")
}

var (
	codeWords   = notation.WordSet("code codes icd icd10 icd11 snomed snomedct opcs concept readcode dmd")
	hashWords   = notation.WordSet("sha sha1 sha256 sha512 md5 checksum digest")
	personWords = notation.WordSet("person patient participant people nhs id study member individual subject name")
)
