package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// contextSeen is what the texts of a folder say of its tables.
type contextSeen struct {
	words  map[string]bool // of all texts, in lower case
	people bool            // some text says whom the tables count

	unexplained []unexplained
	silent      []string // files with tables of counts
}

// unexplained is a column whose name is an abbreviation.
type unexplained struct{ file, table, column, name string }

var peoplePattern = regexp.MustCompile(`(?i)\b(?:participants?|people|persons?|patients?|individuals?|population|cohorts?|adults?|children|women|men|respondents|members|studies|sample)\b`)

// mostWords bounds what is remembered of very long texts.
const mostWords = 200_000

// read takes in one line of a text, in lower case.
func (s *contextSeen) read(lower string) {
	if s.words == nil {
		s.words = map[string]bool{}
	}
	s.people = s.people || containsAny(lower, peopleStems) && peoplePattern.MatchString(lower)
	if len(s.words) > mostWords {
		return
	}
	for from := 0; from < len(lower); {
		to := from
		for to < len(lower) && !partsWords(lower[to]) {
			to++
		}
		if to > from && !s.words[lower[from:to]] {
			s.words[strings.Clone(lower[from:to])] = true // a piece of the line would keep all of it
		}
		from = to + 1
	}
}

func partsWords(c byte) bool { return strings.IndexByte(" \t,;:.()[]|=\"'`", c) >= 0 }

// peopleStems are in every text that peoplePattern finds.
var peopleStems = []string{"particip", "people", "person", "patient", "individual", "population", "cohort", "adult", "child", "men", "respondent", "member", "studies", "sample"}

// containsAny reports whether a text has one of some words; it is many times
// faster than a pattern, and most lines have none.
func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// abbreviation is a name that only those who chose it understand: capitals, or
// letters and digits without a vowel, or a code with digits in it.
var abbreviation = regexp.MustCompile(`^(?:[A-Z]{2,6}[0-9]*|[a-z]{1,3}[0-9]{2,}|[a-z]+_?[0-9]+_[a-z0-9_]+|[b-df-hj-np-tv-xz]{3,8}[0-9]*)$`)

// known are abbreviations that need no explaining.
var known = notation.WordSet("n sd se ci iqr or hr rr pct id dob nhs uk sex icd icd10 yrs yr mth wk hrs llc lps ons gp tv df")

// contextOf remembers what a table leaves unexplained.
func (c *check) contextOf(m *layout.Model) {
	if _, wanted := severityOf(m.Policy.Rules.Context.Value); !wanted || len(m.CountColumns) == 0 {
		return
	}
	said := c.said[m]
	c.context.people = c.context.people || said.Population != "" || said.Context != ""
	if len(c.context.silent) == 0 || c.context.silent[len(c.context.silent)-1] != m.File {
		c.context.silent = append(c.context.silent, m.File)
	}
	if said.Unit == UnitRecords {
		c.findings.add(Finding{Check: "CTX003", Severity: Told, File: m.File, Table: m.Table.Name, Line: m.HeaderLine,
			Message: "The table counts records, and the rules count people: how many people are behind each number is not known."})
	}
	for column, name := range m.Header {
		if m.Roles[column] == layout.RoleKey || !abbreviation.MatchString(name) || known[strings.ToLower(name)] {
			continue
		}
		c.context.unexplained = append(c.context.unexplained, unexplained{m.File, m.Table.Name, name, strings.ToLower(name)})
	}
	for _, name := range m.Header {
		c.context.people = c.context.people || peoplePattern.MatchString(strings.ReplaceAll(name, "_", " "))
	}
}

// missingContext tells what no text of the folder says: whom the tables count,
// and what short names stand for.
func (c *check) missingContext() {
	severity, wanted := severityOf(c.policy.Rules.Context.Value)
	if !wanted {
		return
	}
	if files := c.context.silent; len(files) > 0 && !c.context.people {
		c.findings.add(Finding{Check: "CTX001", Severity: severity, File: files[0],
			Message: fmt.Sprintf("Nothing in the folder says whom its tables count (%s).", plural(len(files), "file"))})
	}
	told := map[string]bool{}
	for _, u := range c.context.unexplained {
		if c.context.words[u.name] || told[u.name] {
			continue
		}
		told[u.name] = true
		c.findings.add(Finding{Check: "CTX002", Severity: severity, File: u.file, Table: u.table, Column: u.column,
			Message: "The column's name is an abbreviation, and no text in the folder explains it."})
	}
}
