package auxtables

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
)

// versionEnding is what file and table names carry after the table's own name.
var versionEnding = regexp.MustCompile(`_v[0-9]{1,4}(_[0-9]{8})?$`)

// packedEnding is what a packed file's name ends with, behind its own ending.
var packedEnding = regexp.MustCompile(`\.(gz|zst)$`)

// auxiliaryFiles matches files to the dataset's tables: each has one.
func auxiliaryFiles(dataset spec.Dataset, files []*file) (map[spec.Identifier]*file, []diagnostic.Finding) {
	found := map[spec.Identifier]*file{}
	var findings []diagnostic.Finding
	for _, one := range files {
		if one.aux == nil {
			continue
		}
		if before := found[one.aux.Name]; before != nil {
			finding := diagnostic.Finding{File: one.Name(), Code: "DEL004", Message: "is a second file for " + one.aux.Name.String() + ", beside " + before.Name()}
			one.findings = append(one.findings, finding)
			continue
		}
		found[one.aux.Name] = one
	}
	for _, table := range dataset.Tables {
		if found[table.Name] == nil {
			findings = append(findings, diagnostic.Finding{File: table.Name.String() + ".csv", Code: "DEL005", Message: "is missing from the delivery"})
		}
	}
	return found, findings
}

func tableName(dataset spec.Dataset, file string) string {
	name := packedEnding.ReplaceAllString(strings.ToLower(file), "")
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name = versionEnding.ReplaceAllString(name, "")
	return strings.TrimPrefix(name, strings.ToLower(dataset.Stem)+"_")
}

func tableNames(dataset spec.Dataset) string {
	names := make([]string, len(dataset.Tables))
	for i, table := range dataset.Tables {
		names[i] = table.Name.String()
	}
	return strings.Join(names, ", ")
}

// listFiles returns the files named, and those of the folders named, sorted.
func listFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &diagnostic.Input{Findings: []diagnostic.Finding{{File: path, Code: "DEL006", Message: "there is no such file or folder"}}}
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.Type()&fs.ModeSymlink != 0 {
				return nil, &diagnostic.Input{
					Findings: []diagnostic.Finding{{File: entry.Name(), Code: "DEL007", Message: "is a link; a delivery is its own files"}},
					Hint:     "put the file itself in the folder, or name it on the command line",
				}
			}
			if !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
				files = append(files, filepath.Join(path, entry.Name()))
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// checkHeader compares a file's columns with those of the table in a version.
func checkHeader(table spec.Table, version spec.VersionNumber, source intake.Source) []diagnostic.Finding {
	name := source.Name()
	if delimiter := source.OtherDelimiter(); delimiter != "" && source.Delimiter == "," {
		return []diagnostic.Finding{{File: name, Line: 1, Code: "CSV006", Message: "the columns are separated by " + delimiter + ", not by commas, tabs or pipes"}}
	}
	columns := table.ColumnsIn(version)
	isColumn := func(given string) bool {
		return slices.ContainsFunc(columns, func(c spec.Column) bool { return c.Name.String() == given })
	}
	if !slices.ContainsFunc(source.Header, isColumn) {
		// The first line may be data, so that nothing of it is shown.
		return []diagnostic.Finding{{File: name, Line: 1, Code: "CSV009", Message: "is no header: nothing in it is a column of " + table.Name.String()}}
	}
	var findings []diagnostic.Finding
	seen := map[string]bool{}
	for _, given := range source.Header {
		known := isColumn(given)
		switch {
		case seen[given]:
			findings = append(findings, diagnostic.Finding{File: name, Line: 1, Column: given, Code: "COL001", Message: "this column is there twice"})
		case !known:
			findings = append(findings, diagnostic.Finding{File: name, Line: 1, Column: intake.Printable(given), Code: "COL002", Message: unknownColumn(table, given, version)})
		}
		seen[given] = true
	}
	for _, column := range columns {
		if !seen[column.Name.String()] {
			findings = append(findings, diagnostic.Finding{File: name, Line: 1, Column: column.Name.String(), Code: "COL003", Message: "this column is missing"})
		}
		if column.Type.IsText() && slices.Contains(source.Floating, column.Name.String()) {
			findings = append(findings, floating(source, column.Name.String()))
		}
	}
	return findings
}

func unknownColumn(table spec.Table, given string, version spec.VersionNumber) string {
	if _, known := table.Column(given); known {
		return fmt.Sprintf("version %s of %s does not have this column; another version does", version, table.Name)
	}
	return fmt.Sprintf("%s has no such column", table.Name)
}
