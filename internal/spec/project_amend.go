package spec

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Amendment is what a data amendment moves a project to.
type Amendment struct {
	ID       ProjectID
	Freeze   int
	Versions []DatasetVersion // each in place of the project's version of its dataset
}

// setting is a line that sets one of the keys that an amendment changes.
var setting = regexp.MustCompile(`^(\s*(project|freeze|version)\s*=\s*)("[^"]*"|'[^']*'|[0-9_]+)(.*)$`)

// Amend returns the text of the project's file as the amendment has it: its lines
// and comments in their order, but for the id, the freeze and the versions. A file
// of which another change would come, such as one with a dataset in one line, is an
// error: it is amended by hand.
func (p Project) Amend(to Amendment) ([]byte, error) {
	want := p
	want.Datasets = slices.Clone(p.Datasets)
	for _, version := range to.Versions {
		if err := want.move(version); err != nil {
			return nil, err
		}
	}
	want.ID, want.Freeze = to.ID, to.Freeze
	text := p.rewritten(want)
	got, err := ParseProject(p.file, text)
	got.text, got.sha256 = want.text, want.sha256
	if err != nil || !reflect.DeepEqual(got, want) {
		return nil, fmt.Errorf("%s is not written a line a key: write project = %q, freeze = %d and the versions into a copy by hand", p.file, to.ID, to.Freeze)
	}
	return text, nil
}

// rewritten returns the project's text with the id, freeze and versions of another.
func (p Project) rewritten(as Project) []byte {
	lines := strings.Split(p.text, "\n")
	section, dataset := "", -1
	for i, line := range lines {
		if heading := strings.TrimSpace(line); strings.HasPrefix(heading, "[") {
			section, _, _ = strings.Cut(heading, "]")
			if section == "[[datasets" {
				dataset++
			}
			continue
		}
		parts := setting.FindStringSubmatch(line)
		switch {
		case parts == nil:
		case section == "" && parts[2] == "project":
			lines[i] = parts[1] + strconv.Quote(as.ID.String()) + parts[4]
		case section == "" && parts[2] == "freeze":
			lines[i] = parts[1] + strconv.Itoa(as.Freeze) + parts[4]
		case section == "[[datasets" && parts[2] == "version" && dataset < len(as.Datasets) && as.Datasets[dataset].Version != p.Datasets[dataset].Version:
			lines[i] = parts[1] + strconv.Quote(as.Datasets[dataset].Version.String()) + parts[4]
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// move puts a version in the place of the project's version of its dataset.
func (p *Project) move(to DatasetVersion) error {
	found := -1
	for i, dataset := range p.Datasets {
		if dataset.Version.Dataset != to.Dataset {
			continue
		}
		if found >= 0 {
			return fmt.Errorf("%s has %s in more than one version: which of them %s follows is not said", p.ID, to.Dataset, to)
		}
		found = i
	}
	if found < 0 {
		return fmt.Errorf("%s has no %s that %s could follow", p.ID, to.Dataset, to)
	}
	p.Datasets[found].Version = to
	return nil
}
