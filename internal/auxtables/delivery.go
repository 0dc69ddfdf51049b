package auxtables

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tre-toolkit/internal/auxtables/assembly"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
)

// Request says what to load and under which number.
type Request struct {
	Dataset     spec.Dataset
	Generations []spec.Generation // of its source tables; none when it comes ready made
	Labels      spec.Labels       // the code lists that source tables are padded to
	Specs       fs.FS             // where the assembly of source tables is
	Version     spec.DatasetVersion
	Date        spec.Date        // the version's date
	Paths       []string         // files, or folders of them
	MaxRejects  int64            // rows that may be rejected before the load is refused
	Tolerances  map[string]int64 // the same for single tables, by their names in lower case
	Now         time.Time
}

// Delivery is a delivery that has been looked at and fits its specification as
// far as can be told without reading its cells.
type Delivery struct {
	request     Request
	files       []*file
	sources     map[spec.Identifier]intake.Source // of ready-made tables
	fromSources bool
	assembly    assembly.Assembly
	sha256      string
}

// Listing says what each file of the delivery was recognised as, in the order of
// their names. It is there even of a delivery that Inspect refuses.
func (d Delivery) Listing() []Recognised {
	list := make([]Recognised, len(d.files))
	for i, one := range d.files {
		list[i] = one.listed()
	}
	return list
}

// Inspect looks at every file of a delivery and returns everything that is
// wrong with it at once.
func Inspect(ctx context.Context, request Request) (Delivery, error) {
	delivery := Delivery{request: request, sources: map[spec.Identifier]intake.Source{}}
	paths, err := listFiles(request.Paths)
	if err != nil {
		return delivery, err
	}
	recogniser := newRecogniser(request)
	for _, path := range paths {
		source, wrong, err := intake.Inspect(ctx, path)
		if err != nil {
			return delivery, err
		}
		one := &file{Source: source, findings: wrong}
		recogniser.recognise(one)
		delivery.files = append(delivery.files, one)
	}
	settle(delivery.files)
	delivery.fromSources = slices.ContainsFunc(delivery.files, func(f *file) bool { return f.table != nil })
	if delivery.fromSources {
		return delivery, delivery.checkSources()
	}
	if slices.ContainsFunc(delivery.files, func(f *file) bool { return len(f.alike) > 1 }) {
		return delivery, &diagnostic.Input{Findings: delivery.findings(), Hint: "nothing was loaded; --dry-run lists what was recognised"}
	}
	return delivery, delivery.checkAuxiliary()
}

// checkAuxiliary holds ready-made tables to the specification: one file a table.
func (d *Delivery) checkAuxiliary() error {
	found, missing := auxiliaryFiles(d.request.Dataset, d.files)
	for _, table := range d.request.Dataset.Tables {
		one := found[table.Name]
		if one == nil {
			continue
		}
		if len(one.findings) == 0 {
			one.findings = checkHeader(table, d.request.Version.Number, one.Source)
		}
		d.sources[table.Name] = one.Source
	}
	findings := append(d.findings(), missing...)
	if len(findings) > 0 {
		hint := "nothing was loaded; the workspace is as it was"
		if slices.ContainsFunc(findings, func(f diagnostic.Finding) bool { return strings.HasPrefix(f.Code, "DEL") }) {
			hint = "a delivery has one CSV file for each of the tables: " + tableNames(d.request.Dataset)
		}
		return &diagnostic.Input{Findings: findings, Hint: hint}
	}
	d.sha256 = d.auxiliaryHash()
	return nil
}

// checkSources holds source tables to the specification. Of files with the same
// text one is read.
func (d *Delivery) checkSources() error {
	first := map[string]string{}
	for _, one := range d.files {
		switch before, twice := first[one.TextSHA256]; {
		case one.aux != nil:
			one.findings = append(one.findings, diagnostic.Finding{File: one.Name(), Code: "DEL010", Message: "is an auxiliary table beside source tables: load the one or the other"})
		case one.Records < 1: // of no rows, every file of a table is the same
		case one.table != nil && twice:
			one.sameAs = before
		case one.table != nil:
			first[one.TextSHA256] = one.Name()
		}
	}
	if findings := d.findings(); len(findings) > 0 {
		return &diagnostic.Input{Findings: findings, Hint: "nothing was loaded; --dry-run lists what was recognised"}
	}
	d.sha256 = d.sourcesHash()
	var err error
	d.assembly, err = assembly.Load(d.request.Specs, d.request.Dataset, d.request.Generations)
	return err
}

func (d *Delivery) findings() []diagnostic.Finding {
	var findings []diagnostic.Finding
	for _, one := range d.files {
		findings = append(findings, one.findings...)
	}
	return findings
}

// auxiliaryHash hashes the tables' names and files' hashes, in table order.
func (d *Delivery) auxiliaryHash() string {
	hash := sha256.New()
	for _, table := range d.request.Dataset.Tables {
		fmt.Fprintf(hash, "%s %s\n", table.Name, d.sources[table.Name].SHA256)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// sourcesHash hashes what each file is and its text's hash, in an order that
// neither names nor folders change.
func (d *Delivery) sourcesHash() string {
	var lines []string
	for _, one := range d.read() {
		lines = append(lines, fmt.Sprintf("%s %s %s\n", one.generation.Name, one.table.Name, one.TextSHA256))
	}
	slices.Sort(lines)
	hash := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(hash[:])
}

// read returns the files that are read: all but those of the same text as another.
func (d *Delivery) read() []*file {
	return keep(d.files, func(f *file) bool { return f.sameAs == "" })
}

// of returns the files of a source table.
func (d *Delivery) of(generation, table string) []*file {
	return keep(d.read(), func(f *file) bool { return f.generation.Name == generation && f.table.Name == table })
}

// generations returns the generations that the delivery has files of, oldest first.
func (d *Delivery) generations() []spec.Generation {
	return keep(d.request.Generations, func(g spec.Generation) bool {
		return slices.ContainsFunc(d.files, func(f *file) bool { return f.generation.Name == g.Name })
	})
}

// bytes returns how large the files that are read are together.
func (d *Delivery) bytes() int64 {
	var bytes int64
	for _, one := range d.read() {
		bytes += one.Bytes
	}
	return bytes
}

// Steps returns how many times Load calls step.
func (d Delivery) Steps() int {
	steps := len(d.request.Dataset.Tables)
	if d.fromSources {
		for _, generation := range d.generations() {
			steps += len(generation.Tables)
		}
	}
	return steps
}

// Directories returns the folders that the database must be allowed to read:
// those named, and those of the files named.
func Directories(paths []string) []string {
	directories := make([]string, len(paths))
	for i, path := range paths {
		directories[i] = path
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			directories[i] = filepath.Dir(path)
		}
	}
	return directories
}
