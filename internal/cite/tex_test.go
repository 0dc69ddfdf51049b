package cite

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// desk is a folder with a bibliography in which programs of TeX run.
type desk struct {
	*testing.T
	programs, folder string
}

// newDesk has the works' file in it as cited.bib.
func newDesk(t *testing.T, bibliography string) desk {
	programs := os.Getenv("TRE_TEX")
	if programs == "" {
		t.Skip("TRE_TEX does not name the folder of pdflatex, bibtex and biber")
	}
	d := desk{t, programs, t.TempDir()}
	d.write("cited.bib", bibliography)
	return d
}

func (d desk) write(name, content string) {
	require.NoError(d, os.WriteFile(filepath.Join(d.folder, name), []byte(content), 0o600))
}

func (d desk) read(name string) string {
	content, err := os.ReadFile(filepath.Join(d.folder, name))
	require.NoError(d, err)
	return string(content)
}

// run returns what a program says.
func (d desk) run(program string, args ...string) string {
	command := exec.Command(filepath.Join(d.programs, program), args...)
	command.Dir = d.folder
	out, err := command.CombinedOutput()
	require.NoError(d, err, string(out))
	return string(out)
}

// paper cites all of cited.bib in the oldest style there is. pdflatex makes no
// page of it: fonts are beside the point.
const paper = `\documentclass{article}
\begin{document}
\nocite{*}
\bibliographystyle{plain}
\bibliography{cited}
\end{document}
`

func TestLaTeXSetsOurBibTeXWithoutAWarning(t *testing.T) {
	works := cited(t)
	desk := newDesk(t, write(t, BibTeX, works...))
	desk.write("paper.tex", paper)
	desk.run("pdflatex", "-draftmode", "-interaction=nonstopmode", "paper")
	talk := desk.run("bibtex", "paper")
	assert.NotContains(t, talk, "Warning")
	assert.NotContains(t, talk, "error")
	desk.run("pdflatex", "-draftmode", "-interaction=nonstopmode", "paper")
	talk = desk.run("pdflatex", "-draftmode", "-halt-on-error", "paper")
	for _, complaint := range []string{"\n!", "LaTeX Warning", "Missing character"} {
		assert.NotContains(t, talk, complaint)
	}
	set := desk.read("paper.bbl")
	assert.Equal(t, len(works), strings.Count(set, `\bibitem{`))
	joined := strings.Join(strings.Fields(set), " ")
	for _, work := range works {
		assert.Contains(t, joined, strings.Join(strings.Fields(escapeTeX(work.Title)), " "), "with its capitals")
	}
}

func TestBiberFindsNothingAgainstOurBibLaTeX(t *testing.T) {
	works := append(cited(t), Work{Kind: "freeze", Title: "Freeze number 16 dated May 2026", Publisher: "UK LLC", Version: "1", Issued: Date{2026, 5, 1},
		Creators: Organisations("UK LLC"), Language: "en", Keywords: []string{"a, b", "c"}, Abstract: "50% of {it}"})
	desk := newDesk(t, write(t, BibLaTeX, works...))
	talk := desk.run("biber", "--tool", "--validate-datamodel", "--output-file", "read.bib", "cited.bib")
	assert.NotContains(t, talk, "WARN")
	assert.NotContains(t, talk, "ERROR")
	read := desk.read("read.bib")
	assert.Equal(t, len(works)-1, strings.Count(read, "@DATASET{"))
	assert.Equal(t, 1, strings.Count(read, "@MISC{"))
}
