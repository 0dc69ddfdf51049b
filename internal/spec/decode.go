// Package spec reads the TOML specifications into validated, immutable types.
// A specification that loads is right from then on: names are names, types are
// types, dates are days. All faults of a file are reported at once, with their
// lines.
package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Invalid is an error that lists everything wrong with a specification.
type Invalid struct{ Faults []Fault }

// Fault is one thing wrong with a specification: where and what.
type Fault struct {
	File    string
	Line    int // 0 when it concerns the file as a whole
	Message string
}

// Error returns one line a fault, as file:line: message.
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// String returns file:line: message.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// Join returns all faults of several specifications' errors as one, each once,
// in the order of files and lines. An error of another kind comes first.
func Join(errs ...error) error {
	all := &faultList{}
	for _, err := range errs {
		var invalid *Invalid
		if err != nil && !errors.As(err, &invalid) {
			return err
		}
		if invalid == nil {
			continue
		}
		for _, fault := range invalid.Faults {
			if !slices.Contains(all.faults, fault) {
				all.faults = append(all.faults, fault)
			}
		}
	}
	slices.SortStableFunc(all.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return all.err()
}

type faultList struct {
	faults []Fault
	broken bool // decoding stopped at the first fault
}

func (l *faultList) add(file string, line int, format string, args ...any) {
	l.faults = append(l.faults, Fault{file, line, fmt.Sprintf(format, args...)})
}

func (l *faultList) err() error {
	if len(l.faults) == 0 {
		return nil
	}
	return &Invalid{l.faults}
}

// decodeFile reads one TOML file strictly: a key that nothing reads is a fault.
func decodeFile(files fs.FS, name string, into any) *faultList {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return cannotBeRead(name, err)
	}
	return decodeText(name, text, into)
}

func cannotBeRead(name string, err error) *faultList {
	faults := &faultList{broken: true}
	faults.add(name, 0, "cannot be read: %v", reason(err))
	return faults
}

func decodeText(name string, text []byte, into any) *faultList {
	faults := &faultList{}
	meta, err := toml.Decode(string(text), into)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		faults.add(name, syntax.Position.Line, "%s", syntax.Message)
		faults.broken = true
		return faults
	case err != nil:
		line, message := misfit(err)
		faults.add(name, line, "%s", message)
		faults.broken = true
		return faults
	}
	for _, key := range meta.Undecoded() {
		faults.add(name, lineOf(text, key), "unknown key %q%s", key.String(), suggest(key[len(key)-1], keysAt(reflect.TypeOf(into), key[:len(key)-1])))
	}
	return faults
}

var misfitPattern = regexp.MustCompile(`^toml: line (\d+) \(last key "(.*?)"\): (?:incompatible types: )?(.*)$`)

// misfit takes the line and the key out of the message that a value is of the
// wrong TOML type.
func misfit(err error) (line int, message string) {
	parts := misfitPattern.FindStringSubmatch(err.Error())
	if parts == nil {
		return 0, err.Error()
	}
	line, _ = strconv.Atoi(parts[1]) // digits, by the pattern
	return line, parts[2] + ": " + parts[3]
}

func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// lineOf finds the line that sets a key, for a fault's position.
func lineOf(text []byte, key toml.Key) int {
	name := regexp.QuoteMeta(key[len(key)-1])
	setting := regexp.MustCompile(`^\s*(\[\[?\s*([\w.]+\.)?` + name + `\s*\]|` + name + `\s*=|[^#]*[{,]\s*` + name + `\s*=)`)
	return lineWhere(text, 1, setting.MatchString)
}

// lineNaming finds the line where a key such as name or code is set to a value
// for the nth time.
func lineNaming(text []byte, key, value string, nth int) int {
	setting := regexp.MustCompile(`\b` + key + `\s*=\s*["']` + regexp.QuoteMeta(value) + `["']`)
	return lineWhere(text, nth, setting.MatchString)
}

// isHeading returns a test for the lines that open a table of a name.
func isHeading(name string) func(line string) bool {
	return func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), name) }
}

// lineWhere returns the nth line that a test holds for and that is no comment, or 0.
func lineWhere(text []byte, nth int, holds func(line string) bool) int {
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") || !holds(line) {
			continue
		}
		if nth--; nth == 0 {
			return i + 1
		}
	}
	return 0
}
