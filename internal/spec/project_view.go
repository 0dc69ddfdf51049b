package spec

import "strings"

// View returns the name that UK LLC's database gives a table in a project, such
// as LLC_0042.nhsd_IAPT_care_activities_v0003.
func (d Dataset) View(project ProjectID, table Identifier, version DatasetVersion) string {
	return strings.ToUpper(project.number) + "." + d.Schema.name + "_" + d.Stem + "_" + table.name + "_" + version.Suffix()
}
