package doctor

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"tre-toolkit/internal/warehouse"
)

const (
	keysFolder      = "keys"
	rejectsFolder   = "rejects"
	temporaryFolder = "tmp"
)

// dataEndings are those of files that hold rows.
var dataEndings = []string{".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet", ".sav", ".dta", ".sas7bdat", ".rds", ".feather", ".zip", ".gz", ".db", ".sqlite", ".duckdb"}

const databaseFile = "warehouse.duckdb"

// examineFiles walks the workspace's folder and follows no link.
func examineFiles(dir string, role warehouse.Role) ([]Finding, error) {
	var findings []Finding
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another reader's file, gone meanwhile
		}
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		where, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		one := entry{filepath.ToSlash(where), path, info}
		found, err := one.examine(role)
		findings = append(findings, found...)
		return err
	})
	return findings, err
}

// entry is a file or folder of a workspace.
type entry struct {
	where string // from the workspace's folder, with forward slashes
	path  string
	fs.FileInfo
}

func (e entry) folder() string {
	first, _, _ := strings.Cut(e.where, "/")
	return first
}

func (e entry) examine(role warehouse.Role) ([]Finding, error) {
	var findings []Finding
	add := func(r rule, holds bool) {
		if holds {
			findings = append(findings, r.at(e.where))
		}
	}
	if e.Mode()&fs.ModeSymlink != 0 {
		add(leadsOut, true)
		add(temporaryOpen, e.where == temporaryFolder)
		return findings, nil
	}
	exposed := e.Mode().Perm()&0o077 != 0
	if status, known := e.Sys().(*syscall.Stat_t); known {
		add(otherOwner, int(status.Uid) != os.Geteuid())
		add(secondName, e.Mode().IsRegular() && status.Nlink > 1)
	}
	if e.IsDir() {
		add(temporaryOpen, exposed && e.where == temporaryFolder)
		add(folderOpen, exposed && e.where != temporaryFolder)
		return findings, nil
	}
	inKeys := e.folder() == keysFolder
	add(keyOpen, exposed && inKeys)
	add(fileOpen, exposed && !inKeys)
	add(temporaryFilled, e.folder() == temporaryFolder)
	add(strayData, e.isStrayData())
	add(crosswalkHere, role == warehouse.TRE && inKeys && strings.HasPrefix(e.Name(), "crosswalk"))
	identity, sealed, err := e.keyMarks()
	add(openIdentity, identity)
	add(unsealedKey, inKeys && strings.HasSuffix(e.Name(), ".age") && !sealed)
	return findings, err
}

func (e entry) isStrayData() bool {
	if folder := e.folder(); folder == rejectsFolder || folder == temporaryFolder || e.where == databaseFile {
		return false
	}
	return slices.Contains(dataEndings, strings.ToLower(filepath.Ext(e.Name())))
}

// keyMarks reads the start of a file for the marks of an age identity and of a
// sealed file.
func (e entry) keyMarks() (identity, sealed bool, err error) {
	if !e.Mode().IsRegular() || e.where == databaseFile {
		return false, false, nil
	}
	file, err := os.Open(e.path)
	if err != nil {
		return false, false, err
	}
	defer file.Close()
	start, err := io.ReadAll(io.LimitReader(file, 1<<16))
	return bytes.Contains(start, []byte("AGE-SECRET-KEY-")), bytes.HasPrefix(start, []byte("age-encryption.org/")), err
}

// printable returns a name without what would steer a terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
