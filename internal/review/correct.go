package review

import (
	"bytes"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"tre-toolkit/internal/outputs"
)

// corrected returns a declaration with one file's, or table's, part replaced.
func corrected(text string, said outputs.DeclaredFile) (string, error) {
	declared := outputs.Declaration{}
	if text != "" {
		var err error
		if declared, err = outputs.ParseDeclaration(strings.NewReader(text)); err != nil {
			return "", err
		}
	}
	at := slices.IndexFunc(declared.Files, func(f outputs.DeclaredFile) bool { return f.Path == said.Path && f.Table == said.Table })
	if at < 0 {
		declared.Files = append(declared.Files, said)
	} else {
		declared.Files[at] = said
	}
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(declared); err != nil {
		return "", err
	}
	_, err := outputs.ParseDeclaration(bytes.NewReader(b.Bytes()))
	return b.String(), err
}
