package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
)

// guessed is what a table was taken to mean, in a form to correct it.
type guessed struct {
	Index int
	Name  string
	outputs.Guess
	Places string
	Sums   string
	Labels string // the totals, a line each
	Roles  []string
}

// roleNames are what a column may be, as guesses name them.
var roleNames = []string{"label", "count", "percentage", "statistic", "other"}

func guessedOf(index int, guess outputs.Guess) guessed {
	name := guess.Table
	if name == "" {
		name = guess.File
	}
	return guessed{
		Index: index, Name: notation.Printable(name), Guess: guess, Places: plural(guess.Places, "cell"), Sums: plural(guess.Sums, "sum"),
		Labels: strings.Join(guess.Totals, "\n"), Roles: roleNames,
	}
}

// roles takes what a reviewer says that a table means, and has the files checked
// again at once.
func (d *Desk) roles(w http.ResponseWriter, r *http.Request) {
	name := r.PostForm.Get("path")
	next := address("/file", name) + "#roles"
	before, said, err := d.corrected(r, name)
	if err == nil {
		err = d.review.Correct(r.Context(), said)
	}
	if err != nil {
		trouble := problemOf(err)
		if byScript(r) {
			d.answer(w, trouble)
			return
		}
		d.showFile(w, r, name, trouble.status, kept{}, trouble)
		return
	}
	message := "Checked again, with what you said that the table means."
	if after, err := d.review.Content(r.Context(), name); err == nil && after.Verdict != before {
		message = fmt.Sprintf("Checked again: the verdict was %q and is %q now.", before, after.Verdict)
	}
	d.done(w, r, next, message)
}

// corrected is what is declared of a table, with the roles and totals of a form in
// it, and the file's verdict as it stands.
func (d *Desk) corrected(r *http.Request, name string) (outputs.Verdict, outputs.DeclaredFile, error) {
	c, err := d.review.Content(r.Context(), name)
	if err != nil {
		return "", outputs.DeclaredFile{}, err
	}
	index := number(r.PostForm.Get("table"), -1)
	if index < 0 || index >= len(c.Guesses) {
		return "", outputs.DeclaredFile{}, errStale()
	}
	guess := c.Guesses[index]
	said, err := d.declared(guess, c)
	if err != nil {
		return "", outputs.DeclaredFile{}, err
	}
	said.Keys, said.Counts, said.Percentages, said.Statistics, said.Other = nil, nil, nil, nil, nil
	seen := map[string]bool{}
	for i, column := range guess.Columns {
		role := r.PostForm.Get("role-" + strconv.Itoa(i))
		if r.PostForm.Get("column-"+strconv.Itoa(i)) != column.Name || !slices.Contains(roleNames, role) {
			return "", outputs.DeclaredFile{}, errStale()
		}
		if column.Name == "" || seen[column.Name] {
			continue // a declaration tells columns apart by their names
		}
		seen[column.Name] = true
		list := map[string]*[]string{"label": &said.Keys, "count": &said.Counts, "percentage": &said.Percentages, "statistic": &said.Statistics, "other": &said.Other}[role]
		*list = append(*list, column.Name)
	}
	said.Totals = nil
	for _, label := range strings.Split(r.PostForm.Get("totals"), "\n") {
		if label = strings.TrimSpace(label); label != "" && !slices.Contains(said.Totals, label) {
			said.Totals = append(said.Totals, label)
		}
	}
	return c.Verdict, said, nil
}

// declared is what was declared of a table before.
func (d *Desk) declared(guess outputs.Guess, c review.Content) (outputs.DeclaredFile, error) {
	text, err := d.review.Declaration()
	if err != nil {
		return outputs.DeclaredFile{}, err
	}
	declaration, err := outputs.ParseDeclaration(strings.NewReader(text))
	if err != nil {
		return outputs.DeclaredFile{}, err
	}
	said := declaration.For(guess.File, guess.Table)
	said.Path, said.Table = guess.File, guess.Table
	return said, nil
}
