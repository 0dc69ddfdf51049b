package outputs

import (
	"fmt"
	"path"
	"slices"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
)

// prepare loads the profiles that the declaration names.
func (c *check) prepare() error {
	c.makeMaps()
	c.crew = newCrew()
	c.policies = map[string]layout.Policy{"": c.policy, c.options.Profile.Name(): c.policy}
	names := []string{c.options.Declaration.Profile}
	for _, file := range c.options.Declaration.Files {
		names = append(names, file.Profile)
	}
	for _, name := range names {
		if _, known := c.policies[name]; known {
			continue
		}
		if c.options.Profiles == nil {
			return fmt.Errorf("the declaration names the rules %q, and the check knows %q alone", name, c.options.Profile.Name())
		}
		profile, err := c.options.Profiles(name)
		if err != nil {
			return err
		}
		c.policies[name] = layout.NewPolicy(profile)
	}
	return nil
}

// policyFor returns the rules of one table, or of a file's text.
func (c *check) policyFor(file, table string) layout.Policy {
	if c.options.Declaration.IsZero() {
		return c.policy
	}
	return c.policies[c.options.Declaration.For(file, table).Profile]
}

// supporting keeps a table that helps the check and is not released.
func (c *check) supporting(t *document.Table) {
	if len(c.units[t.File]) == 0 {
		c.findings.add(Finding{Check: "FIL033", Severity: Told, File: t.File,
			Message: "The file was declared to be supporting: it was read and not checked, and must not leave."})
	}
	c.units[t.File] = append(c.units[t.File], t)
}

// declaredButMissing tells of declared files that are not there: the declaration
// is then of other files than those that were checked.
func (c *check) declaredButMissing() {
	told := map[string]bool{}
	for _, declared := range c.options.Declaration.Files {
		for _, name := range []string{declared.Path, declared.SubsetOf} {
			if name == "" || told[name] || c.wasChecked(name) {
				continue
			}
			told[name] = true
			c.findings.add(Finding{Check: "FIL034", Severity: ForReview, File: name,
				Message: "The declaration speaks of this file, and it is not among those that were checked."})
		}
	}
}

// wasChecked reports whether any file has a declared name or fits it as a pattern.
func (c *check) wasChecked(name string) bool {
	return slices.ContainsFunc(c.files, func(file File) bool {
		matched, _ := path.Match(name, file.Path) // a name that is no pattern matches itself alone
		return matched || name == file.Path
	})
}
