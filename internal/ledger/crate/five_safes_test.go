package crate_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// graph is a crate's entities by id.
type graph map[string]map[string]any

func graphOf(document map[string]any) graph {
	g := graph{}
	list, _ := document["@graph"].([]any)
	for _, one := range list {
		one, _ := one.(map[string]any)
		id, _ := one["@id"].(string)
		g[id] = one
	}
	return g
}

func (g graph) root() map[string]any { return g["./"] }

// of returns the entities of a type.
func (g graph) of(name string) []map[string]any {
	var list []map[string]any
	for _, entity := range g {
		if typed(entity, name) {
			list = append(list, entity)
		}
	}
	return list
}

// to returns the entities that a property refers to; nil for one that is not
// described.
func (g graph) to(entity map[string]any, property string) []map[string]any {
	var list []map[string]any
	for _, id := range references(entity, property) {
		list = append(list, g[id])
	}
	return list
}

func every(list []map[string]any, met func(map[string]any) bool) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(one map[string]any) bool { return !met(one) })
}

func are(name string) func(map[string]any) bool {
	return func(entity map[string]any) bool { return typed(entity, name) }
}

func isNamed(entity map[string]any) bool {
	name, _ := entity["name"].(string)
	return name != ""
}

// run is the action that made the extract.
func (g graph) run() map[string]any {
	for _, one := range g.to(g.root(), "mentions") {
		if typed(one, "CreateAction") {
			return one
		}
	}
	return nil
}

// parts are the ids of all parts of the root, through folders.
func (g graph) parts() []string {
	parts := references(g.root(), "hasPart")
	for _, folder := range g.to(g.root(), "hasPart") {
		parts = append(parts, references(folder, "hasPart")...)
	}
	return parts
}

// actions are those of every kind that the profile knows.
func (g graph) actions() []map[string]any {
	return slices.Concat(g.of("CreateAction"), g.of("AssessAction"))
}

var statuses = []any{
	"http://schema.org/PotentialActionStatus", "http://schema.org/ActiveActionStatus",
	"http://schema.org/CompletedActionStatus", "http://schema.org/FailedActionStatus",
}

// leadsOut reports whether an id is a path out of the crate.
func leadsOut(id string) bool {
	return strings.HasPrefix(id, "/") || strings.HasPrefix(id, "file:") || slices.Contains(strings.Split(id, "/"), "..")
}

// demand is one MUST of the Five Safes profile 0.4, in this project's words, with
// the heading that it stands under, and a change that breaks it.
type demand struct {
	heading string
	met     func(g graph) bool
	spoil   func(g graph)
}

// demands are all that the profile says of a crate's metadata. What it says of the
// bag (SHA-512 manifest, External-Identifier, one folder in the archive) is for
// whoever packs one, and what it says of clients and of environments that receive
// somebody's crate is not a crate's.
var demands = map[string]demand{
	"the descriptor declares RO-Crate 1.2 or later": {
		"Metadata file expectations",
		func(g graph) bool {
			return refers(g["ro-crate-metadata.json"], "conformsTo", "https://w3id.org/ro/crate/1.2")
		},
		func(g graph) {
			g["ro-crate-metadata.json"]["conformsTo"] = map[string]any{"@id": "https://w3id.org/ro/crate/1.1"}
		},
	},
	"the root's id is ./": {
		"Metadata file expectations",
		func(g graph) bool {
			return typed(g.root(), "Dataset") && refers(g["ro-crate-metadata.json"], "about", "./")
		},
		func(g graph) { g["ro-crate-metadata.json"]["about"] = map[string]any{"@id": "./crate/"} },
	},
	"nothing outside the root is referred to": {
		"BagIt expectations",
		func(g graph) bool {
			for id, entity := range g {
				for property := range entity {
					if leadsOut(id) || slices.ContainsFunc(references(entity, property), leadsOut) {
						return false
					}
				}
			}
			return true
		},
		func(g graph) {
			g.root()["hasPart"] = append(g.root()["hasPart"].([]any), map[string]any{"@id": "../fetch.txt"})
		},
	},
	"the main entity is a Workflow RO-Crate": {
		"Referencing a Workflow Crate",
		func(g graph) bool {
			return every(g.to(g.root(), "mainEntity"), func(workflow map[string]any) bool {
				return typed(workflow, "Dataset") && refers(workflow, "conformsTo", "https://w3id.org/workflowhub/workflow-ro-crate/1.0")
			})
		},
		func(g graph) { delete(g["workflow/"], "conformsTo") },
	},
	"the root mentions a CreateAction": {
		"Requested Workflow Run",
		func(g graph) bool { return g.run() != nil },
		func(g graph) { g.root()["mentions"] = g.root()["mentions"].([]any)[1:] },
	},
	"its instrument is the workflow": {
		"Requested Workflow Run",
		func(g graph) bool {
			workflow := references(g.root(), "mainEntity")
			return len(workflow) == 1 && refers(g.run(), "instrument", workflow[0])
		},
		func(g graph) { g.run()["instrument"] = map[string]any{"@id": "#tre-extract"} },
	},
	"its agent is a person": {
		"Requesting Agent",
		func(g graph) bool { return every(g.to(g.run(), "agent"), are("Person")) },
		func(g graph) { g.run()["agent"] = map[string]any{"@id": "#environment"} },
	},
	"the root's source organisation is a project": {
		"Responsible Project",
		func(g graph) bool { return every(g.to(g.root(), "sourceOrganization"), are("Project")) },
		func(g graph) { g.root()["sourceOrganization"] = map[string]any{"@id": "#environment"} },
	},
	"every input is described": {
		"Inputs",
		func(g graph) bool { return every(g.to(g.run(), "object"), isNamed) },
		func(g graph) { g.run()["object"] = map[string]any{"@id": "#freeze-17"} },
	},
	"every output is described, as a file or a like thing": {
		"Outputs",
		func(g graph) bool {
			return every(g.to(g.run(), "result"), func(output map[string]any) bool {
				kinds := []string{"File", "Dataset", "Collection", "DigitalDocument", "PropertyValue"}
				return isNamed(output) && slices.ContainsFunc(kinds, func(kind string) bool { return typed(output, kind) })
			})
		},
		func(g graph) { g.to(g.run(), "result")[0]["@type"] = "Thing" },
	},
	"every action has a name for people": {
		"Review process",
		func(g graph) bool { return every(g.actions(), isNamed) },
		func(g graph) { delete(g["#check-2"], "name") },
	},
	"every program acts for an organisation": {
		"Review process",
		func(g graph) bool {
			return every(g.of("SoftwareApplication"), func(program map[string]any) bool {
				return every(g.to(program, "provider"), are("Organization"))
			})
		},
		func(g graph) { delete(g["#tre-extract"], "provider") },
	},
	"every action is in a state that there is": {
		"Execution states",
		func(g graph) bool {
			return every(g.actions(), func(action map[string]any) bool { return slices.Contains(statuses, action["actionStatus"]) })
		},
		func(g graph) { g.run()["actionStatus"] = "done" },
	},
	"results are given only where the disclosure check is completed": {
		"Disclosure phase",
		func(g graph) bool {
			return every(g.of("AssessAction"), func(action map[string]any) bool {
				return !refers(action, "additionalType", "https://w3id.org/shp#DisclosureCheck") || action["actionStatus"] == statuses[2]
			})
		},
		func(g graph) { g["#gate"]["actionStatus"] = statuses[3] },
	},
	"the root mentions every assessment": {
		"Publishing phase",
		func(g graph) bool {
			return every(g.of("AssessAction"), func(action map[string]any) bool { return refers(g.root(), "mentions", action["@id"].(string)) })
		},
		func(g graph) { g.root()["mentions"] = g.root()["mentions"].([]any)[:2] },
	},
	"every result is a part of the root": {
		"Publishing phase",
		func(g graph) bool {
			return every(g.to(g.run(), "result"), func(result map[string]any) bool { return slices.Contains(g.parts(), result["@id"].(string)) })
		},
		func(g graph) { g.root()["hasPart"] = []any{map[string]any{"@id": "workflow/"}} },
	},
}

// Every MUST of the profile is met, and each check can fail.
func TestEveryMustOfTheFiveSafesProfileIsMet(t *testing.T) {
	dir, _ := folder(t)
	path := filepath.Join(dir, "ro-crate-metadata.json")
	for name, one := range demands {
		t.Run(name, func(t *testing.T) {
			assert.True(t, one.met(graphOf(metadata(t, path))), one.heading)
			spoilt := graphOf(metadata(t, path))
			one.spoil(spoilt)
			require.NotEqual(t, graphOf(metadata(t, path)), spoilt)
			assert.False(t, one.met(spoilt), "the check of %q cannot fail", one.heading)
		})
	}
}
