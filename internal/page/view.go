package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"tre-toolkit/internal/cite"
)

const (
	toCome    = "TBC" // a DOI or a date that is not known yet
	notInData = "not in this version"
)

// view is a model with its tables laid out, for either template.
type view struct {
	Model
	Newest         *Version // the last of the history, if there is one
	DescriptorRows []row
	MetricRows     []row
	TotalRow       row
	Download       download
	TableBlocks    []tableBlock
	HistoryRows    []row
	SizeRows       []row
	SizeTotals     row
	ChangeLogs     []Link // DataCite's, a version each
	Style          template.CSS
}

// tableBlock is one auxiliary table with its participants.
type tableBlock struct {
	Table
	Rows     []row
	Total    cell
	Marks    []Mark // those that stand in it
	Download download
}

// row is a line of a table: its head and its cells.
type row struct {
	Head  string
	Cells []cell
}

// cell is text, then links. HTML, where it is set, says the same with mark-up.
type cell struct {
	Text   string
	Links  []Link
	HTML   template.HTML
	Masked bool // a mark in place of a figure
}

func newView(m Model) (view, error) {
	if err := m.check(); err != nil {
		return view{}, err
	}
	return view{
		Model:          m,
		Newest:         m.History.newest(),
		DescriptorRows: m.Descriptors.rows(),
		MetricRows:     m.Metrics.rows(),
		TotalRow:       m.Metrics.totalRow(),
		Download:       m.Metrics.download(),
		TableBlocks:    m.Metrics.blocks(),
		HistoryRows:    m.History.rows(),
		SizeRows:       m.History.sizeRows(),
		SizeTotals:     m.History.sizeTotals(),
		ChangeLogs:     m.History.changeLogs(),
		Style:          template.CSS(style),
	}, nil
}

// rows returns the sixteen descriptors with the labels and in the order that
// UK LLC's pages have.
func (d Descriptors) rows() []row {
	return []row{
		{"Name of Dataset in TRE", text(d.Name)},
		{"Citation (APA)", citation(d.Citation)},
		{"Download Citation", linked(d.Downloads...)},
		{"Series", text(d.Series)},
		{"Owner", text(d.Owner)},
		{"Copyright", text(d.Copyright)},
		{"Temporal Coverage in the TRE", text(d.TemporalCoverage)},
		{"Geographical Coverage", text(d.GeographicalCoverage)},
		{"Participant Count", text(d.Participants)},
		{"Number of Variables", text(d.Variables)},
		{"Number of Observations", text(d.Observations)},
		{"Key Link", linked(asLinks(d.KeyLink)...)},
		{"Keywords", text(strings.Join(d.Keywords, ", "))},
		{"Latest Extract Date", text(d.LatestExtract)},
		{"Specific Restrictions to Data Use", text(d.Restrictions)},
		{"Build a Data Request", linked(asLinks(d.RequestLink)...)},
	}
}

func text(value string) []cell { return []cell{{Text: value}} }

func linked(links ...Link) []cell { return []cell{{Links: links}} }

// asLinks returns an address as a link that shows itself, or no link.
func asLinks(address string) []Link {
	if address == "" {
		return nil
	}
	return []Link{{address, address}}
}

func citation(work cite.Work) []cell {
	return []cell{{
		Text:  strings.TrimSuffix(work.APALine(), work.Link()),
		Links: asLinks(work.Link()),
		HTML:  work.APALineHTML(),
	}}
}

func (m Metrics) rows() []row {
	rows := make([]row, len(m.Studies))
	for i, study := range m.Studies {
		rows[i] = row{study.Name, m.cells(study.Cells)}
	}
	return rows
}

func (m Metrics) totalRow() row {
	totals := make([]string, len(m.Tables))
	for i, table := range m.Tables {
		totals[i] = table.Total
	}
	return row{totalName, m.cells(totals)}
}

func (m Metrics) cells(values []string) []cell {
	cells := make([]cell, len(values))
	for i, value := range values {
		masked := slices.ContainsFunc(m.Marks, func(mark Mark) bool { return mark.Text == value })
		cells[i] = cell{Text: value, Masked: masked}
	}
	return cells
}

// blocks returns the same figures table by table.
func (m Metrics) blocks() []tableBlock {
	rows, totals := m.rows(), m.totalRow()
	blocks := make([]tableBlock, len(m.Tables))
	for i, table := range m.Tables {
		blocks[i] = tableBlock{Table: table, Total: totals.Cells[i], Download: m.only(i).download()}
		for _, study := range rows {
			blocks[i].Rows = append(blocks[i].Rows, row{study.Head, study.Cells[i : i+1]})
		}
		blocks[i].Marks = m.marksIn(i)
	}
	return blocks
}

// marksIn returns the marks that stand in one table's column.
func (m Metrics) marksIn(table int) []Mark {
	var marks []Mark
	for _, mark := range m.Marks {
		stands := func(study Study) bool { return study.Cells[table] == mark.Text }
		if slices.ContainsFunc(m.Studies, stands) || m.Tables[table].Total == mark.Text {
			marks = append(marks, mark)
		}
	}
	return marks
}

func (h History) newest() *Version {
	if len(h.Versions) == 0 {
		return nil
	}
	return &h.Versions[len(h.Versions)-1]
}

// rows returns the overview with a column for each version. The page of old gave
// one table's size without saying whose, so each size row says whose it is.
func (h History) rows() []row {
	rows := []row{
		{Head: "Version Date"},
		{Head: fmt.Sprintf("Number of Variables (%s)", h.MainTable)},
		{Head: fmt.Sprintf("Number of Observations (%s)", h.MainTable)},
		{Head: "Number of Variables (sum over all tables)"},
		{Head: "Number of Observations (sum over all tables)"},
		{Head: "DOI"},
		{Head: "Change Log"},
	}
	for _, version := range h.Versions {
		for i, shown := range version.overview(h.MainTable) {
			rows[i].Cells = append(rows[i].Cells, shown)
		}
	}
	return rows
}

// overview returns a version's column of the overview, from the top.
func (v Version) overview(mainTable string) [7]cell {
	size := v.size(mainTable)
	column := [7]cell{
		{Text: orToCome(v.Date)},
		{Text: size.Variables}, {Text: size.Observations},
		{Text: orToCome(v.Total.Variables)}, {Text: orToCome(v.Total.Observations)},
		{Text: toCome}, {Text: toCome},
	}
	if !v.DOI.IsZero() {
		column[5] = cell{Links: []Link{{v.DOI.String(), v.DOI.URL()}}}
		column[6] = cell{Links: []Link{activities(v.DOI)}}
	}
	return column
}

func orToCome(value string) string { return cmp.Or(value, toCome) }

// changeLogs links DataCite's logs, newest first as the change log is.
func (h History) changeLogs() []Link {
	var links []Link
	for _, version := range slices.Backward(h.Versions) {
		if !version.DOI.IsZero() {
			links = append(links, activities(version.DOI))
		}
	}
	return links
}

// activities links DataCite's log of changes to a DOI's metadata.
func activities(doi cite.DOI) Link {
	return Link{doi.String() + "/activities", "https://api.datacite.org/dois/" + doi.ID() + "/activities"}
}

func (v Version) size(table string) Size {
	for _, size := range v.Sizes {
		if size.Table == table {
			return size
		}
	}
	return Size{table, notInData, notInData}
}

// sizeRows returns each table's variables and observations, version by version.
func (h History) sizeRows() []row {
	rows := make([]row, len(h.Tables))
	for i, table := range h.Tables {
		rows[i].Head = table
		for _, version := range h.Versions {
			size := version.size(table)
			rows[i].Cells = append(rows[i].Cells, cell{Text: size.Variables}, cell{Text: size.Observations})
		}
	}
	return rows
}

func (h History) sizeTotals() row {
	totals := row{Head: "Sum over all tables"}
	for _, version := range h.Versions {
		totals.Cells = append(totals.Cells, cell{Text: orToCome(version.Total.Variables)}, cell{Text: orToCome(version.Total.Observations)})
	}
	return totals
}
