package cite

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func croissantOf(t *testing.T) Work {
	work := seed(t)
	work.Abstract, work.Rights, work.Issued = "What it holds: \"quoted\", and more.\nIn two lines.", "Copyright © (2025), NHS England.", Date{2024, 4, 26}
	work.Creators = append(work.Creators, Creator{"Gómez, Francis", true})
	return work
}

// readCroissant prints what MLCommons' own reader makes of a file, with what it
// finds wrong.
const readCroissant = `
import json, sys
import mlcroissant
read = mlcroissant.Dataset(jsonld=sys.argv[1]).metadata
print(json.dumps({
    "issues": sorted(read.ctx.issues.errors | read.ctx.issues.warnings), "name": read.name, "description": read.description,
    "version": read.version, "date": str(read.date_published), "cite": read.cite_as, "license": read.license,
    "creators": [c.name for c in read.creators], "publishers": [p.name for p in read.publisher],
    "url": read.url, "keywords": read.keywords, "language": read.in_language,
}))`

func TestCroissantIsReadByMLCommonsReader(t *testing.T) {
	python := os.Getenv("TRE_PYTHON")
	if python == "" {
		t.Skip("TRE_PYTHON does not name a Python that has mlcroissant")
	}
	work := croissantOf(t)
	file := filepath.Join(t.TempDir(), "work.croissant.json")
	require.NoError(t, os.WriteFile(file, []byte(write(t, Croissant, work)), 0o600))
	command := exec.Command(python, "-c", readCroissant, file)
	var warnings strings.Builder
	command.Stderr = &warnings
	out, err := command.Output()
	require.NoError(t, err, warnings.String())
	assert.NotContains(t, warnings.String(), "WARNING", "such as a context that is not the standard one")
	var read map[string]any
	require.NoError(t, json.Unmarshal(out, &read))
	assert.Equal(t, map[string]any{
		"issues": []any{}, "name": work.Title, "description": `What it holds: "quoted", and more. In two lines.`,
		"version": "3.0.0", "date": "2024-04-26 00:00:00", "cite": write(t, BibTeX, work), "license": []any{work.Rights},
		"creators": []any{"Data Services, NHS England (NHSE)", "Francis Gómez"}, "publishers": []any{work.Publisher},
		"url": work.URL, "keywords": anyOf(work.Keywords), "language": []any{"en"},
	}, read)
}

func anyOf(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

func TestCroissantAsksForWhatTheFormatDemands(t *testing.T) {
	for want, change := range map[string]func(w *Work){
		"croissant holds datasets alone, not a freeze":          func(w *Work) { w.Kind = "freeze" },
		"croissant asks for a description":                      func(w *Work) { w.Abstract = " \n" },
		"croissant asks for a licence or a copyright statement": func(w *Work) { w.Rights = "" },
		"croissant asks for an address":                         func(w *Work) { w.URL, w.DOI = "", DOI{} },
		"croissant asks for a creator":                          func(w *Work) { w.Creators = nil },
		"croissant asks for a date":                             func(w *Work) { w.Year, w.Issued = 0, Date{} },
	} {
		work := croissantOf(t)
		change(&work)
		_, err := Write(Croissant, work)
		var lack *Lack
		require.ErrorAs(t, err, &lack, want)
		assert.EqualError(t, lack, want)
	}
	_, err := Write(Croissant, croissantOf(t), croissantOf(t))
	assert.EqualError(t, err, "croissant holds one dataset a file")
	work := croissantOf(t)
	work.Version = ""
	assert.NotContains(t, write(t, Croissant, work), `"version"`, "none is made up")
}
