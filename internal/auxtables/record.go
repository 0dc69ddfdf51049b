package auxtables

import (
	"context"
	"encoding/json"

	"tre-toolkit/internal/auxtables/staging"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Record is what a load of source tables did besides loading rows: all that a
// reader of the version must know of how it came about. Counts are of rows and
// cells of a delivery, not of people.
type Record struct {
	Generations []GenerationRecord `json:"generations"`
	Skipped     []Skipped          `json:"skipped"`     // files of the same text as another
	Superseded  []Submission       `json:"superseded"`  // submissions that another stands over
	Repeated    []Submission       `json:"repeated"`    // submissions with several header rows
	Missing     []Month            `json:"missing"`     // months without a submission of a provider that has some before and after
	Orphans     []Orphans          `json:"orphans"`     // rows, kept, that refer to none
	Identifying []Identifying      `json:"identifying"` // columns of people's identity in the files
	Normalised  []NormalisedCells  `json:"normalised"`
}

// GenerationRecord says what of a generation the delivery had.
type GenerationRecord struct {
	Generation string       `json:"generation"`
	Without    []string     `json:"without"` // source tables that the delivery has no file of
	Absent     []AbsentFrom `json:"absent"`  // columns of auxiliary tables that it does not fill
}

// AbsentFrom lists columns of an auxiliary table that are empty in the rows of a
// generation.
type AbsentFrom struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// Skipped is a file that was not read again.
type Skipped struct {
	File   string `json:"file"`
	SameAs string `json:"same_as"`
}

// Submission is one submission of a provider.
type Submission struct {
	Generation string `json:"generation"`
	Provider   string `json:"provider,omitempty"`
	Month      string `json:"month,omitempty"` // such as 2021-04
	ID         string `json:"id"`
	FileType   string `json:"file_type,omitempty"`
}

// Month is a month of a provider.
type Month struct {
	Provider string `json:"provider"`
	Month    string `json:"month"` // such as 2021-04
}

// Orphans counts rows of a source table that refer to a row that is not there.
type Orphans struct {
	Generation string `json:"generation"`
	Table      string `json:"table"`
	RefersTo   string `json:"refers_to"`
	Rows       int64  `json:"rows"`
}

// Identifying says what became of a column that identifies people.
type Identifying struct {
	Generation string `json:"generation"`
	Table      string `json:"table"`
	Column     string `json:"column"`
	Treatment  string `json:"treatment"` // drop, or what it was coarsened to
	Files      int    `json:"files"`     // that had it
}

// NormalisedCells counts cells that were written in another way.
type NormalisedCells struct {
	Generation string `json:"generation"`
	Table      string `json:"table"`
	staging.Normalised
}

// ReadRecord returns the record of a loaded version; found is false of one that
// came ready made.
func ReadRecord(ctx context.Context, w *warehouse.Warehouse, version spec.DatasetVersion) (record Record, found bool, err error) {
	var text string
	found, err = w.One(ctx, statements["52_record"], key(version), &text)
	if err != nil || !found {
		return record, false, err
	}
	return record, true, json.Unmarshal([]byte(text), &record)
}

// LoadedFile is a source file that a version was loaded from.
type LoadedFile struct {
	Generation string `json:"generation"`
	Table      string `json:"table"`
	File       string `json:"file"`
	TextSHA256 string `json:"text_sha256"`
	Read       int64  `json:"rows_read"`
	Loaded     int64  `json:"rows_loaded"`
	Rejected   int64  `json:"rows_rejected"`
}

// LoadedFiles lists the source files of a loaded version; none of one that came
// ready made.
func LoadedFiles(ctx context.Context, w *warehouse.Warehouse, version spec.DatasetVersion) ([]LoadedFile, error) {
	var files []LoadedFile
	err := w.Each(ctx, statements["53_source_files"], key(version), func(scan func(...any) error) error {
		var one LoadedFile
		err := scan(&one.Generation, &one.Table, &one.File, &one.TextSHA256, &one.Read, &one.Loaded, &one.Rejected)
		files = append(files, one)
		return err
	})
	return files, err
}
