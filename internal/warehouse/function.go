package warehouse

import (
	"context"

	"github.com/duckdb/duckdb-go/v2"
)

// TextFunction makes a text of a text. The database calls it from several
// threads at once.
type TextFunction func(value string) string

// Register makes a function callable from SQL under a name, on this connection
// only. What the function holds, such as a key, stays outside the database.
// NULL gives NULL.
func (w *Warehouse) Register(name Identifier, function TextFunction) error {
	return explain(duckdb.RegisterScalarUDF(w.conn, name.String(), textFunction{function}), "registering "+name.String())
}

type textFunction struct{ function TextFunction }

// Config satisfies the driver: text in, text out.
func (textFunction) Config() duckdb.ScalarFuncConfig {
	text, err := duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	if err != nil {
		panic(err) // VARCHAR is a type
	}
	return duckdb.ScalarFuncConfig{InputTypeInfos: []duckdb.TypeInfo{text}, ResultTypeInfo: text}
}

// Executor satisfies the driver: one call a chunk of rows.
func (f textFunction) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{ChunkContextExecutor: f.chunk}
}

func (f textFunction) chunk(_ context.Context, chunk *duckdb.ChunkIteratorState) error {
	for row, err := range chunk.Rows() {
		if err != nil {
			return err
		}
		value, isText := (*row.GetValuePtr(0)).(string)
		if !isText {
			continue
		}
		if err := row.SetResult(f.function(value)); err != nil {
			return err
		}
	}
	return nil
}
