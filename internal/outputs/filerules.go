package outputs

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// fileRules holds files against what the rules say of types, sizes and lengths.
func (c *check) fileRules() {
	for _, file := range c.files {
		rules := c.policyFor(file.Path, "").Rules
		ending := strings.ToLower(strings.TrimPrefix(path.Ext(file.Path), "."))
		at := func(check, message string) {
			c.findings.add(Finding{Check: check, Severity: Failed, File: file.Path, Message: message})
		}
		allowed := rules.FileTypes.Value
		if slices.Contains(rules.BlockedTypes.Value, ending) || len(allowed) > 0 && !slices.Contains(allowed, ending) {
			at("FIL030", "The rules do not let files of this kind leave.")
		}
		if limit := rules.FileBytes.Value; limit > 0 && file.Bytes > limit {
			at("FIL031", fmt.Sprintf("The file is larger than %d MB.", limit>>20))
		}
		if limit := rules.FileRows.Value; limit > 0 && int64(file.Rows) > limit {
			at("FIL032", fmt.Sprintf("The file has more than %d rows: it is likely to be rows about people.", limit))
		}
	}
}
