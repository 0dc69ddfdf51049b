package outputs

import (
	"fmt"
	"path"

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
	for _, declared := range c.options.Declaration.Files {
		found := false
		for _, file := range c.files {
			matched, _ := path.Match(declared.Path, file.Path) // a name that is no pattern matches itself alone
			found = found || matched || declared.Path == file.Path
		}
		if !found {
			c.findings.add(Finding{Check: "FIL034", Severity: ForReview, File: declared.Path,
				Message: "The declaration speaks of this file, and it is not among those that were checked."})
		}
	}
}
