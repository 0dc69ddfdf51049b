package spec

import (
	"errors"
	"io/fs"
	"slices"
)

// Labels are what the codes of a dataset's columns mean. They are read from
// specs/datasets/NAME/codes.toml; a dataset without that file has none.
type Labels struct {
	Items []LabelItem `toml:"items"`
}

// LabelItem is one list of codes and the columns whose values are among them.
type LabelItem struct {
	Element string      `toml:"element"` // the data dictionary's name of the item
	Source  string      `toml:"source"`  // where the codes are from
	From    []string    `toml:"from"`    // sources of columns, such as IDS001MPI.Gender
	Codes   [][2]string `toml:"codes"`   // code and label, in order
}

// Of returns what the codes of a column mean, in order; nothing when nobody says.
func (l Labels) Of(column Column) [][2]string {
	if column.From == "" {
		return nil
	}
	at := slices.IndexFunc(l.Items, func(item LabelItem) bool { return slices.Contains(item.From, column.From) })
	if at < 0 {
		return nil
	}
	return l.Items[at].Codes
}

// LoadLabels reads the labels of a dataset and checks that no code has two and
// no column two lists.
func LoadLabels(files fs.FS, dataset string) (Labels, error) {
	name := "datasets/" + dataset + "/codes.toml"
	if _, err := fs.Stat(files, name); errors.Is(err, fs.ErrNotExist) {
		return Labels{}, nil
	}
	var labels Labels
	faults := decodeFile(files, name, &labels)
	if faults.broken {
		return Labels{}, faults.err()
	}
	text, _ := fs.ReadFile(files, name) // it was read before
	listed := map[string]bool{}
	for i, item := range labels.Items {
		line := lineWhere(text, i+1, isHeading("[[items]]"))
		if item.Element == "" || item.Source == "" || len(item.From) == 0 || len(item.Codes) == 0 {
			faults.add(name, line, "an item needs element, source, from and codes")
		}
		for _, from := range item.From {
			if listed[from] {
				faults.add(name, line, "%s has two lists of codes", from)
			}
			listed[from] = true
		}
		labelled := map[string]bool{}
		for _, code := range item.Codes {
			if labelled[code[0]] {
				faults.add(name, line, "code %q of %s has two labels", code[0], item.Element)
			}
			labelled[code[0]] = true
		}
	}
	return labels, faults.err()
}
