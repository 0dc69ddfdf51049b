package page

import (
	"bytes"
	_ "embed"
	"html"
	"html/template"
	"strings"
)

//go:embed page.html.tmpl
var htmlSource string

//go:embed page.css
var style string

var htmlPage = template.Must(template.New("page").Funcs(template.FuncMap{"breakable": breakable, "ordinal": ordinal}).Parse(htmlSource))

// HTML returns the page as one file that needs nothing else to be shown, and
// refuses a model that would make a wrong page.
func HTML(m Model) ([]byte, error) {
	v, err := newView(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = htmlPage.Execute(&out, v)
	return out.Bytes(), err
}

// breakable lets a long name break after an underscore, so that a column need
// not be as wide as its head.
func breakable(name string) template.HTML {
	return template.HTML(strings.ReplaceAll(html.EscapeString(name), "_", "_<wbr>"))
}

// ordinal returns the place in a list as people count it.
func ordinal(index int) int { return index + 1 }
