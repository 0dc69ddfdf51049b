package document

import (
	"regexp"
	"strings"
)

var (
	texBegin    = regexp.MustCompile(`\\begin\{(tabular[*xy]?|longtable|longtabu|tabu|array|supertabular|xtabular)\}`)
	texComment  = regexp.MustCompile(`(^|[^\\])%.*`)
	texMulti    = regexp.MustCompile(`\\multicolumn\s*\{\s*([0-9]{1,3})\s*\}\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}`)
	texRows     = regexp.MustCompile(`\\multirow(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}`)
	texRule     = regexp.MustCompile(`\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|addlinespace|specialrule|cmidrule|cline|noalign|arrayrulecolor|rowcolor|rowcolors)\b(?:\([^)]*\))?(?:\[[^\]]*\])?(?:\{[^{}]*\})*`)
	texStyled   = regexp.MustCompile(`\\(?:textbf|textit|texttt|textrm|textsf|emph|underline|mathrm|mathbf|text|num|makecell|thead|shortstack|mbox|footnotesize|small|cellcolor|textcolor)\b(?:\[[^\]]*\])?\s*\{([^{}]*)\}`)
	texNote     = regexp.MustCompile(`\\(?:footnote|tnote|textsuperscript|label|cite[a-z]*|ref|hspace|vspace|color|cellcolor|phantom|hphantom)\*?\s*\{[^{}]*\}`)
	texCommand  = regexp.MustCompile(`\\[A-Za-z]+\*?(?:\[[^\]]*\])?`)
	texBreak    = regexp.MustCompile(`\\\\(?:\*)?(?:\s*\[[^\]]*\])?|\\tabularnewline`)
	texCaption  = regexp.MustCompile(`\\caption(?:\[[^\]]*\])?\{`)
	texIncludes = regexp.MustCompile(`\\(?:input|include|includegraphics|csvreader|csvautotabular|pgfplotstabletypeset|InputIfFileExists)\b`)
	// texGenerated is what programs write of themselves above a table.
	texGenerated = regexp.MustCompile(`(?i)^\s*%+\s*(?:latex table|table (?:created|generated)|please|requires|date and time|(?:mon|tue|wed|thu|fri|sat|sun)\w*,? |!tex|-\*-|[-=%]*\s*$)|% *$`)
	texPlot      = regexp.MustCompile(`\\addplot|\\begin\{tikzpicture\}|\bcoordinates\s*\{`)
)

var texSigns = strings.NewReplacer(
	`\%`, "%", `\&`, "&", `\_`, "_", `\#`, "#", `\$`, "\uE000", `\{`, "{", `\}`, "}", "~", " ", `\,`, "", `\;`, " ", `\!`, "", `\ `, " ", "{,}", ",",
	`\textless{}`, "<", `\textgreater{}`, ">", `\textless`, "<", `\textgreater`, ">", `\leq`, "<=", `\geq`, ">=", `\le `, "<=", `\lt`, "<", `\gt`, ">",
	`\textasteriskcentered`, "*", `\ast`, "*", `\dagger`, "†", `\ddagger`, "‡", `\pm`, "±", `\times`, "x", `\dots`, "...", `\ldots`, "...", `\quad`, " ", `\qquad`, " ",
	"---", "-", "--", "-", "``", `"`, "''", `"`,
)

// readLaTeX reads tabular environments; all else is prose.
func (r *reader) readLaTeX(text string) {
	lines := splitLines(text)
	var rest strings.Builder
	for i := 0; i < len(lines); i++ {
		line := texComment.ReplaceAllString(lines[i], "$1")
		if line != lines[i] && !texGenerated.MatchString(lines[i]) {
			r.hideWords("a comment in the source", strings.TrimPrefix(lines[i], line))
		}
		if found := texBegin.FindStringSubmatchIndex(line); found != nil {
			i = r.tabular(lines, i, line[found[1]:], line[found[2]:found[3]])
			continue
		}
		r.texOutside(line)
		if plain := plainTeX(line); plain != "" {
			r.Prose = append(r.Prose, Prose{i + 1, plain})
			if !strings.HasPrefix(strings.TrimSpace(line), `\`) || texCaption.MatchString(line) {
				rest.WriteString(plain + "\n")
			}
		}
	}
	if text := rest.String(); text != "" && !isPlainNote(text) {
		r.gap("its text was searched for identifiers and low counts, and numbers outside its tables are not understood")
	}
}

// texOutside tells of what a line brings in that is not text.
func (r *reader) texOutside(line string) {
	if texIncludes.MatchString(line) {
		r.gap("it includes other files, which stand on their own or are missing")
	}
	if texPlot.MatchString(line) {
		r.gap("it draws a figure, whose points were not read")
	}
}

// tabular reads one table that begins on a line, after its first command, and
// returns its last line.
func (r *reader) tabular(lines []string, start int, first, environment string) int {
	var row strings.Builder
	var rows []Row
	rowLine := start + 1
	finish := func() {
		if cells := texCells(row.String()); Filled(cells) > 0 {
			rows = append(rows, Row{rowLine, cells})
		}
		row.Reset()
	}
	end := len(lines) - 1
	for i := start; i < len(lines); i++ {
		line := first
		if i > start {
			line = texComment.ReplaceAllString(lines[i], "$1")
		} else {
			line = skipColumns(line, environment)
		}
		inside, after, ended := strings.Cut(line, `\end{`+environment+`}`)
		parts := texBreak.Split(inside, -1)
		for k, part := range parts {
			if part = strings.TrimSpace(texRule.ReplaceAllString(part, "")); part != "" {
				if row.Len() == 0 {
					rowLine = i + 1
				}
				row.WriteString(part + " ")
			}
			if k+1 < len(parts) {
				finish()
			}
		}
		if ended {
			r.texOutside(after)
			end = i
			break
		}
	}
	finish()
	if r.takeCells(rows) {
		r.addGrid(rows)
	}
	return end
}

// skipColumns passes over the description of columns: {lrr}, [t]{l *{3}{r}},
// and the width of tabularx before it.
func skipColumns(line, environment string) string {
	groups := 1
	if strings.HasSuffix(environment, "x") || strings.HasSuffix(environment, "*") || strings.HasSuffix(environment, "y") {
		groups = 2
	}
	line = strings.TrimLeft(line, " ")
	if strings.HasPrefix(line, "[") {
		_, line, _ = strings.Cut(line, "]")
	}
	for range groups {
		line = strings.TrimLeft(line, " ")
		if !strings.HasPrefix(line, "{") {
			return line
		}
		depth := 0
		for i := range line {
			switch line[i] {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth == 0 {
				line = line[i+1:]
				break
			}
		}
	}
	return line
}

// texCells parts a row at ampersands; a cell that spans columns leaves the
// others blank.
func texCells(row string) []string {
	if strings.Contains(row, `\multi`) {
		row = texMulti.ReplaceAllStringFunc(row, func(whole string) string {
			found := texMulti.FindStringSubmatch(whole)
			return found[2] + strings.Repeat(" & ", min(max(number(found[1]), 1), 100)-1)
		})
		row = texRows.ReplaceAllString(row, "$1")
	}
	var cells []string
	start := 0
	for i := range len(row) {
		if row[i] == '&' && (i == 0 || row[i-1] != '\\') {
			cells = append(cells, plainTeX(row[start:i]))
			start = i + 1
		}
	}
	return append(cells, plainTeX(row[start:]))
}

// plainTeX takes commands off a text.
func plainTeX(text string) string {
	if strings.Contains(text, `\`) {
		text = texNote.ReplaceAllString(text, "")
		for range 3 { // commands inside commands
			text = texStyled.ReplaceAllString(text, "$1")
		}
	}
	text = texSigns.Replace(text)
	if strings.Contains(text, `\`) {
		text = texCommand.ReplaceAllString(text, "")
	}
	text = strings.NewReplacer("{", "", "}", "", "$", "", "\uE000", "$").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}
