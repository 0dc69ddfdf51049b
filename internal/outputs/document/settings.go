package document

import (
	"regexp"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

var settingLine = regexp.MustCompile(`^(\s*(?:- )?)["']?([^:=#"'\[\]{}]{1,80}?)["']?\s*[:=]\s+?["']?([^"'#]*?)["']?\s*(?:#.*)?$`)

// readSettings reads YAML, TOML and their kin: numbers and marks below each
// other under one heading are a tally, all else is prose.
func (r *reader) readSettings(text string) {
	heading := "value"
	var tally []Row
	indent := ""
	flush := func() {
		if len(tally) > 1 && r.takeCells(tally) {
			r.Tables = append(r.Tables, &Table{Header: []string{"", heading}, HeaderLine: tally[0].Line, Rows: tally})
		} else if len(tally) == 1 {
			r.Prose = append(r.Prose, Prose{tally[0].Line, tally[0].Cells[0] + ": " + tally[0].Cells[1]})
		}
		tally = nil
	}
	loose := false
	for i, line := range splitLines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		found := settingLine.FindStringSubmatch(line)
		if found != nil && !notation.IsSetting(found[2]) && isNumber(found[3]) {
			if found[1] != indent {
				flush()
			}
			indent = found[1]
			tally = append(tally, Row{i + 1, []string{found[2], found[3]}})
			continue
		}
		flush()
		heading = strings.Trim(line, " -:[]\"'")
		r.Prose = append(r.Prose, Prose{i + 1, line})
		loose = loose || !isPlainNote(line) && found == nil && strings.ContainsAny(line, "0123456789")
	}
	flush()
	if loose {
		r.gap("its text was searched for identifiers and low counts, and numbers outside its lists are not understood")
	}
}

// readJSONLines reads one record a line.
func (r *reader) readJSONLines(text string) {
	all := &node{line: 1}
	broken := 0
	for i, line := range splitLines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if r.limits.Cells <= 0 {
			r.gap("it has more values than are read")
			break
		}
		before := len(r.Gaps)
		n, _ := r.parseJSON(line, i+1)
		if len(r.Gaps) > before {
			r.Gaps = r.Gaps[:before]
			broken++
		}
		if n != nil {
			r.limits.Cells -= max(len(n.members), 1)
			all.items = append(all.items, n)
		}
	}
	if broken > 0 {
		r.gap("%d of its lines are broken", broken)
	}
	if len(all.items) > 0 {
		r.visitRoot(all)
	}
	if len(r.Tables) == 0 {
		r.gap("it has no table that was understood")
	}
}
