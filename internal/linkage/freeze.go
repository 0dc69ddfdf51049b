// Package linkage says who is linked: it turns permissions and the mapping of
// study ids to NHS person keys into a numbered freeze, the spine that every
// count and every extract is made along.
package linkage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// ErrRowsDisagree is returned when the database did not see every record that is
// in a file. No freeze is made then.
var ErrRowsDisagree = errors.New("the database read another number of rows")

// The columns that each file must have; others are left unread.
var (
	permissionColumns = []string{"cohort", "study_id_e", "ukllc_status", "nhs_e_linkage_permission", "national_opt_out"}
	mappingColumns    = []string{"study_id_e", "cohortkey_e"}
)

// Freeze is a numbered, dated snapshot of who is in each study and what they
// permit.
type Freeze struct {
	Number int       `json:"freeze"`
	Date   spec.Date `json:"date"`
}

// Request says what to freeze.
type Request struct {
	Freeze      Freeze
	Permissions string // path of the study permissions file
	Mapping     string // path of the mapping of study ids to person keys
	Cohorts     spec.Cohorts
	Now         time.Time
}

// Result counts rows of the two files, which are enrolments and mappings.
type Result struct {
	Freeze
	PermissionRows int64            `json:"permission_rows"`
	MappingRows    int64            `json:"mapping_rows"`
	Linked         disclosure.Count `json:"-"`
	Unmatched      disclosure.Count `json:"-"` // mapping rows that name nobody in the permissions
}

// Make makes a freeze, whole or not at all. A single row that is wrong refuses
// it: a participant left out of a freeze by mistake would be left out of every
// count and extract without a word.
func Make(ctx context.Context, workspace *warehouse.Workspace, request Request) (Result, error) {
	permissions, err := inspectFile(ctx, request.Permissions, permissionColumns)
	if err != nil {
		return Result{}, err
	}
	mapping, err := inspectFile(ctx, request.Mapping, mappingColumns)
	if err != nil {
		return Result{}, err
	}
	result := Result{Freeze: request.Freeze, PermissionRows: permissions.Records, MappingRows: mapping.Records}
	err = workspace.Transaction(ctx, func() error {
		maker := maker{workspace.Warehouse, request, permissions, mapping}
		if err := maker.make(ctx); err != nil {
			return err
		}
		return maker.count(ctx, &result)
	})
	return result, err
}

func inspectFile(ctx context.Context, path string, needed []string) (intake.Source, error) {
	source, findings, err := intake.InspectFile(ctx, path)
	if err != nil {
		return source, err
	}
	if len(findings) == 0 {
		findings = intake.CheckColumns(source, needed)
	}
	if len(findings) == 0 && source.Records == 0 {
		findings = []diagnostic.Finding{{File: source.Name(), Code: "CSV008", Message: "has a header and no rows: a freeze of nobody is a mistake"}}
	}
	if len(findings) > 0 {
		return source, &diagnostic.Input{Findings: findings, Hint: "no freeze was made; the workspace is as it was"}
	}
	return source, nil
}

type maker struct {
	w           *warehouse.Warehouse
	request     Request
	permissions intake.Source
	mapping     intake.Source
}

func (m maker) make(ctx context.Context) error {
	if err := m.refuseTwice(ctx); err != nil {
		return err
	}
	if err := m.read(ctx, "10_read_permissions", "permissions", m.permissions); err != nil {
		return err
	}
	if err := m.read(ctx, "11_read_mapping", "mapping", m.mapping); err != nil {
		return err
	}
	if err := m.check(ctx); err != nil {
		return err
	}
	_, err := m.w.Run(ctx, statements["30_insert_spine"], warehouse.Args{
		"freeze":   m.request.Freeze.Number,
		"linkable": studies(m.request.Cohorts, func(s spec.StudyInfo) bool { return s.NHSLinkage }),
	})
	if err != nil {
		return err
	}
	_, err = m.w.Run(ctx, statements["31_insert_freeze"], warehouse.Args{
		"freeze":             m.request.Freeze.Number,
		"freeze_date":        m.request.Freeze.Date.String(),
		"permissions_sha256": m.permissions.SHA256,
		"mapping_sha256":     m.mapping.SHA256,
		"made_at":            m.request.Now.UTC().Format(time.DateTime),
	})
	return err
}

// count counts who is linked. A mapping of which no row names anybody in the
// permissions does not belong to them.
func (m maker) count(ctx context.Context, result *Result) error {
	args := warehouse.Args{"freeze": m.request.Freeze.Number}
	if _, err := m.w.One(ctx, statements["41_count_linked"], args, &result.Linked, &result.Unmatched); err != nil {
		return err
	}
	rows := disclosure.CountOf(result.MappingRows)
	if rows.IsZero() || rows.Exceeds(result.Unmatched) {
		return nil
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: m.mapping.Name(), Code: "FRZ003", Message: "names nobody: its study ids are not those of " + m.permissions.Name()}},
		Hint:     "no freeze was made; the workspace is as it was",
	}
}

func (m maker) refuseTwice(ctx context.Context) error {
	if m.request.Freeze.Number < 1 {
		return nil
	}
	_, found, err := find(ctx, m.w, m.request.Freeze.Number)
	if err != nil || !found {
		return err
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: fmt.Sprintf("freeze %d", m.request.Freeze.Number), Code: "FRZ001", Message: "is already made"}},
		Hint:     "freezes are never overwritten; a new one takes the next number",
	}
}

// read reads a file into its temporary table and refuses rows that are no rows.
func (m maker) read(ctx context.Context, statement, table string, source intake.Source) error {
	if err := intake.ForgetRejects(ctx, m.w); err != nil {
		return err
	}
	if _, err := m.w.Run(ctx, statements[statement], source.Args(nil)); err != nil {
		return fmt.Errorf("%s: %w", source.Name(), err)
	}
	var rows int64
	if _, err := m.w.One(ctx, statements["12_count_rows"], warehouse.Args{"table": table}, &rows); err != nil {
		return err
	}
	rejects, err := intake.ReadRejects(ctx, m.w, source, nil)
	if err != nil {
		return err
	}
	if len(rejects) == 0 && rows != source.Records {
		return fmt.Errorf("%s: %w: %d in the file, %d read", source.Name(), ErrRowsDisagree, source.Records, rows)
	}
	if len(rejects) == 0 {
		return nil
	}
	input := &diagnostic.Input{Hint: "no freeze was made; the workspace is as it was"}
	for _, reject := range rejects {
		input.Findings = append(input.Findings, reject.Finding())
	}
	return input
}

func (m maker) check(ctx context.Context) error {
	input := &diagnostic.Input{Hint: "no freeze was made; the workspace is as it was"}
	collect := func(statement string, source intake.Source, args warehouse.Args) error {
		findings, err := m.findings(ctx, statement, source, args)
		input.Findings = append(input.Findings, findings...)
		return err
	}
	all := studies(m.request.Cohorts, func(spec.StudyInfo) bool { return true })
	if err := collect("20_check_permissions", m.permissions, warehouse.Args{"studies": all}); err != nil {
		return err
	}
	if err := collect("21_check_mapping", m.mapping, nil); err != nil {
		return err
	}
	if len(input.Findings) > 0 {
		return input
	}
	return nil
}

// findings runs a check of a file's rows; a finding names its line.
func (m maker) findings(ctx context.Context, statement string, source intake.Source, args warehouse.Args) ([]diagnostic.Finding, error) {
	var findings []diagnostic.Finding
	var records []int64
	err := m.w.Each(ctx, statements[statement], args, func(scan func(...any) error) error {
		finding := diagnostic.Finding{File: source.Name()}
		var record int64
		if err := scan(&record, &finding.Column, &finding.Code, &finding.Message); err != nil {
			return err
		}
		findings, records = append(findings, finding), append(records, record)
		return nil
	})
	if err != nil || len(findings) == 0 {
		return nil, err
	}
	lines, err := source.Lines(ctx, records)
	for i, record := range records {
		findings[i].Line = lines[record]
	}
	return findings, err
}

func studies(cohorts spec.Cohorts, keep func(spec.StudyInfo) bool) []string {
	codes := []string{}
	for _, study := range cohorts.Studies {
		if keep(study) {
			codes = append(codes, string(study.Code))
		}
	}
	return codes
}

// Find returns the freeze of a number, or the newest one for number 0.
func Find(ctx context.Context, w *warehouse.Warehouse, number int) (Freeze, error) {
	freeze, found, err := find(ctx, w, number)
	if err != nil || found {
		return freeze, err
	}
	name := "a freeze"
	if number > 0 {
		name = fmt.Sprintf("freeze %d", number)
	}
	return freeze, &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: name, Code: "FRZ002", Message: "is not in this workspace"}},
		Hint:     "tre-extract freeze makes one from the permissions and the mapping",
	}
}

func find(ctx context.Context, w *warehouse.Warehouse, number int) (freeze Freeze, found bool, err error) {
	var date string
	found, err = w.One(ctx, statements["40_find_freeze"], warehouse.Args{"freeze": number}, &freeze.Number, &date)
	if err != nil || !found {
		return freeze, found, err
	}
	freeze.Date, err = spec.ParseDate(date)
	return freeze, true, err
}
