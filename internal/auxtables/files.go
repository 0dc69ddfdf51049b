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

// findFiles matches the files of a delivery to the dataset's tables, by name:
// care_cluster.csv, IAPT_care_cluster_v0003.csv and the like.
func findFiles(request Request) (map[spec.Identifier]string, error) {
	paths, err := listFiles(request.Paths)
	if err != nil {
		return nil, err
	}
	found := map[spec.Identifier]string{}
	var findings []diagnostic.Finding
	for _, path := range paths {
		name := filepath.Base(path)
		table, known := request.Dataset.Table(tableName(request.Dataset, name))
		switch {
		case !known:
			findings = append(findings, diagnostic.Finding{File: name, Code: "DEL003", Message: "is not named after a table of " + request.Dataset.Name})
		case found[table.Name] != "":
			findings = append(findings, diagnostic.Finding{File: name, Code: "DEL004", Message: "is a second file for " + table.Name.String() + ", beside " + filepath.Base(found[table.Name])})
		default:
			found[table.Name] = path
		}
	}
	for _, table := range request.Dataset.Tables {
		if found[table.Name] == "" {
			findings = append(findings, diagnostic.Finding{File: table.Name.String() + ".csv", Code: "DEL005", Message: "is missing from the delivery"})
		}
	}
	if len(findings) > 0 {
		return nil, &diagnostic.Input{Findings: findings, Hint: "a delivery has one CSV file for each of the tables: " + tableNames(request.Dataset)}
	}
	return found, nil
}

func tableName(dataset spec.Dataset, file string) string {
	name := strings.ToLower(strings.TrimSuffix(file, filepath.Ext(file)))
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
	if delimiter := source.OtherDelimiter(); delimiter != "" {
		return []diagnostic.Finding{{File: name, Line: 1, Code: "CSV006", Message: "the columns are separated by " + delimiter + ", not by commas"}}
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
			findings = append(findings, diagnostic.Finding{File: name, Line: 1, Column: printable(given), Code: "COL002", Message: unknownColumn(table, given, version)})
		}
		seen[given] = true
	}
	for _, column := range columns {
		if !seen[column.Name.String()] {
			findings = append(findings, diagnostic.Finding{File: name, Line: 1, Column: column.Name.String(), Code: "COL003", Message: "this column is missing"})
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

// printable returns a header's name if it looks like one. A file without a
// header has data in its first line, which must not reach the screen.
func printable(name string) string {
	if _, err := spec.ParseIdentifier(name); err != nil {
		return "(not a column name)"
	}
	return name
}
