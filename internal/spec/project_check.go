package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const mostShift = 3650 // ten years each way: past it nothing is left of when

// check reports what can be told from the project alone.
func (p Project) check(faults *faultList) {
	fault := func(near, format string, args ...any) { faults.add(p.file, p.lineWith(near), format, args...) }
	if p.ID == (ProjectID{}) && p.lineWith("project =") == 0 {
		fault("", "project is missing: name it, as in project = \"llc_0042\"")
	}
	if p.Freeze < 1 {
		fault("freeze", "freeze is missing: a project is pinned to one freeze, as in freeze = 16")
	}
	if len(p.Studies) == 0 {
		fault("studies", "studies is empty: name the studies that the project may use")
	}
	if p.Purpose != AnyPurpose && p.Purpose != COVID19Purpose {
		fault("purpose", "purpose is %q; it is %q or %q", p.Purpose, AnyPurpose, COVID19Purpose)
	}
	if !slices.Contains(formats, p.Format) {
		fault("format", "there is no format %q%s", p.Format, choose(p.Format, formats))
	}
	if !slices.Contains(idStyles, p.IDStyle) {
		fault("id_style", "there is no id_style %q%s", p.IDStyle, choose(p.IDStyle, idStyles))
	}
	if p.Rules == "" {
		fault("rules", "rules is missing: name the profile for counts, as in rules = \"ukllc-metrics\"")
	}
	if p.Citation != nil && p.Citation.Title == "" && p.Title == "" {
		fault("[citation]", "a project needs a title to be cited")
	}
	if p.Approval != nil && backwards(p.Approval.From, p.Approval.To) {
		fault("[approval]", "the approval ends (%s) before it begins (%s): give from and to, half-open", p.Approval.To, p.Approval.From)
	}
	if p.DateShift != nil && (p.DateShift.MostDays < 1 || p.DateShift.MostDays > mostShift) {
		fault("most_days", "most_days is %d; dates are shifted by 1 to %d days either way", p.DateShift.MostDays, mostShift)
	}
	p.checkRisk(fault)
	if len(p.Datasets) == 0 {
		fault("", "no datasets: add [[datasets]] with version = \"NHSE_IAPT@3\" and its tables")
	}
	for i, study := range p.Studies {
		if slices.Contains(p.Studies[:i], study) {
			fault(`"`+string(study)+`"`, "study %s is named twice", study)
		}
	}
	p.checkTables(faults)
}

func (p Project) checkRisk(fault func(near, format string, args ...any)) {
	risk := p.Risk
	switch {
	case risk == nil:
		return
	case len(risk.QuasiIdentifiers) == 0:
		fault("[risk]", "risk: quasi_identifiers is empty: name the columns by which others could know a participant")
	case risk.MostUnique == nil && risk.SmallestClass == nil:
		fault("[risk]", "risk: no limit is set: give most_unique (percent) or smallest_class (people)")
	}
	if most := risk.MostUnique; most != nil && (*most < 0 || *most > 100) {
		fault("most_unique", "most_unique is %v; it is a percentage of participants, 0 to 100", *most)
	}
	if class := risk.SmallestClass; class != nil && *class < 1 {
		fault("smallest_class", "smallest_class is %d; it is a number of people, 1 or more", *class)
	}
}

// Refuse returns a fault of the project's file that shows only beside the data.
func (p Project) Refuse(near, format string, args ...any) error {
	faults := &faultList{}
	faults.add(p.file, p.lineWith(near), format, args...)
	return faults.err()
}

func (p Project) checkTables(faults *faultList) {
	seen := map[string]bool{}
	for _, dataset := range p.Datasets {
		if index := dataset.Index; index != nil && index.Choose != FirstDate && index.Choose != LastDate {
			faults.add(p.file, p.lineWith("[datasets.index]"), "index: choose is %q; it is %q or %q", index.Choose, FirstDate, LastDate)
		}
		for _, table := range dataset.Tables {
			if table.Name.IsZero() {
				continue // that it has no name is told
			}
			within := p.faultIn(table, faults)
			table.check(within)
			if table.AroundIndex != nil && dataset.Index == nil {
				within("around_index", "table %s: around_index needs the dataset's index date: add [datasets.index] with table, column and choose", table.Name)
			}
			if name := dataset.Version.String() + " " + table.Name.String(); seen[name] {
				within(quoted(table.Name), "table %s of %s is named twice", table.Name, dataset.Version)
			} else {
				seen[name] = true
			}
		}
	}
}

// backwards reports whether two days that are both known span nothing.
func backwards(from, to Date) bool { return !from.IsZero() && !to.IsZero() && !from.Before(to) }

// faultIn returns what adds a fault near a text of a table's part of the file.
func (p Project) faultIn(table ProjectTable, faults *faultList) func(near, format string, args ...any) {
	return func(near, format string, args ...any) {
		faults.add(p.file, p.lineIn(table.block, near), format, args...)
	}
}

func (t ProjectTable) check(fault func(near, format string, args ...any)) {
	for i, column := range t.Columns {
		if slices.Contains(t.Columns[:i], column) {
			fault(`"`+column+`"`, "table %s: column %s is named twice", t.Name, column)
		}
	}
	if !slices.Contains(transforms, t.Transform) {
		fault(t.Transform, "table %s: there is no transform %q%s", t.Name, t.Transform, choose(t.Transform, transforms))
	}
	t.checkFilters(fault)
	for i, coarsening := range t.Coarsen {
		coarsening.check(func(format string, args ...any) {
			fault(of(coarsening.Column), "table "+t.Name.String()+": column "+coarsening.Column.String()+": "+format, args...)
		})
		if slices.ContainsFunc(t.Coarsen[:i], func(c Coarsening) bool { return c.Column == coarsening.Column }) {
			fault(of(coarsening.Column), "table %s: column %s is made coarser twice", t.Name, coarsening.Column)
		}
	}
}

func (t ProjectTable) checkFilters(fault func(near, format string, args ...any)) {
	undated := func(near, of, value string) {
		if value != KeepUndated && value != DropUndated {
			fault(near, "table %s: say what becomes of rows without the %s date: undated = %q or %q", t.Name, of, KeepUndated, DropUndated)
		}
	}
	if window := t.Window; window != nil {
		if backwards(window.From, window.To) {
			fault(quoted(window.Column), "table %s: the window ends (%s) before it begins (%s)", t.Name, window.To, window.From)
		}
		undated(quoted(window.Column), "window's", window.Undated)
	}
	if around := t.AroundIndex; around != nil {
		if around.FromDays >= around.ToDays {
			fault("from_days", "table %s: the days around the index date end (%d) before they begin (%d)", t.Name, around.ToDays, around.FromDays)
		}
		undated("around_index", "index window's", around.Undated)
	}
	for i, list := range t.Codes {
		if len(list.Keep) == 0 {
			fault(of(list.Column), "table %s: the code list of %s is empty: keep = [\"...\"] names the codes", t.Name, list.Column)
		}
		for _, code := range list.Keep {
			if at := strings.Index(code, "*"); code == "" || at >= 0 && at < len(code)-1 {
				fault(of(list.Column), "table %s: %q is no code: a * may only end it", t.Name, code)
			}
		}
		if list.Uncoded != KeepUndated && list.Uncoded != DropUndated {
			fault(of(list.Column), "table %s: say what becomes of rows without a code in %s: uncoded = %q or %q", t.Name, list.Column, KeepUndated, DropUndated)
		}
		if slices.ContainsFunc(t.Codes[:i], func(l CodeList) bool { return l.Column == list.Column }) {
			fault(of(list.Column), "table %s: column %s has two code lists", t.Name, list.Column)
		}
	}
}

// CheckAgainst reports what a dataset and the studies do not allow, every fault
// at once with its line.
func (p Project) CheckAgainst(dataset Dataset, chosen ProjectDataset, cohorts Cohorts) error {
	faults := &faultList{}
	for _, study := range p.Studies {
		p.checkStudy(study, cohorts, faults)
	}
	if dataset.Purpose == COVID19Purpose && p.Purpose != COVID19Purpose {
		faults.add(p.file, p.lineWith(`"`+chosen.Version.Dataset+"@"), "dataset %s may be used for COVID-19 research only; the project's purpose is %q", dataset.Name, p.Purpose)
	}
	p.checkIndex(dataset, chosen, faults)
	for _, table := range chosen.Tables {
		p.checkTable(dataset, chosen.Version.Number, table, faults)
	}
	return faults.err()
}

func (p Project) checkStudy(code Study, cohorts Cohorts, faults *faultList) {
	line := p.lineWith(`"` + string(code) + `"`)
	study, known := cohorts.Study(code)
	switch {
	case !known:
		faults.add(p.file, line, "there is no study %s%s", code, suggest(string(code), cohorts.codes()))
	case !study.NHSLinkage:
		faults.add(p.file, line, "study %s is not linked to NHS England records", code)
	case study.Purpose == COVID19Purpose && p.Purpose != COVID19Purpose:
		faults.add(p.file, line, "study %s may be used for COVID-19 research only; the project's purpose is %q", code, p.Purpose)
	}
}

func (p Project) checkIndex(dataset Dataset, chosen ProjectDataset, faults *faultList) {
	if chosen.Index == nil || chosen.Index.Table.IsZero() || chosen.Index.Column.IsZero() {
		return
	}
	line := p.lineWith("[datasets.index]")
	table, known := dataset.Table(chosen.Index.Table.String())
	if !known {
		faults.add(p.file, line, "index: %s has no table %s%s", dataset.Name, chosen.Index.Table, suggest(chosen.Index.Table.String(), dataset.TableOrder))
		return
	}
	checkDate(table.ColumnsIn(chosen.Version.Number), chosen.Index.Column, chosen.Version.Number, func(format string, args ...any) {
		faults.add(p.file, line, "index: "+format, args...)
	})
}

// checkDate reports a column that is no day of a version.
func checkDate(columns []Column, name Identifier, version VersionNumber, fault func(format string, args ...any)) {
	at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if at < 0 || !columns[at].Type.IsDate() {
		dates := slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return !c.Type.IsDate() })
		fault("%s is not a date column of version %s%s", name, version, suggest(name.String(), names(dates)))
	}
}

func (p Project) checkTable(dataset Dataset, version VersionNumber, chosen ProjectTable, faults *faultList) {
	fault := p.faultIn(chosen, faults)
	table, known := dataset.Table(chosen.Name.String())
	if !known {
		if !chosen.Name.IsZero() {
			fault(quoted(chosen.Name), "%s has no table %s%s", dataset.Name, chosen.Name, suggest(chosen.Name.String(), dataset.TableOrder))
		}
		return
	}
	about := "table " + table.Name.String() + ": "
	columns := table.ColumnsIn(version)
	for _, pattern := range chosen.Columns {
		if message := chosen.refuse(table, columns, pattern); message != "" {
			fault(`"`+pattern+`"`, "%s%s", about, message)
		}
	}
	date := func(near string, name Identifier) {
		checkDate(columns, name, version, func(format string, args ...any) { fault(near, about+format, args...) })
	}
	if chosen.Window != nil && !chosen.Window.Column.IsZero() {
		date(quoted(chosen.Window.Column), chosen.Window.Column)
	}
	if chosen.AroundIndex != nil && !chosen.AroundIndex.Column.IsZero() {
		date("around_index", chosen.AroundIndex.Column)
	}
	for _, list := range chosen.Codes {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == list.Column })
		switch {
		case list.Column.IsZero():
		case at < 0:
			fault(of(list.Column), "%s%s", about, absent(table, columns, list.Column.String()))
		case !columns[at].Type.IsText() || columns[at].Category == Linking || columns[at].Category == Person:
			fault(of(list.Column), "%scolumn %s holds no codes that a list could name", about, list.Column)
		}
	}
	chosen.checkTransform(dataset, table, version, fault)
	p.checkTreatments(table, version, chosen, fault)
}

// checkTreatments reports what cannot be done to the columns that are given.
func (p Project) checkTreatments(table Table, version VersionNumber, chosen ProjectTable, fault func(near, format string, args ...any)) {
	given := chosen.Given(table, version)
	find := func(name Identifier) (Column, bool) {
		at := slices.IndexFunc(given, func(c Column) bool { return c.Name == name })
		if at < 0 {
			return Column{}, false
		}
		return given[at], true
	}
	for _, coarsening := range chosen.Coarsen {
		column, found := find(coarsening.Column)
		switch message := coarsening.fits(column); {
		case coarsening.Column.IsZero():
		case !found:
			fault(of(coarsening.Column), "table %s: column %s is made coarser but is not among the columns%s", table.Name, coarsening.Column, suggest(coarsening.Column.String(), names(given)))
		case column.Category == Linking:
			fault(of(coarsening.Column), "table %s: column %s is re-keyed and cannot be made coarser", table.Name, coarsening.Column)
		case message != "":
			fault(of(coarsening.Column), "table %s: %s", table.Name, message)
		}
	}
	for _, name := range chosen.RealCodes {
		if column, found := find(name); !found || !column.Code {
			fault("real_codes", "table %s: real_codes names %s, which is no code of a provider or an area among the columns%s", table.Name, name, suggest(name.String(), codesOf(given)))
		}
	}
	for _, name := range chosen.Approved {
		if _, found := table.Column(name.String()); !found {
			fault("approved", "table %s: approved names %s, which is no column%s", table.Name, name, suggest(name.String(), names(table.ColumnsIn(version))))
		}
	}
	for _, column := range given {
		if p.DateShift != nil && column.TellsTrueDays() {
			fault(quoted(column.Name), "table %s: column %s tells true days, which would undo the date shift: leave it out", table.Name, column.Name)
		}
	}
}

// TellsTrueDays reports whether a shift of a person's dates cannot apply to a
// column that yet tells when: the delivery's own dates, months as numbers or
// text, and moments, whose day may stand for any.
func (c Column) TellsTrueDays() bool {
	return c.Calendar || c.Type.name == "TIMESTAMP" || slices.Contains([]Identifier{PeriodStart, PeriodEnd, ExtractDate}, c.Name)
}

// refuse says why a project may not have what a name or a pattern stands for;
// empty when it may.
func (t ProjectTable) refuse(table Table, columns []Column, pattern string) string {
	if !strings.Contains(pattern, "*") {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name.name == pattern })
		if at < 0 {
			return absent(table, columns, pattern)
		}
		return t.withhold(columns[at])
	}
	var reason string
	for _, column := range columns {
		if !matches(pattern, column.Name) {
			continue
		}
		refused := t.withhold(column)
		if refused == "" {
			return ""
		}
		reason = cmp.Or(reason, refused)
	}
	if reason != "" {
		return "pattern " + pattern + " fits only columns that are not given by pattern: " + reason
	}
	return "pattern " + pattern + " fits no column" + suggestPattern(pattern, columns)
}

// absent says that a version's table has no such column, and what is known of it.
func absent(table Table, columns []Column, name string) string {
	column, other := table.Column(name)
	switch {
	case !other:
		return "there is no column " + name + suggest(name, names(columns))
	case column.Until > 0:
		return fmt.Sprintf("column %s is not in this version: it is gone since version %d%s", name, column.Until+1, suggest(name, names(columns)))
	default:
		return fmt.Sprintf("column %s is not in this version: it came with version %d", name, column.Since)
	}
}

// withhold says why a project may not have a column; empty when it may.
func (t ProjectTable) withhold(column Column) string {
	name := column.Name.String()
	approved := slices.Contains(t.Approved, column.Name)
	coarser := slices.ContainsFunc(t.Coarsen, func(c Coarsening) bool { return c.Column == column.Name })
	switch {
	case column.Category == Person:
		return "column " + name + " is the NHS person key, which never leaves; the project's own id comes first by itself"
	case column.Category == Identifying && !(approved && coarser):
		return "column " + name + " is identifying: list it under approved and make it coarser under coarsen"
	case approved:
		return ""
	case column.Category == Internal:
		return "column " + name + " is internal: list it under approved if the approval names it"
	case column.Category == FreeText:
		return "column " + name + " is free text, which may hold anything: list it under approved if the approval names it"
	case column.Category == SpecialApproval:
		return "column " + name + " needs special approval: list it under approved if the approval names it"
	}
	return ""
}

// Given returns the columns of a version that the project is given of a table,
// in the table's order. A pattern gives no column that needs approval and has none.
func (t ProjectTable) Given(table Table, version VersionNumber) []Column {
	var given []Column
	for _, column := range table.ColumnsIn(version) {
		asked := slices.ContainsFunc(t.Columns, func(pattern string) bool { return matches(pattern, column.Name) })
		if asked && t.withhold(column) == "" {
			given = append(given, column)
		}
	}
	return given
}

func codesOf(columns []Column) []string {
	return names(slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return !c.Code }))
}

// of returns how a filter or a treatment names its column.
func of(name Identifier) string { return `column = "` + name.name + `"` }

func quoted(name Identifier) string { return `"` + name.name + `"` }
