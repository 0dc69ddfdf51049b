package spec

import (
	"io/fs"
	"slices"
)

// CutOffs say when a score is a case and which change of it is reliable, as
// specs/measures/NAME_cutoffs.toml holds them.
type CutOffs struct {
	Dataset    string      `toml:"dataset"`
	Depression string      `toml:"depression"` // the token of the depression measure
	Anxiety    string      `toml:"anxiety"`    // the token used where no specific measure is paired
	Tools      []ScoreTool `toml:"tools"`
}

// ScoreTool is one questionnaire. Scores run from Lowest to Highest; one of
// Caseness or more is a case, and a change of Change or more is reliable.
type ScoreTool struct {
	Token    string   `toml:"token"` // as the column adsm names it
	Name     string   `toml:"name"`
	Lowest   float64  `toml:"lowest"`
	Highest  float64  `toml:"highest"`
	Caseness float64  `toml:"caseness"`
	Change   *float64 `toml:"change"`   // nil where no size is known
	Verified bool     `toml:"verified"` // whether a source says so
	Source   string   `toml:"source"`
}

// Tool returns the tool of that token.
func (c CutOffs) Tool(token string) (ScoreTool, bool) {
	at := slices.IndexFunc(c.Tools, func(t ScoreTool) bool { return t.Token == token })
	if at < 0 {
		return ScoreTool{}, false
	}
	return c.Tools[at], true
}

// LoadCutOffs reads specs/measures/DATASET_cutoffs.toml, with every fault found.
func LoadCutOffs(files fs.FS, dataset string) (CutOffs, error) {
	name := "measures/" + dataset + "_cutoffs.toml"
	var cutOffs CutOffs
	faults := decodeFile(files, name, &cutOffs)
	if faults.broken {
		return CutOffs{}, faults.err()
	}
	text, _ := fs.ReadFile(files, name) // it was read before
	if cutOffs.Dataset != dataset {
		faults.add(name, 0, "the cut-offs are of %q; their file says %s", cutOffs.Dataset, dataset)
	}
	for i, tool := range cutOffs.Tools {
		line := lineWhere(text, i+1, isHeading("[[tools]]"))
		if tool.Token == "" || tool.Name == "" || tool.Source == "" {
			faults.add(name, line, "a tool needs token, name and source")
		}
		if tool.Lowest >= tool.Highest || tool.Caseness <= tool.Lowest || tool.Caseness > tool.Highest {
			faults.add(name, line, "%s: the cut-off %g is not within %g to %g", tool.Token, tool.Caseness, tool.Lowest, tool.Highest)
		}
		if tool.Change != nil && *tool.Change <= 0 {
			faults.add(name, line, "%s: a reliable change is larger than none", tool.Token)
		}
		if slices.ContainsFunc(cutOffs.Tools[:i], func(t ScoreTool) bool { return t.Token == tool.Token }) {
			faults.add(name, line, "two tools are called %s", tool.Token)
		}
	}
	for _, token := range []string{cutOffs.Depression, cutOffs.Anxiety} {
		tool, found := cutOffs.Tool(token)
		if !found || tool.Change == nil {
			faults.add(name, 0, "%q is no tool with a reliable change", token)
		}
	}
	return cutOffs, faults.err()
}
