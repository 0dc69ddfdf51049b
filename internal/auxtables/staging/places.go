package staging

import (
	"context"
	"slices"

	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/warehouse"
)

// rejectedCell is a cell of raw_cells that does not fit.
type rejectedCell struct {
	row    int64
	column string
}

// locate lists the rejected cells by file and line, and takes their rows from
// those that are loaded. structural are the rows of each file that are none.
func (s *stager) locate(ctx context.Context, structural [][]intake.Reject) error {
	var cells []rejectedCell
	err := s.w.Each(ctx, statements["28_list_rejected"], warehouse.Args{"most": MostListed}, func(scan func(...any) error) error {
		var cell rejectedCell
		err := scan(&cell.row, &cell.column)
		cells = append(cells, cell)
		return err
	})
	if err != nil {
		return err
	}
	first := int64(0)
	for i := range s.result.Files {
		file := &s.result.Files[i]
		end, next := 0, first+file.RowsLoaded
		for end < len(cells) && cells[end].row < next {
			end++
		}
		if err := s.name(ctx, file, cells[:end], first, structural[i]); err != nil {
			return err
		}
		cells, first = cells[end:], next
	}
	if len(s.result.Rejects) >= MostListed {
		return ErrTooManyRejects
	}
	return nil
}

// name names the rejected cells of one file, whose rows begin at first.
func (s *stager) name(ctx context.Context, file *FileResult, cells []rejectedCell, first int64, structural []intake.Reject) error {
	var rows []int64
	for _, cell := range cells {
		rows = append(rows, cell.row-first+1)
	}
	rows = slices.Compact(rows)
	lines, err := file.Source.Lines(ctx, rows, structural...)
	if err != nil {
		return err
	}
	for _, cell := range cells {
		s.result.Rejects = append(s.result.Rejects, intake.Reject{
			File: file.Source.Name(), Line: lines[cell.row-first+1], Column: cell.column, Reason: s.reason(cell.column),
		})
	}
	file.RowsLoaded -= int64(len(rows))
	file.RowsRejected += int64(len(rows))
	return nil
}

func (s *stager) reason(name string) string {
	at := slices.IndexFunc(s.table.Columns, func(c Column) bool { return c.Name.String() == name })
	column := s.table.Columns[at]
	if column.Type.IsText() {
		return "is a number in exponent form: its digits are gone"
	}
	return "does not cast to " + column.Type.String()
}
