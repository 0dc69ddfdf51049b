// Package spec reads the TOML specifications into validated, immutable types.
// A specification that loads is right from then on: names are names, types are
// types, dates are days. All faults of a file are reported at once, with their
// lines.
package spec

import (
	"errors"
	"fmt"
	"io/fs"
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

type faultList struct{ faults []Fault }

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
	faults := &faultList{}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		faults.add(name, 0, "cannot be read: %v", reason(err))
		return faults
	}
	meta, err := toml.Decode(string(text), into)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		faults.add(name, syntax.Position.Line, "%s", syntax.Message)
	case err != nil:
		faults.add(name, 0, "%v", err)
	}
	for _, key := range meta.Undecoded() {
		faults.add(name, lineOf(text, key), "unknown key %q", key.String())
	}
	return faults
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
	last := key[len(key)-1]
	for i, line := range strings.Split(string(text), "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, last+" ") || strings.HasPrefix(trimmed, last+"=") || strings.HasPrefix(trimmed, "["+key.String()) || strings.HasPrefix(trimmed, "[["+key.String()) {
			return i + 1
		}
	}
	return 0
}
