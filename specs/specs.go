// Package specs holds the specification files that the two programs carry:
// datasets, disclosure rules, projects, cohorts, published freezes and how
// opt-outs are applied. They are data, in TOML; package spec reads them. A
// directory of the same shape given with --specs takes their place.
package specs

import "embed"

// Files is the embedded specification tree.
//
//go:embed cohorts.toml freezes.toml optouts.toml datasets rules projects
//go:embed matching measures reports
var Files embed.FS
