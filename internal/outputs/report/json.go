package report

import (
	"bytes"
	"encoding/json"
	"io"

	"tre-toolkit/internal/outputs"
)

// JSON writes the report as one JSON object; see outputs.Report and docs/json.md.
func JSON(w io.Writer, r outputs.Report) error {
	if r.Findings == nil {
		r.Findings = []outputs.Finding{}
	}
	if r.Hidden == nil {
		r.Hidden = []outputs.HiddenCell{}
	}
	if r.Files == nil {
		r.Files = []outputs.File{}
	}
	if r.Guesses == nil {
		r.Guesses = []outputs.Guess{}
	}
	text, err := encoded(r)
	if err != nil {
		return err
	}
	_, err = w.Write(visible(text, false))
	return err
}

// encoded writes a value as indented JSON, in which "<10" reads as it is.
func encoded(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return text.Bytes(), err
}
