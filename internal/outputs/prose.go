package outputs

import (
	"fmt"
	"regexp"
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// prose looks at one line of text.
func (c *check) prose(path, kind string, p document.Prose) {
	if len(p.Text) > longestText {
		c.tooLong(path, p.Line)
		p.Text = p.Text[:longestText]
	}
	line, invisible := notation.Clean(p.Text)
	lower := strings.ToLower(line)
	at := func(check string, severity Severity, message string) {
		c.findings.add(Finding{Check: check, Severity: severity, File: path, Line: p.Line, Message: message})
	}
	if invisible {
		at("FIL007", ForReview, "The text holds characters that cannot be seen.")
	}
	if hasNHSNumber(line) {
		at("FIL004", Failed, "The text holds a number of the form of an NHS number, with a valid check digit.")
	}
	for _, seen := range identifiersIn(line, true) {
		at(seen.check, seen.severity, "The text holds "+seen.what+".")
	}
	c.noted = c.noted || isNote(lower)
	c.context.read(lower)
	c.sizeStated(path, p.Line, lower)
	c.modelsInProse(path, p.Line, lower)
	c.lowInProse(path, kind, p.Line, lower)
}

// lowInProse looks for low numbers of people in a line of text. The number
// stands in the proof alone.
func (c *check) lowInProse(path, kind string, line int, lower string) {
	policy := c.policyFor(path, "")
	f := Finding{Check: "LOW001", File: path, Line: line}
	for _, told := range peopleIn(lower, kind) {
		switch {
		case !policy.IsLow(told.n), f.Severity == Failed:
		case told.certain:
			f.Severity = Failed
			f.Message = fmt.Sprintf("The text tells a number of people below %d.", policy.Threshold)
			f.Certificate = fmt.Sprintf("the text says %d", told.n)
		case f.Severity == "":
			f.Severity = ForReview
			f.Message = fmt.Sprintf("The text speaks of a number, below %d, that may be of people.", policy.Threshold)
		}
	}
	if f.Severity != "" {
		c.findings.add(f)
	}
}

// noteStems are in every text that notePattern finds.
var noteStems = []string{"suppress", "redact", "mask", "disclos", "than", "count", "threshold", "small number", "stand"}

var notePattern = regexp.MustCompile(`suppress|redact|mask|disclos|(?:fewer|less|lower|smaller) than|counts? (?:below|under|of 0)|below the threshold|small numbers?|stands? for (?:fewer|less|counts?|numbers?|[01] to)`)

// isNote reports whether a text in lower case explains marks.
func isNote(lower string) bool {
	return containsAny(lower, noteStems) && notePattern.MatchString(lower)
}
