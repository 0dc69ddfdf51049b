package matching

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"tre-toolkit/internal/spec"
)

type modelFile struct {
	Name        string           `toml:"name"`
	Title       string           `toml:"title"`
	Description string           `toml:"description"`
	ID          []string         `toml:"id"`
	Fields      []fieldFile      `toml:"fields"`
	Comparisons []comparisonFile `toml:"comparisons"`
	Blocking    blockingFile     `toml:"blocking"`
	Passes      []passFile       `toml:"passes"`
	Decision    decisionFile     `toml:"decision"`
	Estimates   estimatesFile    `toml:"estimates"`
}

type fieldFile struct {
	Name    spec.Identifier `toml:"name"`
	Columns []string        `toml:"columns"`
	Kind    Kind            `toml:"kind"`
	Unknown []string        `toml:"unknown"`
}

type comparisonFile struct {
	Field         string    `toml:"field"`
	Method        Method    `toml:"method"`
	AtLeast       []float64 `toml:"at_least"`
	AtMost        []int     `toml:"at_most"`
	SwappedWith   string    `toml:"swapped_with"`
	TermFrequency bool      `toml:"term_frequency"`
	M             []float64 `toml:"m"`
	U             []float64 `toml:"u"`
}

type blockingFile struct {
	Rules     [][]string `toml:"rules"`
	MostPairs int64      `toml:"most_pairs"`
}

type passFile struct {
	Step    spec.Identifier `toml:"step"`
	Agree   []string        `toml:"agree"`
	Partly  []string        `toml:"partly"`
	AtLeast int             `toml:"at_least"`
}

type decisionFile struct {
	Link        float64    `toml:"link"`
	Review      float64    `toml:"review"`
	Lead        float64    `toml:"lead"`
	Assignment  Assignment `toml:"assignment"`
	ImpliedUpTo int        `toml:"implied_up_to"`
}

type estimatesFile struct {
	Prior      float64  `toml:"prior"`
	Iterations int      `toml:"iterations"`
	Files      []string `toml:"files"`
}

// LoadModel reads a model: a file of that path, or else the one of that name in
// the tree of specifications, such as person. What is wrong with it comes back as
// a *spec.Invalid, all of it.
func LoadModel(specs fs.FS, nameOrPath string) (Model, error) {
	text, err := os.ReadFile(nameOrPath)
	if errors.Is(err, fs.ErrNotExist) && bareName.MatchString(nameOrPath) {
		nameOrPath = "matching/" + nameOrPath + ".toml"
		text, err = fs.ReadFile(specs, nameOrPath)
	}
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return Model{}, &spec.Invalid{Faults: []spec.Fault{{File: nameOrPath, Message: fmt.Sprintf("cannot be read: %v", err)}}}
	}
	return ParseModel(nameOrPath, text)
}

var bareName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// ParseModel reads a model from TOML; name is what faults call it.
func ParseModel(name string, text []byte) (Model, error) {
	check := modelCheck{file: name, text: string(text)}
	var file modelFile
	meta, err := toml.Decode(string(text), &file)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		check.faults = append(check.faults, spec.Fault{File: name, Line: syntax.Position.Line, Message: syntax.Message})
		return Model{}, &spec.Invalid{Faults: check.faults}
	case err != nil:
		check.add("", "%v", err)
		return Model{}, &spec.Invalid{Faults: check.faults}
	}
	for _, key := range meta.Undecoded() {
		check.add("", "unknown key %q", key.String())
	}
	model := check.model(file)
	if len(check.faults) > 0 {
		return Model{}, &spec.Invalid{Faults: check.faults}
	}
	return model, nil
}

// modelCheck makes a model of a file and collects what is wrong with it.
type modelCheck struct {
	file, text string
	faults     []spec.Fault
}

// add notes a fault; near is a text that stands in the line which it concerns.
func (c *modelCheck) add(near, format string, args ...any) {
	line := 0
	if at := strings.Index(c.text, near); near != "" && at >= 0 {
		line = 1 + strings.Count(c.text[:at], "\n")
	}
	c.faults = append(c.faults, spec.Fault{File: c.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (c *modelCheck) model(file modelFile) Model {
	model := Model{
		Name: file.Name, Title: file.Title, Description: file.Description,
		ID: lowerAll(file.ID), MostPairs: file.Blocking.MostPairs,
		Prior: file.Estimates.Prior, Iterations: file.Estimates.Iterations, Files: file.Estimates.Files,
	}
	if !bareName.MatchString(model.Name) {
		c.add("name", "name is %q: use lower-case letters, digits, hyphens and underscores", model.Name)
	}
	if len(model.ID) == 0 {
		c.add("", "id names no column: a record needs an id")
	}
	c.fields(&model, file.Fields)
	c.comparisons(&model, file.Comparisons)
	c.blocking(&model, file.Blocking)
	c.passes(&model, file.Passes)
	c.decision(&model, file.Decision)
	if model.Trained() && slices.ContainsFunc(model.Comparisons, func(c Comparison) bool { return len(c.M) == 0 || len(c.U) == 0 }) {
		c.add("[estimates]", "there is a prior, but not every comparison has its m and u")
	}
	if model.Prior < 0 || model.Prior >= 1 || math.IsNaN(model.Prior) {
		c.add("prior", "estimates.prior is no probability")
	}
	return model
}

func lowerAll(texts []string) []string {
	lower := make([]string, len(texts))
	for i, text := range texts {
		lower[i] = strings.ToLower(strings.TrimSpace(text))
	}
	return lower
}

func (c *modelCheck) fields(model *Model, fields []fieldFile) {
	if len(fields) == 0 || len(fields) > mostFields {
		c.add("", "the model has %d fields: from 1 to %d can be compared", len(fields), mostFields)
	}
	for _, file := range fields {
		field := Field{file.Name.String(), lowerAll(file.Columns), file.Kind, lowerAll(file.Unknown)}
		near := fmt.Sprintf("name = %q", field.Name)
		if field.Name == "" {
			c.add("", "a field has no name")
			continue
		}
		if _, twice := model.field(field.Name); twice {
			c.add(near, "field %s is there twice", field.Name)
		}
		if len(field.Columns) == 0 {
			field.Columns = []string{field.Name}
		}
		if field.Kind == "" {
			field.Kind = Text
		}
		if !slices.Contains(kinds, field.Kind) {
			c.add(near, "field %s: there is no kind %q", field.Name, field.Kind)
		}
		if field.Kind == NHSNumber && slices.ContainsFunc(model.Fields, func(f Field) bool { return f.Kind == NHSNumber }) {
			c.add(near, "field %s: one field at most is an NHS number", field.Name)
		}
		model.Fields = append(model.Fields, field)
	}
}

// known says of a list that names fields which of them are none.
func (c *modelCheck) known(model *Model, of string, names ...string) {
	for _, name := range names {
		if _, known := model.field(name); !known {
			c.add("\""+name, "%s names %q, which is no field", of, name)
		}
	}
}

func (c *modelCheck) comparisons(model *Model, comparisons []comparisonFile) {
	if len(comparisons) == 0 {
		c.add("", "the model compares nothing")
	}
	for _, file := range comparisons {
		comparison := Comparison(file)
		near := fmt.Sprintf("field = %q", comparison.Field)
		c.known(model, "a comparison", comparison.Field)
		if model.comparison(comparison.Field) >= 0 {
			c.add(near, "field %s is compared twice", comparison.Field)
		}
		if !slices.Contains(methods, comparison.Method) {
			c.add(near, "comparison of %s: there is no method %q", comparison.Field, comparison.Method)
		}
		c.levels(comparison, near)
		c.estimates(comparison, near)
		model.Comparisons = append(model.Comparisons, comparison)
	}
	c.swaps(model)
}

// levels checks the bounds between levels.
func (c *modelCheck) levels(comparison Comparison, near string) {
	if (len(comparison.AtLeast) > 0) != (comparison.Method == JaroWinkler) {
		c.add(near, "comparison of %s: at_least goes with jaro_winkler, and jaro_winkler with at_least", comparison.Field)
	}
	if (len(comparison.AtMost) > 0) != (comparison.Method == Edits) {
		c.add(near, "comparison of %s: at_most goes with edits, and edits with at_most", comparison.Field)
	}
	last := 1.0
	for _, similarity := range comparison.AtLeast {
		if !(similarity > 0 && similarity < last) || math.Abs(100*similarity-math.Round(100*similarity)) > 1e-9 {
			c.add(near, "comparison of %s: at_least is similarities between 1 and 0 in whole hundredths, highest first", comparison.Field)
			break
		}
		last = similarity
	}
	fewest := 0
	for _, edits := range comparison.AtMost {
		if edits <= fewest || edits > mostEdits {
			c.add(near, "comparison of %s: at_most is numbers of edits from 1 to %d, fewest first", comparison.Field, mostEdits)
			break
		}
		fewest = edits
	}
	if len(comparison.Levels()) > 15 {
		c.add(near, "comparison of %s: at most 15 levels", comparison.Field)
	}
}

func (c *modelCheck) estimates(comparison Comparison, near string) {
	if len(comparison.M) == 0 && len(comparison.U) == 0 {
		return
	}
	levels := len(comparison.Levels())
	if len(comparison.M) != levels || len(comparison.U) != levels {
		c.add(near, "comparison of %s: m and u need a number for each of its %d levels", comparison.Field, levels)
	}
	for _, p := range slices.Concat(comparison.M, comparison.U) {
		if !(p > 0 && p < 1) {
			c.add(near, "comparison of %s: m and u are probabilities above 0 and below 1", comparison.Field)
			return
		}
	}
}

// swaps checks that at most two fields change places, with each other.
func (c *modelCheck) swaps(model *Model) {
	var swapped []Comparison
	for _, comparison := range model.Comparisons {
		if comparison.SwappedWith != "" {
			swapped = append(swapped, comparison)
			c.known(model, "swapped_with", comparison.SwappedWith)
		}
		if comparison.SwappedWith != "" && comparison.Method != JaroWinkler {
			c.add("swapped_with", "comparison of %s: swapped_with goes with jaro_winkler", comparison.Field)
		}
	}
	if len(swapped) == 0 {
		return
	}
	if len(swapped) != 2 || swapped[0].SwappedWith != swapped[1].Field || swapped[1].SwappedWith != swapped[0].Field {
		c.add("swapped_with", "swapped_with names two fields in each other's comparison, and no more than two")
	}
}

func (c *modelCheck) blocking(model *Model, file blockingFile) {
	if len(file.Rules) == 0 || len(file.Rules) > mostRules {
		c.add("[blocking]", "blocking has %d rules: from 1 to %d", len(file.Rules), mostRules)
	}
	if model.MostPairs < 1 {
		c.add("[blocking]", "blocking.most_pairs says how many pairs a rule may make; it is missing or below 1")
	}
	for _, texts := range file.Rules {
		var rule Rule
		for _, text := range texts {
			part, err := ParsePart(text)
			if err != nil {
				c.add(text, "%v", err)
				continue
			}
			c.known(model, "a blocking rule", part.Field)
			rule = append(rule, part)
		}
		if len(texts) == 0 || len(texts) > mostParts {
			c.add("[blocking]", "a blocking rule has %d parts: from 1 to %d", len(texts), mostParts)
		}
		model.Rules = append(model.Rules, rule)
	}
}

func (c *modelCheck) passes(model *Model, passes []passFile) {
	reserved := []string{StepProbabilistic, StepImplied, ""}
	for _, file := range passes {
		pass := Pass{file.Step.String(), file.Agree, file.Partly, file.AtLeast}
		near := fmt.Sprintf("step = %q", pass.Step)
		if slices.Contains(reserved, pass.Step) {
			c.add(near, "a pass needs a step of its own, other than %s and %s", StepProbabilistic, StepImplied)
		}
		reserved = append(reserved, pass.Step)
		if len(pass.Agree) == 0 {
			c.add(near, "pass %s agrees on nothing", pass.Step)
		}
		if pass.AtLeast < 0 || pass.AtLeast > len(pass.Partly) || len(pass.Partly) > 0 && pass.AtLeast == 0 {
			c.add(near, "pass %s: at_least says how many of partly", pass.Step)
		}
		for _, name := range slices.Concat(pass.Agree, pass.Partly) {
			if model.comparison(name) < 0 {
				c.add(near, "pass %s names %q, which is not compared", pass.Step, name)
			}
		}
		if !slices.ContainsFunc(model.Rules, pass.within) {
			c.add(near, "pass %s would miss pairs: no blocking rule is made of fields that it agrees on", pass.Step)
		}
		model.Passes = append(model.Passes, pass)
	}
}

// within reports whether every pair that the pass links is in a block of a rule.
func (p Pass) within(rule Rule) bool {
	return !slices.ContainsFunc(rule, func(part Part) bool { return !slices.Contains(p.Agree, part.Field) })
}

func (c *modelCheck) decision(model *Model, file decisionFile) {
	model.Decision = Decision(file)
	if !(file.Link > 0 && file.Link < 1) || !(file.Review > 0 && file.Review <= file.Link) {
		c.add("[decision]", "decision: 0 < review <= link < 1 are probabilities")
	}
	if file.Lead < 0 || math.IsNaN(file.Lead) || math.IsInf(file.Lead, 0) {
		c.add("[decision]", "decision.lead is bits of weight, from 0")
	}
	if !slices.Contains(assignments, file.Assignment) {
		c.add("[decision]", "decision.assignment is all, best or one_to_one")
	}
	if file.ImpliedUpTo < 0 || file.ImpliedUpTo > 1000 {
		c.add("[decision]", "decision.implied_up_to is a number of records, from 0 to 1000")
	}
}
