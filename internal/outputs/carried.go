package outputs

import (
	"fmt"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/document/unseen"
)

// carried tells what a file is, where that is no output, and what it carries
// that nobody sees.
func (c *check) carried(path string, doc document.Document) {
	if doc.Claimed != "" {
		c.findings.add(Finding{
			Check: "FIL010", Severity: Failed, File: path,
			Message: fmt.Sprintf("The file is named as one of the kind %q, and its content is of the kind %q.", doc.Claimed, doc.Kind),
		})
	}
	if doc.Family == document.Archive {
		c.findings.add(Finding{
			Check: "FIL012", Severity: ForReview, File: path,
			Message: fmt.Sprintf("The file is an archive; %d files in it were looked at.", len(doc.Members)),
		})
	}
	for _, hidden := range doc.Hidden {
		check, severity := gradeHidden(doc.Kind, hidden.Class)
		c.findings.add(Finding{
			Check: check, Severity: severity, File: path,
			Message: fmt.Sprintf("Not seen when the file is opened: %s (%s).", hidden.What, hidden.Where),
		})
	}
}

// gradeHidden says under which check something hidden falls and how grave it
// is: numbers in a workbook that its window does not show are the commonest
// leak, and a program is never an output.
func gradeHidden(kind string, class unseen.Class) (string, Severity) {
	switch class {
	case unseen.Person, unseen.Place, unseen.Path:
		return "FIL009", ForReview
	case unseen.Program:
		return "FIL008", Failed
	case unseen.Numbers:
		if kind == "xlsx" || kind == "ods" {
			return "FIL008", Failed
		}
	}
	return "FIL008", ForReview
}

// notRead records a file of which nothing was read, under the check that says
// why it should not be there.
func (c *check) notRead(path string, doc document.Document) {
	check, severity := "FIL001", ForReview
	switch doc.Family {
	case document.Data, document.Program:
		check, severity = "FIL011", Failed
	case document.Secret:
		check, severity = "FIL013", Failed
	}
	c.skipped(path, doc.Kind, check, severity, doc.Unread)
}
