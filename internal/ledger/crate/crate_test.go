package crate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/ledger/crate"
	"tre-toolkit/internal/ledger/manifest"
)

const hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// folder is an extract's folder before its manifest, with a crate.
func folder(t *testing.T) (dir string, names []string) {
	t.Helper()
	dir = t.TempDir()
	made := manifest.Manifest{
		Format: manifest.Format, Tool: "(devel)", Database: "v1.5.5", KeyID: "0123456789abcdef", FreezeDOI: "10.83126/x16",
		Checks: []manifest.Check{{Code: "EXT101", Outcome: manifest.Passed}, {Code: "EXT102", Outcome: manifest.Waived, By: "A. Manager", Reason: "agreed"}},
	}
	require.NoError(t, made.SetPlan(map[string]any{
		"project": "llc_0042", "plan_hash": hash, "freeze": 16, "key_version": 1, "freeze_date": "2026-05-01", "rules": "ukllc-metrics",
		"tables": []any{
			map[string]any{"dataset": "NHSE_IAPT@3", "doi": "10.83126/x", "delivery_sha256": hash},
			map[string]any{"dataset": "NHSE_IAPT@3", "doi": "10.83126/x", "delivery_sha256": hash},
		},
	}))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "citations"), 0o700))
	for _, name := range []string{"NHSE_IAPT_v0003_care_cluster.parquet", "citations/llc_0042.bib", "citations/of two words, ü.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(name), 0o600))
		file, err := manifest.Describe(dir, name)
		require.NoError(t, err)
		if strings.HasSuffix(name, ".parquet") {
			file.Dataset, file.Table = "NHSE_IAPT@3", "care_cluster"
		}
		made.Add(file)
	}
	names, err := crate.Write(dir, made, crate.About{Title: "A \"study\" <of> care", Environment: "UK Longitudinal Linkage Collaboration (UK LLC)", Approval: "R 7", Plan: []byte(`{"project":"llc_0042"}`)})
	require.NoError(t, err)
	for _, name := range []string{manifest.FileName, manifest.SignatureName} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("made after the crate"), 0o600))
	}
	return dir, names
}

func metadata(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var document map[string]any
	require.NoError(t, json.Unmarshal(text, &document))
	return document
}

func TestACrateOfAnExtract(t *testing.T) {
	dir, names := folder(t)
	assert.Equal(t, []string{"workflow/plan.json", "workflow/ro-crate-metadata.json", "ro-crate-metadata.json"}, names)
	assert.Empty(t, lacks(dir, metadata(t, filepath.Join(dir, "ro-crate-metadata.json"))))

	other, _ := folder(t)
	for _, name := range names {
		one, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		two, err := os.ReadFile(filepath.Join(other, name))
		require.NoError(t, err)
		assert.Equal(t, string(one), string(two), name)
	}
}

// lacks says which of the demands of RO-Crate 1.2 and of the Five Safes profile
// 0.4 a crate's metadata does not meet: those that say MUST.
func lacks(dir string, document map[string]any) []string {
	c := checked{entities: map[string]map[string]any{}}
	c.must(document["@context"] == "https://w3id.org/ro/crate/1.2/context", "the context is that of RO-Crate 1.2")
	graph, _ := document["@graph"].([]any)
	for _, one := range graph {
		one, _ := one.(map[string]any)
		id, _ := one["@id"].(string)
		c.must(id != "" && c.entities[id] == nil, "every entity has an id of its own: %q", id)
		c.must(one["@type"] != nil, "%s has a type", id)
		c.entities[id] = one
	}
	c.checkReferences()
	descriptor, root := c.entities["ro-crate-metadata.json"], c.entities["./"]
	c.must(typed(descriptor, "CreativeWork") && refers(descriptor, "about", "./") && refers(descriptor, "conformsTo", "https://w3id.org/ro/crate/1.2"), "the descriptor is about the root and says which RO-Crate it conforms to")
	c.must(typed(root, "Dataset"), "the root is a dataset, ./")
	for _, needed := range []string{"name", "description", "license", "datePublished"} {
		c.must(root[needed] != nil, "the root has a %s", needed)
	}
	c.must(typed(c.of(root, "publisher"), "Organization"), "the root's publisher is an organisation")
	for _, profile := range references(root, "conformsTo") {
		c.must(typed(c.entities[profile], "Profile"), "%s is a profile", profile)
	}
	c.must(refers(root, "conformsTo", "https://w3id.org/5s-crate/0.4"), "the root conforms to the Five Safes profile")
	c.checkParts(dir, root)
	for name, one := range demands {
		c.must(one.met(graphOf(document)), "%s", name)
	}
	return c.lacks
}

type checked struct {
	entities map[string]map[string]any
	lacks    []string
}

func (c *checked) must(met bool, demand string, args ...any) {
	if !met {
		c.lacks = append(c.lacks, fmt.Sprintf(demand, args...))
	}
}

func (c *checked) of(entity map[string]any, property string) map[string]any {
	for _, id := range references(entity, property) {
		return c.entities[id]
	}
	return nil
}

func typed(entity map[string]any, name string) bool {
	list, isList := entity["@type"].([]any)
	return entity["@type"] == name || isList && slices.Contains(list, any(name))
}

// references returns the ids that a property refers to.
func references(entity map[string]any, property string) []string {
	var ids []string
	list, isList := entity[property].([]any)
	if !isList {
		list = []any{entity[property]}
	}
	for _, one := range list {
		if one, is := one.(map[string]any); is {
			ids = append(ids, fmt.Sprint(one["@id"]))
		}
	}
	return ids
}

func refers(entity map[string]any, property, id string) bool {
	return slices.Contains(references(entity, property), id)
}

// elsewhere are ids of terms and standards, which need no entity.
var elsewhere = []string{"https://w3id.org/ro/crate/", "https://w3id.org/shp#", "https://w3id.org/workflowhub/", "pkg:"}

// checkReferences sees that the graph is flat and that what is referred to is
// described.
func (c *checked) checkReferences() {
	for id, entity := range c.entities {
		for property := range entity {
			for _, to := range references(entity, property) {
				outside := slices.ContainsFunc(elsewhere, func(prefix string) bool { return strings.HasPrefix(to, prefix) })
				c.must(outside || c.entities[to] != nil, "%s of %s is described: %s", property, id, to)
			}
		}
	}
}

// checkParts sees that every file is there, is part of the crate, and that every
// part is there.
func (c *checked) checkParts(dir string, root map[string]any) {
	parts := references(root, "hasPart")
	for _, id := range references(root, "hasPart") {
		parts = append(parts, references(c.entities[id], "hasPart")...)
	}
	for id, entity := range c.entities {
		if typed(entity, "File") {
			c.must(slices.Contains(parts, id), "%s is a part of the root", id)
		}
	}
	for _, id := range parts {
		name := strings.NewReplacer("%20", " ", "%2C", ",", "%C3%BC", "ü").Replace(id)
		_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		c.must(err == nil && c.entities[id] != nil, "%s is there", id)
	}
}

// The check above can fail: a crate that lacks any one property that is demanded
// is found out.
func TestWhatACrateLacksIsFound(t *testing.T) {
	dir, _ := folder(t)
	path := filepath.Join(dir, "ro-crate-metadata.json")
	for entity, properties := range map[string][]string{
		"./": {
			"name", "description", "license", "datePublished", "publisher", "conformsTo", "hasPart", "mainEntity", "mentions",
			"sourceOrganization", "@type",
		},
		"ro-crate-metadata.json":        {"about", "conformsTo", "@type"},
		"#run-" + hash:                  {"instrument", "agent", "@type"},
		"#gate":                         {"name", "@type"},
		"#tre-extract":                  {"provider"},
		"#project-llc_0042":             {"@type"},
		"#researchers-llc_0042":         {"@type"},
		"workflow/":                     {"conformsTo", "@type"},
		"https://w3id.org/5s-crate/0.4": {"@type"},
	} {
		for _, property := range properties {
			document := metadata(t, path)
			found := false
			for _, one := range document["@graph"].([]any) {
				if one := one.(map[string]any); one["@id"] == entity {
					_, found = one[property]
					delete(one, property)
				}
			}
			require.True(t, found, "%s has no %s", entity, property)
			assert.NotEmpty(t, lacks(dir, document), "%s without %s", entity, property)
		}
	}
}

// validate prints what the RO-Crate community's validator finds wrong. A research
// environment has no web, and neither has a test: the two contexts that a crate
// names are served from a package that holds them.
const validate = `
import json, sys
import requests
from rdflib.plugins.shared.jsonld import util
context_file, crates = sys.argv[1], sys.argv[2:]
with open(context_file) as held:
    contexts = json.load(held)

class Answer:
    status_code, ok, from_cache, headers = 200, True, False, {"Content-Type": "application/ld+json"}
    def __init__(self, document): self.document, self.text, self.content = document, json.dumps(document), json.dumps(document).encode()
    def json(self): return self.document
    def raise_for_status(self): pass

def answer(url, *args, **kwargs):
    if not str(url).startswith("https://w3id.org/ro/crate/1."):
        raise RuntimeError("the test has no web: " + str(url))
    return Answer(contexts)

from rocrate_validator.utils import http
from rocrate_validator import models, services
http.HttpRequester.__getattr__ = lambda self, name: answer
from_web = util.source_to_json
def source_to_json(source, *args, **kwargs):
    if isinstance(source, str) and source.startswith("https://w3id.org/ro/crate/1."):
        return contexts, None
    return from_web(source, *args, **kwargs)
util.source_to_json = source_to_json
import rdflib.plugins.shared.jsonld.context as context
context.source_to_json = source_to_json
import rdflib.plugins.parsers.jsonld as parser
parser.source_to_json = source_to_json

for crate, profile in zip(crates[::2], crates[1::2]):
    result = services.validate(services.ValidationSettings(
        rocrate_uri=crate, profile_identifier=profile, requirement_severity=models.Severity.REQUIRED, abort_on_first=True,
    ))
    print(profile, json.dumps([issue.check.identifier + ": " + issue.message for issue in result.get_issues()]))
`

func TestTheCommunitysValidatorFindsNothingWrong(t *testing.T) {
	python, modules := os.Getenv("TRE_PYTHON"), os.Getenv("TRE_NODE_MODULES")
	if python == "" || modules == "" {
		t.Skip("TRE_PYTHON does not name a Python that has roc-validator, or TRE_NODE_MODULES no folder that has ro-crate")
	}
	context := filepath.Join(modules, "ro-crate", "lib", "context.json")
	dir, _ := folder(t)
	broken, _ := folder(t)
	spoilt, err := os.ReadFile(filepath.Join(broken, "ro-crate-metadata.json"))
	require.NoError(t, err)
	spoilt = []byte(strings.Replace(string(spoilt), `"datePublished"`, `"dateCreated"`, 1))
	require.NoError(t, os.WriteFile(filepath.Join(broken, "ro-crate-metadata.json"), spoilt, 0o600))
	command := exec.Command(python, "-c", validate, context,
		dir, "ro-crate-1.2", filepath.Join(dir, "workflow"), "workflow-ro-crate-1.0", broken, "ro-crate-1.2")
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	require.NoError(t, err, said.String())
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, answers, 3)
	assert.Equal(t, []string{"ro-crate-1.2 []", "workflow-ro-crate-1.0 []"}, answers[:2])
	assert.Contains(t, answers[2], "datePublished")
}
