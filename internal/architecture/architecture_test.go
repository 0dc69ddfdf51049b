// Package architecture holds rules over the whole tree, as tests: which room may
// import which, who touches the driver and the streams, how SQL files look, what
// no tracked file may hold. Each rule is one of ARCHITECTURE.md.
package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/specs"
)

const (
	module = "tre-toolkit"
	root   = "../.."
)

// floors says on which floor each room is. A room imports rooms of lower floors
// only. A new room takes its place here, and in ARCHITECTURE.md.
var floors = map[string]int{
	"specs":                                 0,
	"internal/browsertest":                  0,
	"internal/diagnostic":                   0,
	"internal/disclosure":                   0,
	"internal/identifier":                   0,
	"internal/disclosure/audit":             0,
	"internal/disclosure/audit/jj":          1,
	"internal/disclosure/protect":           1,
	"internal/cite":                         0,
	"internal/spec":                         1,
	"internal/warehouse":                    2,
	"internal/keys":                         2,
	"internal/ledger/canonical":             0,
	"internal/ledger":                       2,
	"internal/ledger/manifest":              3,
	"internal/ledger/crate":                 4,
	"internal/intake":                       3,
	"internal/versions/fingerprint":         3,
	"internal/auxtables/assembly":           3,
	"internal/auxtables/staging":            4,
	"internal/auxtables":                    5,
	"internal/linkage":                      4,
	"internal/doctor":                       4,
	"internal/identifier/shapes":            3,
	"internal/risk":                         4,
	"internal/linkage/attack":               4,
	"internal/linkage/file1":                3,
	"internal/linkage/matching/chart":       0,
	"internal/linkage/matching":             4,
	"internal/versions":                     4,
	"internal/metrics":                      4,
	"internal/measures":                     4,
	"internal/labels":                       2,
	"internal/quality":                      4,
	"internal/quality/report":               5,
	"internal/outputs/notation":             1,
	"internal/outputs/document/markup":      0,
	"internal/outputs/document/packed":      0,
	"internal/outputs/document/unseen":      0,
	"internal/outputs/document/office":      1,
	"internal/outputs/document/pdf":         1,
	"internal/outputs/document/picture":     1,
	"internal/outputs/document/spreadsheet": 1,
	"internal/outputs/document":             2,
	"internal/outputs/layout":               3,
	"internal/outputs":                      4,
	"internal/outputs/report":               5,
	"internal/protection":                   4,
	"internal/release":                      5,
	"internal/synth":                        4,
	"internal/extract":                      5,
	"internal/review/states":                2,
	"internal/review/people":                3,
	"internal/review/journal":               1,
	"internal/review/bundle":                6,
	"internal/review":                       7,
	"internal/review/desk":                  8,
	"internal/page":                         5,
	"internal/page/axis":                    0,
	"internal/page/script":                  0,
	"internal/page/report":                  6,
	"internal/page/boundaries":              1,
	"internal/figure":                       1,
	"internal/cli":                          5,
	"internal/recompute":                    6,
	"cmd/tre-check/command":                 9,
	"cmd/tre-check":                         10,
	"cmd/tre-extract":                       10,
	"bench":                                 10,
}

// source is one Go file of the program; tests are not the program.
type source struct {
	room string // its folder, such as internal/spec
	name string
	*ast.File
	set *token.FileSet
}

func (s source) imports() []string {
	var list []string
	for _, one := range s.Imports {
		imported, _ := strconv.Unquote(one.Path.Value) // it was parsed
		list = append(list, imported)
	}
	return list
}

// sources parses every Go file that is no test.
func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	for _, name := range files(t, ".go") {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, filepath.Join(root, name), nil, parser.ParseComments)
		require.NoError(t, err)
		list = append(list, source{path.Dir(name), name, parsed, set})
	}
	require.NotEmpty(t, list)
	return list
}

// files lists the tree's files of an ending, with forward slashes.
func files(t *testing.T, ending string) []string {
	t.Helper()
	var list []string
	require.NoError(t, filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != root {
			return fs.SkipDir
		}
		if relative, err := filepath.Rel(root, name); err == nil && !entry.IsDir() && strings.HasSuffix(name, ending) {
			list = append(list, filepath.ToSlash(relative))
		}
		return nil
	}))
	return list
}

func TestDependenciesPointDown(t *testing.T) {
	for _, file := range sources(t) {
		floor, known := floors[file.room]
		if !assert.True(t, known, "%s: give the room a floor", file.room) {
			continue
		}
		for _, imported := range file.imports() {
			room, ours := strings.CutPrefix(imported, module+"/")
			if ours {
				assert.Less(t, floors[room], floor, "%s imports %s", file.name, room)
			}
		}
	}
}

func TestOnlyTestsOpenABrowser(t *testing.T) {
	for _, file := range sources(t) {
		assert.NotContains(t, file.imports(), module+"/internal/browsertest", file.name)
	}
}

// The gate, the attacker and the citations are pure: numbers and texts in,
// numbers and texts out.
func TestPureRoomsDoNoInputOrOutput(t *testing.T) {
	pure := []string{"internal/disclosure", "internal/identifier", "internal/disclosure/audit", "internal/disclosure/protect", "internal/cite"}
	impure := regexp.MustCompile(`^(os|os/.*|io/fs|net|net/http.*|net/rpc.*|net/smtp|syscall|embed|log|database/sql/driver|path/filepath|plugin|math/rand.*|crypto/rand|github\.com/duckdb/.*)$`)
	for _, file := range sources(t) {
		if !slices.Contains(pure, file.room) {
			continue
		}
		assert.Empty(t, file.uses("time", "Now", "Since", "Until", "Local", "LoadLocation", "Sleep", "After", "NewTimer", "NewTicker"), "a clock is input")
		for _, imported := range file.imports() {
			assert.NotRegexp(t, impure, imported, file.name)
			room, ours := strings.CutPrefix(imported, module+"/")
			assert.False(t, ours && !slices.Contains(pure, room), "%s imports %s", file.name, imported)
			assert.False(t, strings.Contains(strings.Split(imported, "/")[0], "."), "%s imports %s: nothing but the standard library", file.name, imported)
		}
	}
}

// Exact counts become plain numbers in one room only, which weighs them against
// each other and gives back cells.
func TestOnlyProtectionSeesExactCounts(t *testing.T) {
	seen := false
	for _, file := range sources(t) {
		if file.room == "internal/disclosure/protect" {
			seen = seen || len(file.uses("disclosure", "Numbers")) > 0
			continue
		}
		assert.Empty(t, file.uses("disclosure", "Numbers"), "ask a profile for a cell")
	}
	assert.True(t, seen)
}

func TestOnlyTheWarehouseKnowsTheDriver(t *testing.T) {
	for _, file := range sources(t) {
		for _, imported := range file.imports() {
			driver := strings.Contains(imported, "duckdb") || imported == "database/sql/driver"
			if driver && file.room != "internal/warehouse" {
				// A row to append is a list of the driver's values, which is a type
				// of the standard library.
				assert.Equal(t, "database/sql/driver", imported, file.name)
			}
		}
	}
}

// uses lists where a name of a package is used, such as os.Exit.
func (s source) uses(pkg string, names ...string) []string {
	var places []string
	ast.Inspect(s.File, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && of.Name == pkg && slices.Contains(names, selector.Sel.Name) {
			places = append(places, s.set.Position(node.Pos()).String())
		}
		return true
	})
	return places
}

func TestOnlyCommandsExit(t *testing.T) {
	for _, file := range sources(t) {
		ending := append(file.uses("os", "Exit"), file.uses("log", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf")...)
		if strings.HasPrefix(file.room, "internal/") || file.room == "cmd/tre-check/command" {
			assert.Empty(t, ending)
		}
		assert.LessOrEqual(t, len(ending), 1, "%s: one exit, in main", file.name)
	}
}

func TestOnlyCliTouchesTheStandardStreams(t *testing.T) {
	for _, file := range sources(t) {
		if file.room == "internal/cli" || file.room == "bench" {
			continue
		}
		assert.Empty(t, file.uses("os", "Stdin", "Stdout", "Stderr"), "take cli.Streams")
		assert.Empty(t, file.uses("fmt", "Print", "Printf", "Println"), "write to a stream that is given")
		assert.NotContains(t, file.imports(), "log", file.name)
	}
}

func TestNoRoomWithoutASubject(t *testing.T) {
	for _, file := range sources(t) {
		for _, part := range strings.Split(file.room, "/") {
			assert.NotContains(t, []string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc", "shared", "lib", "base", "types"}, part, file.name)
		}
	}
}

func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	said := map[string]string{}
	for _, file := range sources(t) {
		if file.Doc != nil {
			said[file.room] += file.Doc.Text()
		} else if _, seen := said[file.room]; !seen {
			said[file.room] = ""
		}
	}
	for room, comment := range said {
		assert.Regexp(t, `^(Package|Command) \w|^[A-Z][\w-]+ `, comment, "%s has no package comment", room)
	}
}

var (
	sqlHeader      = regexp.MustCompile(`\A(--[^\n]*\n)+`)
	sqlPlaceholder = regexp.MustCompile(`\{\{.*?\}\}`)
	sqlParameter   = regexp.MustCompile(`\$(\w+)`)
	sqlStatement   = regexp.MustCompile(`(?i)\A\s*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|DROP|COPY)\b`)
)

// A SQL file is one statement with a header that says what it reads or writes,
// its grain and its parameters.
func TestSQLFiles(t *testing.T) {
	placeholders := []string{"{{schema}}", "{{table}}", "{{query}}", "{{project_id}}", "{{column}}",
		"{{cells}}", "{{texts}}", "{{trims}}", "{{trimmed}}", "{{canonical}}", "{{exact}}", "{{type}}", "{{id}}", "{{provider}}", "{{period_start}}", "{{file_type}}", "{{parent}}", "{{keys}}"}
	list := files(t, ".sql")
	require.NotEmpty(t, list)
	for _, name := range list {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		header := sqlHeader.FindString(string(text))
		body := strings.TrimPrefix(string(text), header)
		assert.Regexp(t, `/sql/\d\d_[a-z0-9_]+\.sql$|^specs/datasets/\w+/assembly/v[0-9.]+/(?:shared/\d\d_)?[a-z0-9_]+\.sql$`, name)
		assert.Regexp(t, `(Reads|Writes): `, header, name)
		assert.Contains(t, header, "Grain: ", name)
		assert.Contains(t, header, "Parameters: ", name)
		assert.Regexp(t, sqlStatement, body, name)
		for _, line := range strings.Split(body, "\n") {
			statement, _, _ := strings.Cut(line, "--")
			assert.NotContains(t, statement, ";", "%s holds one statement", name)
		}
		for _, placeholder := range sqlPlaceholder.FindAllString(body, -1) {
			assert.Contains(t, placeholders, placeholder, name)
		}
		for _, parameter := range sqlParameter.FindAllStringSubmatch(body, -1) {
			assert.Regexp(t, `\b`+parameter[1]+`\b`, header, "%s: the header does not name the parameter $%s", name, parameter[1])
		}
		assert.True(t, strings.HasSuffix(string(text), "\n"), name)
	}
}

// What is written in an order that is not total differs from run to run.
func TestSQLThatIsReadInOrderIsOrdered(t *testing.T) {
	for _, name := range files(t, ".sql") {
		if path.Base(path.Dir(name)) != "sql" || strings.HasPrefix(name, "bench/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		header := sqlHeader.FindString(string(text))
		body := strings.TrimSpace(strings.TrimPrefix(string(text), header))
		reads := regexp.MustCompile(`\A(SELECT|WITH)\b`).MatchString(body)
		if reads && !strings.Contains(header, "Grain: one ") {
			assert.Contains(t, body, "ORDER BY", name)
		}
	}
}

// SQL is static text of files; only the warehouse knows a few statements that
// take no parameters, such as SET.
func TestNoSQLInGo(t *testing.T) {
	statement := regexp.MustCompile(`(?i)^\s*(SELECT\s.*\bFROM\b|SELECT \*|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE (OR REPLACE )?(TEMP )?(TABLE|VIEW|SCHEMA|MACRO)|DROP (TABLE|VIEW|SCHEMA)|COPY \(|ATTACH '|SET (GLOBAL )?\w+ ?=|PRAGMA |INSTALL |LOAD ')`)
	for _, file := range sources(t) {
		if file.room == "internal/warehouse" {
			continue
		}
		ast.Inspect(file.File, func(node ast.Node) bool {
			if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING {
				value, err := strconv.Unquote(text.Value)
				require.NoError(t, err)
				assert.False(t, statement.MatchString(value), "%s: SQL belongs into a file: %.40q", file.set.Position(node.Pos()), value)
			}
			return true
		})
	}
}

// A rule without a reason and a source is a rule that somebody made up.
func TestEveryRuleHasReasonAndSource(t *testing.T) {
	rules, err := fs.Glob(specs.Files, "rules/*.toml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(rules), 3)
	for _, name := range rules {
		var profile map[string]any
		_, err := toml.DecodeFS(specs.Files, name, &profile)
		require.NoError(t, err)
		settings := 0
		for key, value := range profile {
			setting, is := value.(map[string]any)
			if !is {
				assert.Contains(t, []string{"name", "title", "owner", "description"}, key, "%s: a value on its own gives no reason", name)
				continue
			}
			settings++
			assert.Contains(t, setting, "value", "%s: %s", name, key)
			for _, needed := range []string{"reason", "source"} {
				text, _ := setting[needed].(string)
				assert.GreaterOrEqual(t, len(strings.TrimSpace(text)), 10, "%s: %s has no %s", name, key, needed)
			}
		}
		assert.GreaterOrEqual(t, settings, 12, name)
	}
}

// tracked lists the files of the repository.
func tracked(t *testing.T) []string {
	t.Helper()
	output, err := exec.Command("git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		t.Skip("this is no git repository")
	}
	return strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
}

// Nothing in the repository knows the machine that it was written on, or names a
// package registry that a research environment could not reach.
func TestNoMachineAndNoRegistry(t *testing.T) {
	forbidden := regexp.MustCompile(strings.Join([]string{
		`(^|[^\w.])/` + `work/`, `(^|[^\w.])/` + `root/`, `/ho` + `me/\w`, `/Us` + `ers/\w`, `\.lib` + `rary/`,
		`proxy\.go` + `lang\.org`, `sum\.go` + `lang\.org`, `registry\.np` + `mjs`, `registry\.ya` + `rnpkg`, `py` + `pi\.org`, `pythonho` + `sted`, `crates\.` + `io`, `rubyg` + `ems\.org`, `maven\.` + `org`,
		`extensions\.duck` + `db\.org`, `cdn\.js` + `delivr`, `un` + `pkg\.com`, `fonts\.google` + `apis`,
	}, "|"))
	for _, name := range tracked(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // about to be removed
		}
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			if found := forbidden.FindString(line); found != "" {
				assert.Fail(t, "a machine or a registry is named", "%s:%d: %q", name, i+1, found)
			}
		}
	}
}

// Only synthetic people: every ten digits that pass as an NHS number are of the
// range that is never given to anybody, or the same digit ten times.
func TestNHSNumbersAreOfTheTestRange(t *testing.T) {
	const counting = "0123456789"
	digits := regexp.MustCompile(`\b\d{3}[ -]?\d{3}[ -]?\d{4}\b`)
	for _, name := range tracked(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || strings.Contains(name, "go.sum") {
			continue
		}
		for _, found := range digits.FindAllString(string(text), -1) {
			number := strings.NewReplacer(" ", "", "-", "").Replace(found)
			if isNHSNumber(number) && !strings.HasPrefix(number, "999") && number != counting && strings.Trim(number, number[:1]) != "" {
				assert.Fail(t, "a number that may be somebody's", "%s: %s", name, found)
			}
		}
	}
}

// isNHSNumber checks the modulo 11 check digit.
func isNHSNumber(number string) bool {
	sum := 0
	for i := range 9 {
		sum += int(number[i]-'0') * (10 - i)
	}
	check := (11 - sum%11) % 11
	return check != 10 && check == int(number[9]-'0')
}

func TestTheDatabaseIsPinned(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "github.com/duckdb/duckdb-go/v2 v2.10505.0\n", "newer tags do not resolve with their native libraries")
	assert.NotContains(t, string(text), "marcboeker")
	assert.NotContains(t, string(text), "\nreplace ")
	for _, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "duckdb-go-bindings") {
			assert.Contains(t, line, " v0.10505.0", line)
		}
	}
}

// No file of the program is written to be skimmed over.
func TestFunctionsAndFilesKeepToALength(t *testing.T) {
	for _, file := range sources(t) {
		lines := file.set.Position(file.End()).Line
		assert.LessOrEqual(t, lines, 600, "%s has %d lines", file.name, lines)
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			length := file.set.Position(function.End()).Line - file.set.Position(function.Pos()).Line
			assert.LessOrEqual(t, length, 100, "%s: %s has %d lines", file.name, function.Name.Name, length)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, file := range sources(t) {
		for _, declaration := range file.Decls {
			switch declared := declaration.(type) {
			case *ast.FuncDecl:
				if declared.Name.IsExported() && ofExported(declared) {
					assert.NotNil(t, declared.Doc, "%s: %s", file.name, declared.Name.Name)
				}
			case *ast.GenDecl:
				for _, one := range declared.Specs {
					if kind, ok := one.(*ast.TypeSpec); ok && kind.Name.IsExported() {
						assert.True(t, declared.Doc != nil || kind.Doc != nil, "%s: %s", file.name, kind.Name.Name)
					}
				}
			}
		}
	}
}

// ofExported reports whether a function is no method, or of an exported type.
func ofExported(function *ast.FuncDecl) bool {
	if function.Recv == nil {
		return true
	}
	kind := function.Recv.List[0].Type
	if pointer, ok := kind.(*ast.StarExpr); ok {
		kind = pointer.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}
