package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// sarifSchema is the published schema's own address; nothing is fetched from it.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

var sarifLevels = map[outputs.Severity]string{outputs.Failed: "error", outputs.ForReview: "warning", outputs.Told: "note"}

// SARIF writes the report in the Static Analysis Results Interchange Format,
// version 2.1.0: findings as results, checks as rules, and what was not read
// fully as notifications.
func SARIF(w io.Writer, r outputs.Report) error {
	log := sarif.NewReport()
	log.Schema = sarifSchema
	log.AddRun(sarifRun(r))
	text, err := encoded(log)
	if err != nil {
		return err
	}
	_, err = w.Write(visible(text, false))
	return err
}

func sarifRun(r outputs.Report) *sarif.Run {
	run := sarif.NewRun()
	driver := sarif.NewToolComponent().WithName("tre-check")
	for _, check := range outputs.Checks() {
		driver.AddRule(sarif.NewReportingDescriptor().WithID(check.ID).
			WithShortDescription(sarifText(check.Title)).WithHelp(sarifText(check.Fix)))
	}
	run.WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("unicodeCodePoints")
	properties := sarif.NewPropertyBag().Add("verdict", r.Verdict).Add("rules", r.Rules).Add("disclosive", r.Disclosive)
	if said := warning(r); said != "" {
		properties.Add("warning", said)
	}
	run.WithProperties(properties)
	for _, file := range r.Files {
		run.AddArtifact(sarif.NewArtifact().WithLocation(sarifPlace(notation.Printable(file.Path))))
	}
	for _, finding := range r.Findings {
		run.AddResult(sarifResult(finding))
	}
	run.AddInvocation(sarifInvocation(r))
	return run
}

func sarifText(text string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(text)
}

// sarifPlace names a file by a relative reference.
func sarifPlace(path string) *sarif.ArtifactLocation {
	reference := url.URL{Path: path}
	return sarif.NewArtifactLocation().WithURI(reference.String())
}

func sarifResult(f outputs.Finding) *sarif.Result {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(sarifPlace(f.File))
	if f.Line > 0 {
		at.WithRegion(sarif.NewRegion().WithStartLine(f.Line))
	}
	location := sarif.NewLocation().WithPhysicalLocation(at)
	if inside := place(f); inside != "" {
		location.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(inside).WithKind("member"))
	}
	message := notation.Printable(f.Message)
	if f.Certificate != "" {
		message += " Proof: " + notation.Printable(f.Certificate) + "."
	}
	return sarif.NewRuleResult(f.Check).WithLevel(sarifLevels[f.Severity]).
		WithMessage(sarif.NewMessage().WithText(message + " Fix: " + f.Fix)).
		AddLocation(location).
		WithPartialFingerprints(map[string]string{"cell/v1": fingerprint(f)})
}

// sarifMessage is a message as it stands: SARIF takes a number in braces for a
// placeholder.
func sarifMessage(text string) *sarif.Message {
	return sarif.NewMessage().WithText(strings.NewReplacer("{", "{{", "}", "}}").Replace(text))
}

// fingerprint stays the same while the same check finds the same cell.
func fingerprint(f outputs.Finding) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Check, f.File, f.Table, f.Row, f.Column}, "\x1f")))
	return hex.EncodeToString(sum[:16])
}

// sarifInvocation tells that the check ran to its end, and what it did not read.
func sarifInvocation(r outputs.Report) *sarif.Invocation {
	invocation := sarif.NewInvocation().WithExecutionSuccessful(true)
	for _, file := range r.Files {
		if file.Read == outputs.Fully {
			continue
		}
		location := sarif.NewLocation().WithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(sarifPlace(notation.Printable(file.Path))))
		invocation.AddToolExecutionNotification(sarif.NewNotification().WithLevel("warning").
			WithMessage(sarifMessage(notation.Printable(string(file.Read) + " read: " + file.Reason))).
			AddLocation(location))
	}
	return invocation
}
