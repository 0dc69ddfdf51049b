package measures

import (
	"context"
	"database/sql/driver"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// WriteParquet writes the lines of the CSV file as Parquet, in the same columns,
// those of variables always among them. The warehouse must be allowed to write
// where path is.
func (r Results) WriteParquet(ctx context.Context, w *warehouse.Warehouse, path string) error {
	if _, err := w.Run(ctx, statements["60_create_published"], nil); err != nil {
		return err
	}
	name, err := spec.ParseIdentifier("published")
	if err != nil {
		return err
	}
	err = w.Appender(name, func(add func(...driver.Value) error) error {
		number := int64(0)
		for group := range r.Groups() {
			for i, measure := range r.Measures() {
				if !r.Has(group, i) {
					continue
				}
				number++
				period := r.Periods()[group.Period]
				if err := add(number, published(period.First), published(period.Last), string(group.Level), group.Code1, group.Name1,
					group.Code2, group.Name2, group.Variable, group.Value, measure.ID, measure.Name, group.Cells[i].String()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.Run(ctx, statements["61_copy_published"], warehouse.Args{"path": path})
	return err
}
