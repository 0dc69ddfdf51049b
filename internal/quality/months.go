package quality

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// month is a month as the number of months since the year 0.
type month int

func (m month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

func monthOf(date spec.Date) month {
	return month(12*date.Time().Year() + int(date.Time().Month()) - 1)
}

// monthly counts the rows of a table, and the values in each of its columns, by
// month. Rows of the months of the extract periods are counted one by one, others
// together.
type monthly struct {
	table         string
	column        string // that tells the month; empty when none does
	first, last   month  // of the extract periods
	rows          disclosure.Count
	byMonth       map[month]disclosure.Count
	outside, none disclosure.Count
	filled        map[string]disclosure.Count           // by column
	filledByMonth map[string]map[month]disclosure.Count // by column
}

// months reads the counts in one pass over the table.
func (a *assessor) months(ctx context.Context, table spec.Table) (monthly, error) {
	m := monthly{table: table.Name.String(), byMonth: map[month]disclosure.Count{}, filled: map[string]disclosure.Count{}, filledByMonth: map[string]map[month]disclosure.Count{}}
	statement, args := "12_no_months", warehouse.Args{}
	if column, found := a.Quality.MonthOf(table, a.Version.Number); found {
		m.column = column.Name.String()
		statement, args = "10_months_by_date", warehouse.Args{"month_column": m.column}
		if !column.Type.IsDate() {
			statement = "11_months_by_id"
			args["first_month"], args["first_number"] = int32(monthOf(a.Quality.MonthID.First)), int32(a.Quality.MonthID.Number)
		}
	}
	var first, last sql.Null[int32]
	if _, err := a.w.One(ctx, statements["13_periods"], a.args(table.Name, warehouse.Args{}), &first, &last); err != nil {
		return m, err
	}
	m.first, m.last = month(first.V), month(last.V)
	if !first.Valid || !last.Valid {
		m.column = "" // without periods no month can be missing
	}
	seen := map[sql.Null[int32]]bool{}
	err := a.w.Each(ctx, statements[statement], a.args(table.Name, args), func(scan func(...any) error) error {
		var at sql.Null[int32]
		var column string
		var rows, filled disclosure.Count
		if err := scan(&at, &rows, &column, &filled); err != nil {
			return err
		}
		if !seen[at] {
			m.addRows(at, rows)
			seen[at] = true
		}
		m.addFilled(at, column, filled)
		return nil
	})
	return m, err
}

func (m *monthly) addRows(at sql.Null[int32], rows disclosure.Count) {
	m.rows = m.rows.Plus(rows)
	switch {
	case !at.Valid:
		m.none = m.none.Plus(rows)
	case m.within(month(at.V)):
		m.byMonth[month(at.V)] = rows
	default:
		m.outside = m.outside.Plus(rows)
	}
}

func (m *monthly) addFilled(at sql.Null[int32], column string, filled disclosure.Count) {
	m.filled[column] = m.filled[column].Plus(filled)
	if !at.Valid || !m.within(month(at.V)) {
		return
	}
	if m.filledByMonth[column] == nil {
		m.filledByMonth[column] = map[month]disclosure.Count{}
	}
	m.filledByMonth[column][month(at.V)] = filled
}

func (m *monthly) within(at month) bool { return m.first <= at && at <= m.last }

// protect returns the table with its rows by month, so that no masked month can
// be worked out from the others and the table's rows.
func (m *monthly) protect(profile disclosure.Profile) (Table, error) {
	table := Table{Name: m.table, Rows: profile.Cell(m.rows), MonthColumn: m.column, Months: []Month{}, Missing: []string{}, Columns: []Column{}}
	if m.column == "" {
		return table, nil
	}
	sum := protect.Sum{Total: 0, Parts: []int{1, 2}}
	cells := []protect.Cell{
		{Name: "all rows", Count: m.rows, Published: true},
		{Name: "outside the periods", Count: m.outside},
		{Name: "without a month", Count: m.none},
	}
	for at := m.first; at <= m.last; at++ {
		sum.Parts = append(sum.Parts, len(cells))
		cells = append(cells, protect.Cell{Name: at.String(), Count: m.byMonth[at]})
	}
	printed, err := protected(cells, profile, sum)
	if err != nil {
		return Table{}, err
	}
	table.Outside, table.NoMonth = &printed[1], &printed[2]
	for i, cell := range printed[3:] {
		name := (m.first + month(i)).String()
		table.Months = append(table.Months, Month{m.table, name, cell})
		if isNone(cell) {
			table.Missing = append(table.Missing, name)
		}
	}
	return table, nil
}

// protected masks cells of sums. Where no choice of masks is proven safe, none of
// the cells is shown.
func protected(cells []protect.Cell, profile disclosure.Profile, sums ...protect.Sum) ([]disclosure.Cell, error) {
	result, err := protect.Protect(protect.Table{Cells: cells, Sums: sums}, profile)
	var refusal *protect.Refusal
	if errors.As(err, &refusal) {
		withheld := make([]disclosure.Cell, len(cells))
		for i := range withheld {
			withheld[i] = profile.Withhold()
		}
		return withheld, nil
	}
	return result.Cells, err
}

// isNone reports whether a cell shows that there is nothing.
func isNone(cell disclosure.Cell) bool {
	value, shown := cell.Value()
	return shown && value == 0 && cell.State() == disclosure.Shown
}

// emptyMonths lists the months in which a column has no value though the table has
// rows that are shown. It lists none where the rest of the empty rows would be few.
func (m *monthly) emptyMonths(column string, empty disclosure.Cell, table Table, profile disclosure.Profile) []string {
	var list []string
	var inThem disclosure.Count
	if empty.Masked() {
		return nil
	}
	for i, one := range table.Months {
		at := m.first + month(i)
		if value, shown := one.Rows.Value(); shown && value > 0 && m.filledByMonth[column][at].IsZero() {
			list = append(list, one.Month)
			inThem = inThem.Plus(m.byMonth[at])
		}
	}
	all := m.rows.Minus(m.filled[column])
	if m.filled[column].IsZero() || profile.Cell(disclosure.CountOf(0)).Masked() || profile.Beside(inThem, all).Masked() {
		return nil
	}
	return list
}
