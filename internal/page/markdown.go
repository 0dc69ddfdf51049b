package page

import (
	"bytes"
	_ "embed"
	"regexp"
	"strings"
	"text/template"
)

//go:embed page.md.tmpl
var markdownSource string

var markdownPage = template.Must(template.New("page").Funcs(template.FuncMap{
	"text":    markdownText,
	"para":    markdownParagraph,
	"link":    markdownLink,
	"cell":    markdownCell,
	"fence":   markdownFence,
	"ordinal": ordinal,
}).Parse(markdownSource))

// Markdown returns the page as Markdown with tables (GitHub's dialect), and
// refuses a model that would make a wrong page.
func Markdown(m Model) ([]byte, error) {
	v, err := newView(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = markdownPage.Execute(&out, v)
	return out.Bytes(), err
}

var (
	markdownSigns = strings.NewReplacer(
		`\`, `\\`, "|", `\|`, "<", "&lt;", "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "~", `\~`)
	htmlEntity   = regexp.MustCompile(`&(#?[A-Za-z0-9]+;)`)
	looseLine    = regexp.MustCompile(`(^|[^A-Za-z0-9])_+|_+($|[^A-Za-z0-9])`)
	blockOpening = regexp.MustCompile(`^(\d*)([#>+=.)-])`)
)

// markdownText makes a text stand for itself on one line. An underscore inside
// a word needs no escape, and table names are easier to read without.
func markdownText(value string) string {
	line := strings.Join(strings.Fields(value), " ")
	line = htmlEntity.ReplaceAllString(line, "&amp;$1")
	line = markdownSigns.Replace(line)
	return looseLine.ReplaceAllStringFunc(line, func(found string) string { return strings.ReplaceAll(found, "_", `\_`) })
}

// markdownParagraph keeps a text that opens a paragraph from opening a heading,
// a list or a quotation.
func markdownParagraph(value string) string {
	return blockOpening.ReplaceAllString(markdownText(value), `$1\$2`)
}

var markdownAddress = strings.NewReplacer(
	" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "|", "%7C", `\`, "%5C", "\n", "", "\r", "", "\t", "")

func markdownLink(link Link) string {
	return "[" + markdownText(link.Text) + "](" + markdownAddress.Replace(link.Address) + ")"
}

func markdownCell(c cell) string {
	var parts []string
	if c.Text != "" {
		parts = append(parts, markdownText(c.Text))
	}
	for _, link := range c.Links {
		parts = append(parts, markdownLink(link))
	}
	return strings.Join(parts, " ")
}

var backticks = regexp.MustCompile("`+")

// markdownFence puts code between fences that are longer than any in it.
func markdownFence(language, code string) string {
	fence := "```"
	for _, run := range backticks.FindAllString(code, -1) {
		if len(run) >= len(fence) {
			fence = run + "`"
		}
	}
	return fence + language + "\n" + strings.TrimRight(code, "\n") + "\n" + fence
}
