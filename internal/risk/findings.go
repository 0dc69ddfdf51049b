package risk

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"tre-toolkit/internal/identifier/shapes"
	"tre-toolkit/internal/warehouse"
)

// Finding is one thing that raises the risk. One that stops is an identifier, or
// a limit of the owner that is broken.
type Finding struct {
	Code  string `json:"code"`  // stable, such as RSK010
	Where string `json:"where"` // a file, or file: column
	Says  string `json:"says"`
	Fix   string `json:"fix"`
	Stops bool   `json:"stops"`
}

type rule struct {
	code, says, fix string
	stops           bool
}

var (
	identifierName = rule{"RSK001", "a column named for an identifier", "leave the column out, or rename it when it holds none", true}
	numberShapes   = rule{"RSK010", "NHS numbers: ten digits of an issued range with the right check digit", "leave the column out and ask who delivered it", true}
	postcodeShapes = rule{"RSK011", "full postcodes", "leave the column out, or coarsen it to an area", true}
	emailShapes    = rule{"RSK012", "e-mail addresses", "leave the column out and ask who delivered it", true}
	nameShapes     = rule{"RSK013", "a list of people's names", "leave the column out and ask who delivered it", true}
	freeText       = rule{"RSK020", "free text: sentences that differ from row to row, in which anybody may be named", "leave the column out, or have somebody read it", false}
	tooManyUnique  = rule{"RSK030", "more participants are unique by the quasi-identifiers than the project's limit lets be", "coarsen or leave out the column that drives it", true}
	classTooSmall  = rule{"RSK031", "the smallest class of participants who cannot be told apart is smaller than the project's limit", "coarsen or leave out the column that drives it", true}
	smallStudy     = rule{"RSK040", "a study with so few participants in the extract that their number is masked", "ask whether the project needs the study", false}
)

func (r rule) at(where string) Finding { return Finding{r.code, where, r.says, r.fix, r.stops} }

func smallStudies(studies []Study) []Finding {
	findings := []Finding{}
	for _, study := range studies {
		if study.Participants.Masked() {
			findings = append(findings, smallStudy.at(study.Name))
		}
	}
	return findings
}

func (f found) broken(file string) []Finding {
	var findings []Finding
	if f.tooManyUnique {
		findings = append(findings, tooManyUnique.at(file))
	}
	if f.classTooSmall {
		findings = append(findings, classTooSmall.at(file))
	}
	return findings
}

// dataFiles lists the Parquet and CSV files below a folder, in order.
func dataFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if isCSV(name) || strings.HasSuffix(name, ".parquet") {
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

func isCSV(name string) bool { return strings.HasSuffix(name, ".csv") }

func within(dir, file string) string { return filepath.Join(dir, filepath.FromSlash(file)) }

// field is a column of the file in hand.
type field struct{ name, kind string }

func (a *assessor) columns(ctx context.Context) ([]field, error) {
	var columns []field
	err := a.w.Each(ctx, statements["12_columns"], nil, func(scan func(...any) error) error {
		var one field
		err := scan(&one.name, &one.kind)
		columns = append(columns, one)
		return err
	})
	return columns, err
}

// personEnding ends the name of the column of participants, in every project.
const personEnding = "_stud_id"

func personColumn(columns []field) string {
	for _, column := range columns {
		if strings.HasSuffix(column.name, personEnding) {
			return column.name
		}
	}
	return ""
}

const (
	fewestSentences = 10  // that make a column one of free text
	oftenSentences  = 0.2 // of its different values
	mostRepeats     = 20  // rows to a different value; a code's label has more
)

// inspect looks at the name and the values of each column but that of the
// participants. A file without participants holds descriptions: their sentences
// are nobody's.
func (a *assessor) inspect(ctx context.Context, file, person string, columns []field) error {
	for _, column := range columns {
		where := file + ": " + column.name
		if shapes.NamesOne(column.name) {
			a.report.Findings = append(a.report.Findings, identifierName.at(where))
		}
		if column.name == person || !shapes.MayHold(column.kind) {
			continue
		}
		seen, err := shapes.In(ctx, a.w, "risk_rows", column.name)
		if err != nil {
			return err
		}
		a.report.Findings = append(a.report.Findings, identifiers(seen, where)...)
		if person == "" {
			continue
		}
		var different, filled, sentences int64
		_, err = a.w.One(ctx, statements["40_free_text"], warehouse.Args{"column": column.name}, &different, &filled, &sentences)
		if err != nil {
			return err
		}
		if sentences >= fewestSentences && float64(sentences) >= oftenSentences*float64(different) && filled < mostRepeats*different {
			a.report.Findings = append(a.report.Findings, freeText.at(where))
		}
	}
	return nil
}

func identifiers(seen shapes.Seen, where string) []Finding {
	var findings []Finding
	for _, one := range []struct {
		rule rule
		seen bool
	}{{numberShapes, seen.NHSNumbers}, {postcodeShapes, seen.Postcodes}, {emailShapes, seen.Emails}, {nameShapes, seen.Names}} {
		if one.seen {
			findings = append(findings, one.rule.at(where))
		}
	}
	return findings
}
