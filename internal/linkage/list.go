package linkage

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// PositiveList is a file of the people who have no National Data Opt-Out, as the
// check service of NHS England returns it: a person key, a comma and a line feed,
// once a person. In a research environment the keys are cohortkey_e, never NHS
// numbers: the trusted party translates them.
type PositiveList struct {
	Path     string
	Received spec.Date // when the check service's answer came
	Expires  spec.Date // its last day, if it has one before the policy's
}

// Stale is the error of something that was right once and may not be used any
// more. It holds no data.
type Stale struct{ Message, Hint string }

// Error returns the message.
func (e *Stale) Error() string { return e.Message }

// positiveList is a list that may be used.
type positiveList struct {
	PositiveList
	sha256 string
	lines  int64
}

func (l PositiveList) name() string { return filepath.Base(l.Path) }

func (l PositiveList) refuse(findings ...diagnostic.Finding) error {
	return &diagnostic.Input{Findings: findings, Hint: noFreeze}
}

// open looks at a list before the database reads it. A stale one is refused,
// whatever it holds.
func (l PositiveList) open(ctx context.Context, policy spec.OptOuts, today spec.Date) (positiveList, error) {
	if findings := future(l.name(), "LST008", l.Received, today); findings != nil {
		return positiveList{}, l.refuse(findings...)
	}
	if !l.Expires.IsZero() && l.Expires.Before(l.Received) {
		return positiveList{}, l.refuse(diagnostic.Finding{File: l.name(), Code: "LST009", Message: fmt.Sprintf("expires on %s, before it was received", l.Expires)})
	}
	last := spec.DateOf(l.Received.Time().AddDate(0, 0, policy.ListDays.Value))
	if l.Expires.IsZero() || last.Before(l.Expires) {
		l.Expires = last
	}
	if l.Expires.Before(today) {
		return positiveList{}, &Stale{
			fmt.Sprintf("%s: the positive list of %s is stale: its last day was %s", l.name(), l.Received, l.Expires),
			"send the people of section 251 to the check service again; " + noFreeze,
		}
	}
	file, err := os.Open(l.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return positiveList{}, l.refuse(diagnostic.Finding{File: l.Path, Code: "DEL006", Message: "there is no such file"})
	}
	if err != nil {
		return positiveList{}, err
	}
	defer file.Close()
	hash := sha256.New()
	lines, findings, err := inspectList(ctx, l.name(), io.TeeReader(file, hash))
	if err != nil {
		return positiveList{}, err
	}
	if len(findings) > 0 {
		return positiveList{}, l.refuse(findings...)
	}
	return positiveList{l, hex.EncodeToString(hash.Sum(nil)), lines}, nil
}

const (
	mostListFindings = 100     // where reading a list that is none ends
	longestLine      = 1 << 12 // bytes; a person key is a few dozen
)

// inspectList reads a list to its end and says what is wrong with it, by line.
func inspectList(ctx context.Context, name string, file io.Reader) (lines int64, findings []diagnostic.Finding, err error) {
	reader := bufio.NewReaderSize(file, longestLine)
	numbers := int64(0)
	for ctx.Err() == nil && len(findings) < mostListFindings {
		line, err := reader.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return lines, append(findings, ofWhole(name, lines, numbers, findings)...), nil
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return lines, findings, err
		}
		lines++
		if code, message := wrongWithLine(line, lines); code != "" {
			findings = append(findings, diagnostic.Finding{File: name, Line: lines, Code: code, Message: message})
			if code == listLineEnd || code == listCutShort || code == listNoLine {
				return lines, findings, nil
			}
			continue
		}
		if isNHSNumber(string(line[:len(line)-2])) {
			numbers++
		}
	}
	return lines, findings, ctx.Err()
}

// ofWhole says what is wrong with a list as a whole.
func ofWhole(name string, lines, numbers int64, findings []diagnostic.Finding) []diagnostic.Finding {
	switch {
	case lines == 0:
		return []diagnostic.Finding{{File: name, Code: "LST001", Message: "is empty: a list of nobody"}}
	case len(findings) == 0 && mostly(numbers, lines):
		return []diagnostic.Finding{{File: name, Code: "LST007", Message: "holds NHS numbers, which have no place in a research environment: the trusted party puts cohortkey_e in their place"}}
	}
	return nil
}

// mostly reports whether so many of the identifiers of a file are NHS numbers that
// chance has not made them: of ten random digits, one in eleven passes.
func mostly(numbers, all int64) bool { return 2*numbers > all }

func isNHSNumber(text string) bool {
	_, err := identifier.ParseNHSNumber(text, identifier.Synthetic)
	if err != nil {
		_, err = identifier.ParseNHSNumber(text, identifier.Real)
	}
	return err == nil
}

// Codes of faults after which a list need not be read on.
const (
	listLineEnd  = "LST002"
	listCutShort = "LST003"
	listNoLine   = "LST012" // longer than any line of a list
)

var (
	listHeaders   = []string{"cohortkey_e", "nhs_number", "nhsnumber", "person_key", "study_id_e"}
	roundedNumber = regexp.MustCompile(`^[0-9.]+[eE][+-]?[0-9]+$`)
)

// wrongWithLine returns what is wrong with a line, which ends with its line feed;
// nothing when the line is a key and a comma.
func wrongWithLine(line []byte, number int64) (code, message string) {
	const noKey = "the line is not one person key and a comma"
	text, ended := bytes.CutSuffix(line, []byte("\n"))
	if !ended && len(line) == longestLine {
		return listNoLine, noKey
	}
	if !ended {
		return listCutShort, "the file ends in the middle of a line: it was cut short"
	}
	if bytes.HasSuffix(text, []byte("\r")) {
		return listLineEnd, "the line ends with CR LF; the check service's lines end with LF alone, so that another program has written this file"
	}
	key, ended := bytes.CutSuffix(text, []byte(","))
	switch {
	case !ended || len(key) == 0 || !isKey(key):
		return "LST004", noKey
	case number == 1 && slices.Contains(listHeaders, strings.ToLower(string(key))):
		return "LST005", "this is a header; the check service's lists have none"
	case roundedNumber.Match(key):
		return "LST006", "the person key is a number that a spreadsheet has rounded"
	}
	return "", ""
}

// isKey reports whether a text is a key: printed characters without blanks,
// commas and quotes.
func isKey(text []byte) bool {
	return utf8.Valid(text) && !bytes.ContainsFunc(text, func(r rune) bool {
		return r == ',' || r == '"' || !unicode.IsPrint(r) || unicode.IsSpace(r)
	})
}

// read reads the list into its temporary table, which is empty without a list.
func (l *positiveList) read(ctx context.Context, w *warehouse.Warehouse) error {
	if l == nil {
		_, err := w.Run(ctx, statements["14_no_positive_list"], nil)
		return err
	}
	_, err := w.Run(ctx, statements["13_read_positive_list"], warehouse.Args{"path": l.Path})
	return err
}

// check refuses a list that did not do what lists do: one that was not read
// whole, one of other people, and one that leaves out everybody.
func (l *positiveList) check(ctx context.Context, w *warehouse.Warehouse, freeze int) error {
	if l == nil {
		return nil
	}
	var lines int64
	var listed, mapped, matched, linked disclosure.Count
	_, err := w.One(ctx, statements["42_count_listed"], warehouse.Args{"freeze": freeze}, &lines, &listed, &mapped, &matched, &linked)
	switch {
	case err != nil:
		return err
	case lines != l.lines:
		return fmt.Errorf("%s: %w: %d in the file, %d read", l.name(), ErrRowsDisagree, l.lines, lines)
	case mapped.IsZero():
		return l.refuse(diagnostic.Finding{File: l.name(), Code: "LST010", Message: "names nobody: its keys are not those of the mapping"})
	case linked.IsZero() && !matched.IsZero():
		return l.refuse(diagnostic.Finding{File: l.name(), Code: "LST011", Message: "leaves out everybody who flows under section 251: it is another list, or not whole"})
	}
	return nil
}
