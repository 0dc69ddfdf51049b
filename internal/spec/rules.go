package spec

import (
	"io/fs"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
)

// LoadRules reads rules/NAME.toml as a disclosure profile.
func LoadRules(files fs.FS, name string) (disclosure.Profile, error) {
	file := "rules/" + name + ".toml"
	if _, err := fs.Stat(files, file); err != nil {
		return disclosure.Profile{}, &Invalid{[]Fault{{file, 0, "there are no rules " + name + "; known: " + strings.Join(RuleNames(files), ", ")}}}
	}
	var rules disclosure.Rules
	faults := decodeFile(files, file, &rules)
	if rules.Name != name {
		faults.add(file, 0, "the rules are called %q; their file says %s", rules.Name, name)
	}
	profile, err := disclosure.NewProfile(rules)
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			faults.add(file, 0, "%s", line)
		}
	}
	return profile, faults.err()
}

// RuleNames lists the profiles that there are, sorted.
func RuleNames(files fs.FS) []string {
	paths, _ := fs.Glob(files, "rules/*.toml")
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(strings.TrimPrefix(path, "rules/"), ".toml")
	}
	slices.Sort(paths)
	return paths
}
