package spec

import (
	"slices"
	"strings"
)

// Generation is one version of a national data set as it is delivered: its
// source tables, from which the auxiliary tables are assembled. It is read from
// specs/datasets/NAME/sources/GENERATION.toml.
type Generation struct {
	Name       string       // such as v2.1
	From       Date         // first day that it was collected for
	Until      Date         // last day; zero while it still is
	Refused    []string     // columns that would identify people and that no table has
	Without    []Identifier // auxiliary tables that it has nothing for
	Submission Submission
	Tables     []SourceTable
}

// Submission says where a generation's header table has what tells one
// submission of a provider from another. Columns are named as staged.
type Submission struct {
	Table       string     // the header table, such as IDS000Header
	ID          Identifier // the submission's id
	Provider    Identifier
	FileType    Identifier
	Refresh     string     // what FileType says of a submission that replaces a primary one
	PeriodStart Identifier // first day of the month submitted
	PeriodEnd   Identifier // last day of it
	Created     Identifier // the moment the submission was made
}

// SourceTable is one table of a generation.
type SourceTable struct {
	Name        string // as the data set calls it, such as IDS101Referral
	Summary     string
	Staged      Identifier   // the table as read for assembly, such as v2_1_ids101referral
	Key         []Identifier // columns of which no two rows have the same values, as staged
	ForeignKeys []ForeignKey
	Columns     []SourceColumn // in the order of the extract
}

// ForeignKey says that rows have a row in another table with the same values.
// A row in which one of the columns is empty refers to nothing.
type ForeignKey struct {
	Columns []Identifier // of both tables
	Table   string
}

// SourceColumn is one column of a source table.
type SourceColumn struct {
	Name      string     // as the data set calls it, such as PathwayID
	Staged    Identifier // as read: in lower case, or its name once coarsened; zero when dropped
	Type      ColumnType // as delivered
	Category  Category
	Treatment string // Drop or a coarsening such as ToYear for an identifying column; else empty
	Codes     string // the code list's element; empty when there is none
	Optional  bool   // not every extract has it
}

// Drop says that a column is never read.
const Drop = "drop"

var stagedTypes = map[string]string{ToYear: "SMALLINT", ToQuarter: "DATE", ToMonth: "DATE", ToPostcodeArea: "VARCHAR", ToPostcodeSector: "VARCHAR"}

// Kept reports whether the column is read, as it is or made coarser.
func (c SourceColumn) Kept() bool { return c.Treatment != Drop }

// StagedType returns the type of the column as read: of a coarsened one, that of
// what is left. It is zero when the column is dropped.
func (c SourceColumn) StagedType() ColumnType {
	if c.Treatment == "" {
		return c.Type
	}
	return ColumnType{stagedTypes[c.Treatment]}
}

// StagedColumns returns the columns of the table as read, in order.
func (t SourceTable) StagedColumns() []Column {
	var columns []Column
	for _, column := range t.Columns {
		if column.Kept() {
			columns = append(columns, Column{Name: column.Staged, Type: column.StagedType(), Category: column.Category, From: t.Name + "." + column.Name})
		}
	}
	return columns
}

// Column returns the column of that name, in whatever case.
func (t SourceTable) Column(name string) (SourceColumn, bool) {
	at := slices.IndexFunc(t.Columns, func(c SourceColumn) bool { return strings.EqualFold(c.Name, name) })
	if at < 0 {
		return SourceColumn{}, false
	}
	return t.Columns[at], true
}

// Table returns the source table of that name, in whatever case.
func (g Generation) Table(name string) (SourceTable, bool) {
	at := slices.IndexFunc(g.Tables, func(t SourceTable) bool { return strings.EqualFold(t.Name, name) })
	if at < 0 {
		return SourceTable{}, false
	}
	return g.Tables[at], true
}

// Refuses reports whether a column that a table does not have would identify
// people: it is on the list of refused names, or identifying in another table.
// Case and underscores do not matter.
func (g Generation) Refuses(table SourceTable, column string) bool {
	if _, expected := table.Column(column); expected {
		return false
	}
	given := bare(column)
	return slices.ContainsFunc(g.Refused, func(refused string) bool { return bare(refused) == given }) ||
		slices.ContainsFunc(g.Tables, func(t SourceTable) bool {
			return slices.ContainsFunc(t.Columns, func(c SourceColumn) bool { return c.Category == Identifying && bare(c.Name) == given })
		})
}

func bare(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "").Replace(name))
}

// Prefix returns what the names of the generation's staged tables begin with,
// such as v2_1_.
func (g Generation) Prefix() string { return strings.ReplaceAll(g.Name, ".", "_") + "_" }
