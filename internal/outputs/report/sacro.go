package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// Sources of what a pack has to be: the SACRO Viewer's sacro/models.py and
// sacro/versioning.py, and its assets/src/scripts. The Viewer takes versions as
// text and refuses 0.10; it compares a checksum file whole, without the newline
// that text files end with; it counts cells from the line after the first and
// the second column; it shows summaries and comments as HTML; it reads every
// *.json beside results.json and stops at one that is no object.
const (
	packVersion = "0.4.0"
	results     = "results.json"
	config      = "config.json"
	checksums   = "checksums"
	ownReport   = "tre-check.txt"
)

// ErrPackThere is returned when the folder of a pack has something in it.
var ErrPackThere = errors.New("the folder is not empty")

// Pack says what a pack is made of.
type Pack struct {
	Report  outputs.Report
	Profile disclosure.Profile
	Paths   []string // as they were checked
	Made    time.Time
}

// packed is one file of a pack and what is said of it.
type packed struct {
	name    string
	content []byte
	result  result
}

type result struct {
	UID        string            `json:"uid"`
	Status     string            `json:"status"`
	Type       string            `json:"type"`
	Properties map[string]string `json:"properties"`
	Files      []resultFile      `json:"files"`
	Outcome    struct{}          `json:"outcome"`
	Command    string            `json:"command"`
	Summary    string            `json:"summary"`
	Timestamp  string            `json:"timestamp"`
	Comments   []string          `json:"comments"`
	Exception  string            `json:"exception"`
}

type resultFile struct {
	Name string `json:"name"`
	SDC  sdc    `json:"sdc"`
}

// Write makes a pack in a folder that is absent or empty: the checked files, what
// was found in each, and their checksums. The folder appears whole or not at all.
func (p Pack) Write(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s: %w", dir, ErrPackThere)
	}
	files, err := p.files()
	if err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(parent, ".unfinished-*")
	if err != nil {
		return err
	}
	err = writePack(draft, files)
	if err == nil && entries != nil {
		err = os.Remove(dir)
	}
	if err == nil {
		err = errors.Join(os.Chmod(draft, 0o755), os.Rename(draft, dir))
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(draft))
	}
	return nil
}

func writePack(dir string, files map[string][]byte) error {
	if err := os.Mkdir(filepath.Join(dir, checksums), 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
		if name == config {
			continue
		}
		sum := sha256.Sum256(content)
		if err := os.WriteFile(filepath.Join(dir, checksums, name+".txt"), []byte(hex.EncodeToString(sum[:])), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// files returns the files of the pack by name.
func (p Pack) files() (map[string][]byte, error) {
	var text bytes.Buffer
	if err := Text(&text, p.Report); err != nil {
		return nil, err
	}
	whole := p.custom(ownReport, text.Bytes())
	list := []packed{whole}
	taken := map[string]bool{results: true, config: true, checksums: true, ownReport: true}
	found, _ := groups(p.Report)
	for _, file := range p.Report.Files {
		one, err := p.file(file, found, taken)
		if file.IsPart(err) {
			continue // the report tells of it
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", notation.Printable(file.Path), err)
		}
		list = append(list, one)
	}
	files := map[string][]byte{}
	byUID := map[string]result{}
	for i, one := range list {
		one.result.UID = "output_" + strconv.Itoa(i)
		byUID[one.result.UID] = one.result
		files[one.name] = one.content
	}
	var err error
	if files[results], err = ascii(map[string]any{"version": packVersion, "results": byUID}); err != nil {
		return nil, err
	}
	files[config], err = ascii(p.appetite())
	return files, err
}

func ascii(value any) ([]byte, error) {
	text, err := encoded(value)
	return visible(text, true), err
}

// appetite is the profile in ACRO's words, as far as ACRO has them.
func (p Pack) appetite() map[string]any {
	rules := p.Profile.Rules()
	return map[string]any{
		"rules":                 rules.Name,
		"safe_threshold":        rules.Threshold.Value,
		"zeros_are_disclosive":  rules.Zero.Value == disclosure.MaskZero,
		"safe_round_base":       rules.RoundingBase.Value,
		"check_missing_values":  false,
		"safe_statistic_people": rules.StatisticPeople.Value,
	}
}

// custom is the report itself, as an output of the pack.
func (p Pack) custom(name string, content []byte) packed {
	status := map[outputs.Verdict]string{outputs.Safe: "pass", outputs.Review: "review", outputs.Fail: "fail"}[p.Report.Verdict]
	r := p.result(status)
	r.Files[0].Name = name
	_, all := groups(p.Report)
	r.Summary = status + "; " + all.String() + "; "
	r.Comments = append(r.Comments, "The report of all files, with those that are not in this pack.")
	if said := warning(p.Report); said != "" {
		r.Comments = append(r.Comments, said)
	}
	return packed{name, content, r}
}

func (p Pack) result(status string) result {
	return result{
		Status: status, Type: "custom", Properties: map[string]string{"method": "tre-check"},
		Files: []resultFile{{SDC: newSDC()}}, Command: "tre-check check --rules " + p.Report.Rules,
		Timestamp: p.Made.UTC().Format("2006-01-02T15:04:05.000000"), Comments: []string{},
	}
}

// file copies one checked file into the pack.
func (p Pack) file(file outputs.File, found []group, taken map[string]bool) (packed, error) {
	stream, err := outputs.Open(p.Paths, file.Path)
	if err != nil {
		return packed{}, err
	}
	defer stream.Close()
	seal := file.Seal()
	content, err := io.ReadAll(io.TeeReader(stream, seal))
	if err != nil {
		return packed{}, err
	}
	if _, _, err := seal.Sum(); err != nil {
		return packed{}, err
	}
	var findings group
	if i := slices.IndexFunc(found, func(g group) bool { return g.File == notation.Printable(file.Path) }); i >= 0 {
		findings = found[i]
	}
	r := p.result(findings.status())
	if file.Tables > 0 {
		r.Type = "table"
	}
	name := packName(file.Path, taken)
	r.Files[0] = resultFile{name, findings.sdc(file.Path, content)}
	r.Summary = findings.status() + "; " + findings.summary()
	for _, finding := range findings.Findings {
		r.Comments = append(r.Comments, comment(finding))
	}
	if name != file.Path {
		r.Comments = append(r.Comments, "Checked as "+html.EscapeString(notation.Printable(file.Path)))
	}
	return packed{name, content, r}, nil
}

// status is ACRO's word for the worst finding.
func (g group) status() string {
	switch {
	case g.tally.mend > 0:
		return "fail"
	case g.tally.decide > 0:
		return "review"
	}
	return "pass"
}

// summary counts the findings by check; the Viewer splits it at each "; ".
func (g group) summary() string {
	count := map[string]int{}
	var order []string
	for _, finding := range g.Findings {
		if count[finding.Check]++; count[finding.Check] == 1 {
			order = append(order, finding.Check)
		}
	}
	var b strings.Builder
	for _, check := range order {
		fmt.Fprintf(&b, "%s: %d x %s; ", check, count[check], html.EscapeString(strings.ToLower(titleOf(check))))
	}
	return b.String()
}

// comment tells of one finding. The Viewer shows it as HTML.
func comment(f outputs.Finding) string {
	text := f.Check
	if f.Line > 0 {
		text += fmt.Sprintf(", line %d", f.Line)
	}
	if inside := place(f); inside != "" {
		text += ", " + inside
	}
	text += ": " + notation.Printable(f.Message)
	if f.Certificate != "" {
		text += " Proof: " + notation.Printable(f.Certificate) + "."
	}
	return html.EscapeString(text + " Fix: " + f.Fix)
}

var unsafeInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// packName names a file in the pack: without folders, which the Viewer drops when
// it releases, and with no JSON beside results.json. Two files never share a
// name, in upper or lower case.
func packName(path string, taken map[string]bool) string {
	name := strings.TrimLeft(unsafeInName.ReplaceAllString(path, "_"), ".-")
	if name == "" {
		name = "file"
	}
	if strings.EqualFold(filepath.Ext(name), ".json") {
		name += ".txt"
	}
	unique := name
	for i := 2; taken[strings.ToLower(unique)]; i++ {
		extension := filepath.Ext(name)
		unique = fmt.Sprintf("%s_%d%s", strings.TrimSuffix(name, extension), i, extension)
	}
	taken[strings.ToLower(unique)] = true
	return unique
}
