// Package linkage says who is linked: it turns permissions and the mapping of
// study ids to NHS person keys into a numbered freeze, the spine that every
// count and every extract is made along. It keeps the ledger of withdrawals, which
// never forgets, and applies it and a positive list of people without an opt-out.
//
// What it promises: nobody whose withdrawal was recorded is permitted in a freeze
// that is made later, whatever its files say; who is not on a positive list is
// not linked under section 251; who of them that was is kept nowhere; and what
// two freezes tell of each other passes the disclosure rules or is refused.
package linkage

import (
	"context"
	"embed"
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

// Freeze is a numbered, dated snapshot of who is in each study and what they
// permit.
type Freeze struct {
	Number int       `json:"freeze"`
	Date   spec.Date `json:"date"`
}

// Request says what to freeze.
type Request struct {
	Freeze      Freeze
	Permissions string        // path of the study permissions file
	Mapping     string        // path of the mapping of study ids to person keys
	List        *PositiveList // nil where NHS England has applied the opt-out
	Policy      spec.OptOuts
	Cohorts     spec.Cohorts
	Now         time.Time
}

// Result counts rows of the two files, which are enrolments and mappings.
type Result struct {
	Freeze
	PermissionRows int64            `json:"permission_rows"`
	MappingRows    int64            `json:"mapping_rows"`
	OptOuts        OptOuts          `json:"opt_outs"`
	Linked         disclosure.Count `json:"-"`
	Unmatched      disclosure.Count `json:"-"` // mapping rows that name nobody in the permissions
}

// Make makes a freeze, whole or not at all. A single row that is wrong refuses
// it: a participant left out of a freeze by mistake would be left out of every
// count and extract without a word. A positive list that may not be used any more
// is a *Stale error.
func Make(ctx context.Context, workspace *warehouse.Workspace, request Request) (Result, error) {
	maker := maker{w: workspace.Warehouse, request: request}
	var err error
	if maker.permissions, err = permissionsFile.inspect(ctx, request.Permissions); err != nil {
		return Result{}, err
	}
	if maker.mapping, err = mappingFile.inspect(ctx, request.Mapping); err != nil {
		return Result{}, err
	}
	if request.List != nil {
		list, err := request.List.open(ctx, request.Policy, spec.DateOf(request.Now))
		if err != nil {
			return Result{}, err
		}
		maker.list = &list
	}
	result := Result{Freeze: request.Freeze, PermissionRows: maker.permissions.Records, MappingRows: maker.mapping.Records}
	err = workspace.Transaction(ctx, func() error {
		if err := maker.make(ctx); err != nil {
			return err
		}
		return maker.count(ctx, &result)
	})
	return result, err
}

type maker struct {
	w           *warehouse.Warehouse
	request     Request
	permissions intake.Source
	mapping     intake.Source
	list        *positiveList
}

func (m maker) make(ctx context.Context) error {
	if err := m.refuseTwice(ctx); err != nil {
		return err
	}
	if err := createLedger(ctx, m.w); err != nil {
		return err
	}
	if err := permissionsFile.read(ctx, m.w, m.permissions); err != nil {
		return err
	}
	if err := mappingFile.read(ctx, m.w, m.mapping); err != nil {
		return err
	}
	if err := m.list.read(ctx, m.w); err != nil {
		return err
	}
	if err := m.check(ctx); err != nil {
		return err
	}
	if err := m.findWithdrawn(ctx); err != nil {
		return err
	}
	return m.insert(ctx)
}

// findWithdrawn adds to the ledger who is, by this mapping, a person that has
// withdrawn.
func (m maker) findWithdrawn(ctx context.Context) error {
	for _, name := range []string{"50_links_of_freezes", "51_links_of_mapping"} {
		if _, err := m.w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return spreadToPeople(ctx, m.w)
}

func (m maker) insert(ctx context.Context) error {
	freeze := warehouse.Args{"freeze": m.request.Freeze.Number}
	steps := []struct {
		statement string
		args      warehouse.Args
	}{
		{"30_insert_spine", warehouse.Args{
			"freeze":   m.request.Freeze.Number,
			"linkable": studies(m.request.Cohorts, func(s spec.StudyInfo) bool { return s.NHSLinkage }),
			"listed":   m.list != nil,
		}},
		{"31_insert_freeze", warehouse.Args{
			"freeze":             m.request.Freeze.Number,
			"freeze_date":        m.request.Freeze.Date.String(),
			"permissions_sha256": m.permissions.SHA256,
			"mapping_sha256":     m.mapping.SHA256,
			"made_at":            m.request.Now.UTC().Format(time.DateTime),
		}},
		{"32_insert_opt_outs", m.optOuts()},
		{"33_insert_listed", freeze},
	}
	if m.list == nil {
		steps = steps[:len(steps)-1]
	}
	for _, step := range steps {
		if _, err := m.w.Run(ctx, statements[step.statement], step.args); err != nil {
			return err
		}
	}
	return nil
}

func (m maker) optOuts() warehouse.Args {
	args := warehouse.Args{
		"freeze": m.request.Freeze.Number, "applied_by": ByNHSEngland, "list_sha256": "", "received": "", "expires": "",
	}
	if m.list != nil {
		args["applied_by"], args["list_sha256"] = ByList, m.list.sha256
		args["received"], args["expires"] = m.list.Received.String(), m.list.Expires.String()
	}
	return args
}

// count counts who is linked, and refuses files that do not belong together. A
// mapping of which no row names anybody in the permissions does not belong to
// them.
func (m maker) count(ctx context.Context, result *Result) error {
	var section251 disclosure.Count
	args := warehouse.Args{"freeze": m.request.Freeze.Number}
	if _, err := m.w.One(ctx, statements["41_count_linked"], args, &result.Linked, &section251, &result.Unmatched); err != nil {
		return err
	}
	optOuts, err := findOptOuts(ctx, m.w, m.request.Freeze.Number)
	if err != nil {
		return err
	}
	result.OptOuts = *optOuts
	if rows := disclosure.CountOf(result.MappingRows); !rows.IsZero() && !rows.Exceeds(result.Unmatched) {
		return mappingFile.refuse([]diagnostic.Finding{{
			File: m.mapping.Name(), Code: "FRZ003", Message: "names nobody: its study ids are not those of " + m.permissions.Name(),
		}})
	}
	if m.list == nil && !section251.IsZero() && m.request.Policy.ListAbsent.Value == spec.RefuseAbsentList {
		return &diagnostic.Refusal{
			Rule:    "positive list",
			Message: "the permissions hold section 251 rows, and no positive list is given",
			Hint:    "--positive-list names the check service's answer, --received its day; " + noFreeze,
		}
	}
	return m.list.check(ctx, m.w, m.request.Freeze.Number)
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

// check looks at the rows of both files, and tells of both what is wrong.
func (m maker) check(ctx context.Context) error {
	all := studies(m.request.Cohorts, func(spec.StudyInfo) bool { return true })
	findings, err := findingsOf(ctx, m.w, "20_check_permissions", m.permissions, warehouse.Args{"studies": all})
	if err != nil {
		return err
	}
	more, err := findingsOf(ctx, m.w, "21_check_mapping", m.mapping, nil)
	if err != nil {
		return err
	}
	return mappingFile.refuse(append(findings, more...))
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
