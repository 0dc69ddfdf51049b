package outputs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/layout"
)

// Draft writes a declaration of the files below the paths as they are guessed to
// be, for a person to mend: what could not be guessed stands there as a comment.
// It holds names of columns and totals and no numbers.
func Draft(ctx context.Context, paths []string, options Options, w io.Writer) error {
	run, err := newCheck(ctx, paths, options)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# What the files mean, as tre-check guessed it. Mend it, and give it to a check with --declare.\n\nprofile = %s\n",
		quote(options.Profile.Name()))
	several := map[string]int{}
	for _, m := range run.models {
		several[m.File]++
	}
	for _, m := range run.models {
		if badPath(m.File) == nil {
			draftTable(b, m, several[m.File] > 1)
		}
	}
	return b.Flush()
}

func draftTable(w io.Writer, m *layout.Model, named bool) {
	fmt.Fprintf(w, "\n[[file]]\npath = %s\n", quote(m.File))
	if named {
		fmt.Fprintf(w, "table = %s\n", quote(m.Table.Name))
	}
	fmt.Fprintf(w, "statbarn = %s\nunit = \"people\"\n", quote(statbarnOf(m)))
	fmt.Fprint(w, "# population = \"\"   # the same id for tables of the same people\n# context = \"\"      # what the table shows, of whom\n# controls = \"\"     # what was done to protect it\n")
	roles, seen := map[layout.Role][]string{}, map[string]bool{}
	for column, name := range m.Header {
		if name == "" || seen[strings.ToLower(name)] {
			continue // a declaration tells columns apart by their names
		}
		seen[strings.ToLower(name)] = true
		roles[m.Roles[column]] = append(roles[m.Roles[column]], name)
	}
	for _, line := range []struct {
		key   string
		names []string
	}{
		{"keys", roles[layout.RoleKey]}, {"counts", roles[layout.RoleCount]}, {"percentages", roles[layout.RolePercent]},
		{"statistics", roles[layout.RoleStatistic]}, {"other", roles[layout.RoleOther]},
		{"totals", totalLabels(m)}, {"denominators", denominatorsOf(m)},
	} {
		if len(line.names) > 0 {
			fmt.Fprintf(w, "%s = [%s]\n", line.key, quoteAll(line.names))
		}
	}
	if pairs := pairsOf(m); len(pairs) > 0 {
		fmt.Fprintf(w, "pairs = [%s]\n", strings.Join(pairs, ", "))
	}
}

// statbarnOf is the kind of statistic that a table mostly holds.
func statbarnOf(m *layout.Model) string {
	if slices.Contains(m.Roles, layout.RoleStatistic) && len(m.CountColumns) < 2 {
		return "Shape"
	}
	if slices.Contains(m.Roles, layout.RolePercent) && len(m.CountColumns) == 0 {
		return "CalculatedRatios"
	}
	return "Frequencies"
}

// totalLabels lists the labels of rows and the columns that are totals.
func totalLabels(m *layout.Model) []string {
	var labels []string
	add := func(label string) {
		if label != "" && !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	for row := range m.Rows() {
		for label := range m.Labels() {
			if key := m.Key(row, label); m.IsTotal(key) {
				add(key)
			}
		}
	}
	for _, column := range m.CountColumns {
		if m.IsTotalColumn(column) {
			add(m.Header[column])
		}
	}
	return labels
}

func denominatorsOf(m *layout.Model) []string {
	var names []string
	for _, column := range m.CountColumns {
		if m.IsDenominator(column) && !m.IsTotalColumn(column) {
			names = append(names, m.Header[column])
		}
	}
	return names
}

func pairsOf(m *layout.Model) []string {
	var pairs []string
	for column, role := range m.Roles {
		if role != layout.RolePercent {
			continue
		}
		if pair, ok := m.Paired(column); ok && !m.NamesAnother(column) && m.Header[column] != m.Header[pair.Part] && m.Header[column] != "" && m.Header[pair.Part] != "" {
			text := fmt.Sprintf("{ percentage = %s, count = %s", quote(m.Header[column]), quote(m.Header[pair.Part]))
			if pair.Whole >= 0 {
				text += ", whole = " + quote(m.Header[pair.Whole])
			}
			pairs = append(pairs, text+" }")
		}
	}
	return pairs
}

// quote writes a TOML string; a name that cannot be seen or is no text is
// written as its code.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f || r >= 0x80 && !strconv.IsPrint(r):
			fmt.Fprintf(&b, "\\U%08X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}
