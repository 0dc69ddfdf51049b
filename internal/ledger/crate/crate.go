// Package crate describes an extract as an RO-Crate 1.2 of the Five Safes profile
// (w3id.org/5s-crate/0.4), so that a research environment which knows these can
// read what the extract is without this program.
//
// The profile asks for a workflow, itself an RO-Crate, and for the run that made
// the data: the workflow is the plan, as JSON, in a crate of its own below the
// extract. Nothing here has a time or names a person, for the reasons that the
// manifest has none: the same plan makes the same bytes, and who ran it is in
// the ledger. The date of publication that RO-Crate demands is the freeze's.
//
// The crate is the payload of a bag and not the bag: whoever sends the extract to
// another environment packs it.
package crate

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"tre-toolkit/internal/ledger/manifest"
)

// The names within an extract.
const (
	MetadataFile   = "ro-crate-metadata.json"
	WorkflowFolder = "workflow"
	PlanFile       = "plan.json"
)

// The standards that are followed.
const (
	fiveSafes       = "https://w3id.org/5s-crate/0.4"
	crate12         = "https://w3id.org/ro/crate/1.2"
	crate11         = "https://w3id.org/ro/crate/1.1"
	workflowCrate   = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
	safeHaven       = "https://w3id.org/shp#"
	completedAction = "http://schema.org/CompletedActionStatus"
)

// About is what a crate says beyond the manifest.
type About struct {
	Title       string // the project's
	Environment string // the organisation that holds the data
	Approval    string // the reference of the project's approval, or empty
	Plan        []byte // the plan's JSON
}

type entity map[string]any

func is(id string) entity { return entity{"@id": id} }

func kind(id string, types any, name string) entity {
	return entity{"@id": id, "@type": types, "name": name}
}

// Write writes the crate's metadata and its workflow into an extract's folder and
// returns the names of the files. The manifest has every other file of the
// extract, and neither a signature nor a place for one: it is made after this.
func Write(dir string, made manifest.Manifest, about About) ([]string, error) {
	if err := os.Mkdir(filepath.Join(dir, WorkflowFolder), 0o700); err != nil {
		return nil, err
	}
	crate := crate{made, about}
	files := map[string]any{
		path.Join(WorkflowFolder, MetadataFile): document(crate11, crate.workflow()),
		MetadataFile:                            document(crate12, crate.graph()),
	}
	names := []string{path.Join(WorkflowFolder, PlanFile)}
	if err := os.WriteFile(filepath.Join(dir, WorkflowFolder, PlanFile), about.Plan, 0o600); err != nil {
		return nil, err
	}
	for _, name := range []string{path.Join(WorkflowFolder, MetadataFile), MetadataFile} {
		text, err := json.MarshalIndent(files[name], "", "  ")
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), append(text, '\n'), 0o600); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func document(standard string, graph []entity) entity {
	return entity{"@context": standard + "/context", "@graph": graph}
}

type crate struct {
	manifest.Manifest
	about About
}

// The ids of the entities that are nobody else's.
const (
	program     = "#tre-extract"
	environment = "#environment"
	conditions  = "#conditions"
	planFormat  = "#plan-format"
	packageURL  = "pkg:golang/tre-toolkit" // the program has no address on the web
)

func (c crate) project() string     { return "#project-" + c.Project }
func (c crate) researchers() string { return "#researchers-" + c.Project }
func (c crate) run() string         { return "#run-" + c.PlanHash }

func descriptor(conformsTo any) entity {
	return entity{"@id": MetadataFile, "@type": "CreativeWork", "about": is("./"), "conformsTo": conformsTo}
}

// graph is the extract's own: safe data, people, projects and settings are who
// and what the run names, safe outputs the checks.
func (c crate) graph() []entity {
	parts := []entity{is(WorkflowFolder + "/"), is(manifest.FileName), is(manifest.SignatureName)}
	mentions := []entity{is(c.run())}
	var results, inputs, contextual []entity
	for _, file := range c.Files {
		parts = append(parts, is(identifier(file.Name)))
		contextual = append(contextual, c.file(file))
		if file.Table != "" {
			results = append(results, is(identifier(file.Name)))
		}
	}
	for _, dataset := range c.datasets() {
		inputs = append(inputs, is(dataset["@id"].(string)))
		contextual = append(contextual, dataset)
	}
	for _, check := range c.checks() {
		mentions = append(mentions, is(check["@id"].(string)))
		contextual = append(contextual, check)
	}
	root := kind("./", "Dataset", "Extract of "+c.Project+": "+c.about.Title)
	root["description"] = "What project " + c.Project + " is given of freeze " + strconv.Itoa(c.Freeze) + ", under its own pseudonyms. " +
		manifest.FileName + " holds every file's hash, rows, participants and columns, and is signed."
	root["datePublished"], root["license"], root["publisher"] = c.FreezeDate, is(conditions), is(environment)
	root["conformsTo"] = is(fiveSafes)
	root["hasPart"], root["mainEntity"], root["mentions"] = parts, is(WorkflowFolder+"/"), mentions
	root["sourceOrganization"] = is(c.project())
	return append(append([]entity{descriptor(is(crate12)), root}, c.setting(results, inputs)...), contextual...)
}

// setting is who ran what for whom.
func (c crate) setting(results, inputs []entity) []entity {
	run := kind(c.run(), "CreateAction", "Extract of "+c.Project+" by its plan")
	run["actionStatus"], run["agent"] = completedAction, is(c.researchers())
	run["instrument"] = []entity{is(WorkflowFolder + "/"), is(program)}
	run["object"], run["result"] = inputs, results
	people := kind(c.researchers(), "Person", "The approved researchers of "+c.Project)
	people["memberOf"], people["affiliation"] = is(c.project()), is(c.project())
	project := kind(c.project(), []string{"Organization", "Project"}, c.about.Title)
	project["identifier"] = c.Project
	software := kind(program, "SoftwareApplication", "tre-extract")
	software["version"], software["softwareVersion"], software["url"] = c.Tool, c.Tool, is(packageURL)
	software["description"] = "tre-extract " + c.Tool + " with DuckDB " + c.Database
	software["provider"] = is(environment)
	terms := kind(conditions, "CreativeWork", "Conditions of access")
	terms["description"] = "For the approved researchers of " + c.Project + " within the research environment alone." + c.approval()
	workflow := kind(WorkflowFolder+"/", "Dataset", "The plan of the extract")
	workflow["conformsTo"] = is(workflowCrate)
	workflow["description"] = "The plan, whose hash is " + c.PlanHash
	workflow["hasPart"] = []entity{is(WorkflowFolder + "/" + PlanFile), is(WorkflowFolder + "/" + MetadataFile)}
	readers := kind("#readers", "DigitalDocumentPermission", "Who may read the data files")
	readers["permissionType"], readers["grantee"] = "http://schema.org/ReadPermission", is(c.project())
	return []entity{
		run, people, project, software, terms, workflow, readers,
		kind(environment, "Organization", c.about.Environment),
		kind(fiveSafes, []string{"CreativeWork", "Profile"}, "Five Safes RO-Crate profile"),
		file(WorkflowFolder+"/"+PlanFile, "The plan", "application/json"),
		file(WorkflowFolder+"/"+MetadataFile, "The plan as an RO-Crate", "application/ld+json"),
		file(manifest.FileName, "The manifest", "application/json"),
		file(manifest.SignatureName, "The manifest's signature", "text/plain"),
	}
}

func (c crate) approval() string {
	if c.about.Approval == "" {
		return ""
	}
	return " Approved as " + c.about.Approval + "."
}

func file(id, name, format string) entity {
	described := kind(id, "File", name)
	described["encodingFormat"] = format
	return described
}

// file describes a file of the manifest. Those that hold rows of participants
// may be read by the project alone.
func (c crate) file(of manifest.File) entity {
	described := file(identifier(of.Name), path.Base(of.Name), encoding(of.Name))
	described["sha256"], described["contentSize"] = of.SHA256, strconv.FormatInt(of.Bytes, 10)
	if of.Table == "" {
		return described
	}
	described["@type"] = []string{"File", "DigitalDocument"}
	described["description"] = of.Table + " of " + of.Dataset
	described["hasDigitalDocumentPermission"] = is("#readers")
	return described
}

// datasets are the versions that the run read, once each, and the freeze.
func (c crate) datasets() []entity {
	var list []entity
	done := map[string]bool{}
	for _, table := range c.Tables {
		if done[table.Dataset] {
			continue
		}
		done[table.Dataset] = true
		dataset := kind("#"+strings.ReplaceAll(table.Dataset, "@", "-"), "CreativeWork", table.Dataset)
		dataset["identifier"], dataset["sha256"] = table.DOI, table.Delivery
		list = append(list, dataset)
	}
	freeze := kind("#freeze-"+strconv.Itoa(c.Freeze), "CreativeWork", "Freeze "+strconv.Itoa(c.Freeze)+" of "+c.FreezeDate)
	if c.FreezeDOI != "" {
		freeze["identifier"] = c.FreezeDOI
	}
	return append(list, freeze)
}

// checks are the checks that were made, and that the counts in the manifest have
// gone through the gate.
func (c crate) checks() []entity {
	gate := c.assess("#gate", "DisclosureCheck", "Disclosure check of the counts in "+manifest.FileName+" by "+c.Rules+": completed")
	list := []entity{gate}
	for i, check := range c.Checks {
		name := check.Code + ": " + check.Outcome
		if check.Outcome == manifest.Waived {
			name += " by " + check.By + ": " + check.Reason
		}
		list = append(list, c.assess("#check-"+strconv.Itoa(i+1), "ValidationCheck", name))
	}
	return list
}

func (c crate) assess(id, phase, name string) entity {
	action := kind(id, "AssessAction", name)
	action["additionalType"], action["object"], action["agent"] = is(safeHaven+phase), is("./"), is(program)
	action["actionStatus"] = completedAction
	return action
}

// workflow is the crate of the plan.
func (c crate) workflow() []entity {
	root := kind("./", "Dataset", "The plan of the extract of "+c.Project)
	root["description"] = "What is made of which tables for project " + c.Project + ", as tre-extract reads it."
	root["datePublished"], root["license"] = c.FreezeDate, is(conditions)
	root["hasPart"], root["mainEntity"] = []entity{is(PlanFile)}, is(PlanFile)
	plan := kind(PlanFile, []string{"File", "SoftwareSourceCode", "ComputationalWorkflow"}, "Plan of "+c.Project)
	plan["programmingLanguage"], plan["encodingFormat"] = is(planFormat), "application/json"
	language := kind(planFormat, "ComputerLanguage", "tre-extract plan")
	language["version"], language["url"] = c.Tool, is(packageURL)
	terms := kind(conditions, "CreativeWork", "Conditions of access")
	terms["description"] = "For the approved researchers of " + c.Project + "."
	return []entity{descriptor([]entity{is(crate11), is(workflowCrate)}), root, plan, language, terms}
}

// encodings are the media types of the files that an extract holds.
var encodings = map[string]string{
	".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".json": "application/json", ".txt": "text/plain",
	".bib": "application/x-bibtex", ".ris": "application/x-research-info-systems", ".cff": "application/yaml", ".md": "text/markdown",
	".jsonld": "application/ld+json", ".xml": "application/xml",
}

func encoding(name string) string {
	if known, found := encodings[path.Ext(name)]; found {
		return known
	}
	return "application/octet-stream"
}

// identifier returns a file's name as a relative URI.
func identifier(name string) string {
	var text strings.Builder
	for _, b := range []byte(name) {
		if plain := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-._~/", b) >= 0; plain {
			text.WriteByte(b)
		} else {
			text.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(b)+256, 16)[1:]))
		}
	}
	return text.String()
}
