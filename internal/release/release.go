// Package release remembers what left a research environment before, and tells
// what a further release gives away together with it.
//
// A Release holds cells and no copies of files: of each table of counts the
// labels, and what was printed there, a number or a mark; and of each file its
// SHA-256. It can therefore be kept inside the environment without being more
// telling than what is public already. A Register is a folder of releases, one
// file each, to which nothing but a next release is ever added; each file names
// the hash of the one before, and its own is part of its name.
//
// Compare looks for counts that changed by a few people, masks that came or went,
// residuals of one table against another, and lays old and new tables that show
// the same data before the attacker together.
package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strings"

	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/spec"
)

// Release is what one release let a reader see.
type Release struct {
	Format   int    `json:"format"`
	Number   int    `json:"number"` // from 1, in the order of the register
	Name     Name   `json:"release"`
	Date     string `json:"date"` // when it left, such as 2024-09-05
	Rules    string `json:"rules"`
	Previous string `json:"previous"` // SHA-256 of the file of the release before; empty for the first
	Files    []File `json:"files"`
	Tables   []Held `json:"tables"`
	// Measures are the tables of published measures whose counts are exact.
	Measures []outputs.Measured `json:"measures,omitempty"`
}

// Name is what people call a release. It may be part of a file's name.
type Name string

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)

// ParseName reads the name of a release.
func ParseName(text string) (Name, error) {
	if !namePattern.MatchString(text) {
		return "", fmt.Errorf("%.80q is no name of a release: letters, digits, dots and dashes, 64 at most", text)
	}
	return Name(text), nil
}

// File is one file that left.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Table is one table of counts that left.
type Table struct {
	Identity string         `json:"identity"` // the same for tables with the same columns
	Stamp    *metrics.Stamp `json:"stamp,omitempty"`
	outputs.PublishedTable
}

// Source is a set of checked files to make a release of.
type Source struct {
	Name      Name
	Date      spec.Date
	Rules     string
	Paths     []string // as they were checked
	Report    outputs.Report
	Published outputs.Publication
}

// Of makes a release of files that were checked: it hashes them and reads the
// stamps that tables of this toolkit carry. The error is [outputs.ErrChanged] for
// a file that is no longer the one that was checked.
func Of(source Source) (Release, error) {
	release := Release{Format: format, Name: source.Name, Date: source.Date.String(), Rules: source.Rules, Files: []File{}, Tables: []Held{}, Measures: source.Published.Measured()}
	stamps := map[string]metrics.Stamp{}
	for _, file := range source.Report.Files {
		shown := notation.Printable(file.Path)
		sum, size, stamp, err := look(source.Paths, file)
		if file.IsPart(err) {
			continue
		}
		if err != nil {
			return Release{}, fmt.Errorf("%s: %w", shown, err)
		}
		release.Files = append(release.Files, File{shown, sum, size})
		if stamp != nil {
			stamps[strings.TrimSuffix(shown, metrics.MetadataSuffix)] = *stamp
		}
	}
	for table := range source.Published.Tables() {
		made := Table{Identity: identity(table), PublishedTable: table}
		if stamp, stamped := stamps[table.File]; stamped {
			made.Stamp = &stamp
		}
		release.Tables = append(release.Tables, Hold(made))
	}
	return release, nil
}

// identity is the same for tables whose columns have the same names.
func identity(t outputs.PublishedTable) string {
	names := strings.ToLower(strings.Join(t.Labels, "\x1f") + "\x1e" + strings.Join(t.Columns, "\x1f"))
	sum := sha256.Sum256([]byte(names))
	return hex.EncodeToString(sum[:8])
}

// mostStamp is how much of a file is searched for a stamp.
const mostStamp = 4 << 20

// look hashes one file, which must be as it was when it was checked, and reads the
// stamp that it carries.
func look(paths []string, checked outputs.File) (sum string, size int64, stamp *metrics.Stamp, err error) {
	file, err := outputs.Open(paths, checked.Path)
	if err != nil {
		return "", 0, nil, err
	}
	defer file.Close()
	seal := checked.Seal()
	var start bytes.Buffer
	if _, err := io.Copy(io.MultiWriter(seal, &start), io.LimitReader(file, mostStamp)); err != nil {
		return "", 0, nil, err
	}
	if found, carries := metrics.StampOf(checked.Path, start.Bytes()); carries {
		stamp = &found
	}
	if _, err := io.Copy(seal, file); err != nil {
		return "", 0, nil, err
	}
	sum, size, err = seal.Sum()
	return sum, size, stamp, err
}
