package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

// spoilCommand makes a file wrong in one way: spoil FILE WAY ARGS...
//
// Lines count from 1, the header; columns are named. Values may hold Go's
// escapes, such as \x00. Cells are split at commas: the synthetic files hold
// no quotes.
func spoilCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: spoil FILE WAY ARGS...")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	way, known := ways[args[1]]
	if !known {
		ts.Fatalf("there is no way %q to spoil a file", args[1])
	}
	for i, arg := range args {
		if unquoted, err := strconv.Unquote(`"` + strings.ReplaceAll(arg, `"`, `\"`) + `"`); err == nil {
			args[i] = unquoted
		}
	}
	spoilt, err := way(text, args[2:])
	ts.Check(err)
	if bytes.Equal(spoilt, text) {
		ts.Fatalf("the file is as it was")
	}
	ts.Check(os.WriteFile(path, spoilt, 0o644))
}

var ways = map[string]func(text []byte, args []string) ([]byte, error){
	"cell":       spoilCell,       // LINE COLUMN VALUE: the cell's whole text
	"row":        spoilRow,        // LINE TEXT: the text is added to the row's end
	"short":      spoilShort,      // LINE: the row's last cell goes
	"addcolumn":  spoilAddColumn,  // NAME: a last column of ones
	"dropcolumn": spoilDropColumn, // NAME
	"rename":     spoilRename,     // COLUMN NAME
	"again":      spoilAgain,      // LINE: the row comes again at the end
	"line":       spoilLine,       // LINE: all but this line goes
	"noheader":   func(text []byte, _ []string) ([]byte, error) { return text[bytes.IndexByte(text, '\n')+1:], nil },
	"empty":      func([]byte, []string) ([]byte, error) { return nil, nil },
	"cut":        spoilCut, // BYTES: so many go from the end
	"delimiter":  func(text []byte, args []string) ([]byte, error) { return swap(text, ",", args[0]), nil },
	"bom":        func(text []byte, _ []string) ([]byte, error) { return append([]byte("\xef\xbb\xbf"), text...), nil },
	"crlf":       func(text []byte, _ []string) ([]byte, error) { return swap(text, "\n", "\r\n"), nil },
	"utf16":      spoilUTF16,
	"reorder":    spoilReorder, // columns from last to first, names in other case
}

func swap(text []byte, old, new string) []byte {
	return bytes.ReplaceAll(text, []byte(old), []byte(new))
}

// rowsOf splits a file without quotes into its cells.
func rowsOf(text []byte) [][]string {
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), ","))
	}
	return rows
}

func joined(rows [][]string) ([]byte, error) {
	var text bytes.Buffer
	for _, row := range rows {
		text.WriteString(strings.Join(row, ",") + "\n")
	}
	return text.Bytes(), nil
}

func columnOf(rows [][]string, name string) (int, error) {
	at := slices.IndexFunc(rows[0], func(given string) bool { return strings.EqualFold(given, name) })
	if at < 0 {
		return 0, fmt.Errorf("there is no column %s", name)
	}
	return at, nil
}

func lineOf(rows [][]string, text string) (int, error) {
	line, err := strconv.Atoi(text)
	if err == nil && (line < 1 || line > len(rows)) {
		err = errors.New("there is no such line")
	}
	return line - 1, err
}

func spoilCell(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	line, err := lineOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	column, err := columnOf(rows, args[1])
	if err != nil {
		return nil, err
	}
	rows[line][column] = args[2]
	return joined(rows)
}

func spoilRow(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	line, err := lineOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	rows[line][len(rows[line])-1] += args[1]
	return joined(rows)
}

func spoilShort(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	line, err := lineOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	rows[line] = rows[line][:len(rows[line])-1]
	return joined(rows)
}

func spoilAddColumn(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	for i := range rows {
		value := "1"
		if i == 0 {
			value = args[0]
		}
		rows[i] = append(rows[i], value)
	}
	return joined(rows)
}

func spoilDropColumn(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	column, err := columnOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i] = slices.Delete(rows[i], column, column+1)
	}
	return joined(rows)
}

func spoilRename(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	column, err := columnOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	rows[0][column] = args[1]
	return joined(rows)
}

func spoilAgain(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	line, err := lineOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	return joined(append(rows, rows[line]))
}

func spoilLine(text []byte, args []string) ([]byte, error) {
	rows := rowsOf(text)
	line, err := lineOf(rows, args[0])
	if err != nil {
		return nil, err
	}
	return joined(rows[line : line+1])
}

func spoilCut(text []byte, args []string) ([]byte, error) {
	n, err := strconv.Atoi(args[0])
	if err != nil || n > len(text) {
		return nil, errors.New("cut how many bytes?")
	}
	return text[:len(text)-n], nil
}

func spoilUTF16(text []byte, _ []string) ([]byte, error) {
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(string(text))) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	return wide, nil
}

func spoilReorder(text []byte, _ []string) ([]byte, error) {
	rows := rowsOf(text)
	for i, name := range rows[0] {
		rows[0][i] = strings.ToUpper(name[:1]) + strings.ToLower(name[1:])
		if i%2 == 0 {
			rows[0][i] = strings.ToUpper(name)
		}
	}
	for _, row := range rows {
		slices.Reverse(row)
	}
	return joined(rows)
}
