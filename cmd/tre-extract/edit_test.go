package main

import (
	"bytes"
	"os"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// editCommand changes one line of a file, as somebody who means harm would:
//
//	edit FILE LINE delete
//	edit FILE LINE swap             with the next one
//	edit FILE LINE cut              in the middle; nothing follows
//	edit FILE LINE replace OLD NEW
func editCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: edit FILE LINE delete|swap|cut|replace OLD NEW")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	lines := slices.Collect(bytes.Lines(text))
	number, err := strconv.Atoi(args[1])
	ts.Check(err)
	at := number - 1
	switch args[2] {
	case "delete":
		lines = slices.Delete(lines, at, at+1)
	case "swap":
		lines[at], lines[at+1] = lines[at+1], lines[at]
	case "cut":
		lines = append(lines[:at], lines[at][:len(lines[at])/2])
	case "replace":
		changed := bytes.Replace(lines[at], []byte(args[3]), []byte(args[4]), 1)
		if bytes.Equal(changed, lines[at]) {
			ts.Fatalf("line %d of %s does not hold %s", number, args[0], args[3])
		}
		lines[at] = changed
	default:
		ts.Fatalf("there is no way %q to edit a line", args[2])
	}
	ts.Check(os.WriteFile(path, bytes.Join(lines, nil), 0o600))
}
