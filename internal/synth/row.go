package synth

import (
	"fmt"
	"strings"

	"tre-toolkit/internal/spec"
)

// row is what the makers of a table's columns look at: the record, and the
// extract that it is in.
type row struct {
	version  *version
	person   *person
	path     *pathway // nil in the tables of persons
	period   *period
	state    *state // in the hub only
	contact  *contact
	activity int // of the contact
	score    *score
	entry    *entry
	first    bool // of the pathway's entries
	on       day
	traits   draw
	untidy   untidiness

	// Of source tables only.
	submission *submission
	identities *identities
	staff      *personnel
	wide       int // digits of a number within a row's id
	nth        int // of several records of a person or a pathway
}

// yearEnd returns the last day that an extract period tells of; for a submission,
// that of its financial year.
func (r *row) yearEnd() day {
	if r.submission == nil {
		return r.period.end
	}
	return monthPeriods[min(lastOfYear(r.submission.month), months-1)].end
}

// maker appends the value of one column.
type maker func(b []byte, r *row) []byte

// Fields of the draws of records.
const (
	fieldMedicine uint64 = iota + 2000
	fieldJob
	fieldSickPay
	fieldEnd
	fieldExtra
)

// untidiness is how a row's codes are written: all legal, few as they should be.
type untidiness uint8

const (
	tidy untidiness = iota
	unpadded
	indented
	quoted
	shouted
)

// untidinessOf makes about one row in sixty untidy.
func untidinessOf(d draw) untidiness {
	if n := d.below(1, 240); n < 4 {
		return untidiness(n + 1)
	}
	return tidy
}

// appendCode writes a code, now and then as 5 or ' 5' for 05, or in quotes.
func (r *row) appendCode(b []byte, code string) []byte {
	if code == "" || r.untidy == tidy {
		return append(b, code...)
	}
	short := code
	if len(code) == 2 && code[0] == '0' {
		short = code[1:]
	}
	switch r.untidy {
	case unpadded:
		return append(b, short...)
	case indented:
		return append(append(b, ' '), short...)
	case quoted:
		return append(append(append(b, '"'), code...), '"')
	default:
		return append(b, code...)
	}
}

// appendFlag writes True or nothing: the source never writes false.
func (r *row) appendFlag(b []byte, set bool) []byte {
	switch {
	case !set:
		return b
	case r.submission != nil: // the source tables have no other
		return append(b, "True"...)
	case r.untidy == shouted:
		return append(b, "TRUE"...)
	case r.untidy == quoted:
		return append(b, `"True"`...)
	default:
		return append(b, "True"...)
	}
}

// quoteIfNeeded puts text with a comma or a quote into quotes, as CSV wants it.
func quoteIfNeeded(text string) string {
	if strings.ContainsAny(text, `,"`) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// layout is a table of one version as it is written: its header and the makers
// of its columns, in order.
type layout struct {
	header []byte
	makers []maker
}

func newLayout(t spec.Table, number spec.VersionNumber, makers map[string]maker) (layout, error) {
	var made layout
	var names []string
	for _, column := range t.ColumnsIn(number) {
		name := column.Name.String()
		value, known := makers[name]
		if !known {
			value, known = common[name]
		}
		if !known {
			return layout{}, fmt.Errorf("synthetic %s: nothing makes the column %s", t.Name, name)
		}
		made.makers = append(made.makers, value)
		names = append(names, name)
	}
	made.header = []byte(headerOf(names, len(names)+int(number)) + "\n")
	return made, nil
}

// headerOf writes a header, in some files with capitals.
func headerOf(names []string, pick int) string {
	if pick%4 == 0 {
		for i, name := range names {
			names[i] = strings.ToUpper(name[:1]) + name[1:]
		}
	}
	return strings.Join(names, ",")
}

func (l *layout) appendRow(b []byte, r *row) []byte {
	for i, value := range l.makers {
		if i > 0 {
			b = append(b, ',')
		}
		b = value(b, r)
	}
	return append(b, '\n')
}

// Makers of the columns that most tables have.
var common = map[string]maker{
	"cohortkey_e":        func(b []byte, r *row) []byte { return appendNumber(b, r.person.key) },
	"pathwayid":          func(b []byte, r *row) []byte { return r.path.appendID(b) },
	"extract_start_date": func(b []byte, r *row) []byte { return append(b, r.period.startT...) },
	"extract_end_date":   func(b []byte, r *row) []byte { return append(b, r.period.endT...) },
	"extract_date":       func(b []byte, r *row) []byte { return append(b, r.version.extracted...) },
	"avail_from_dt":      func(b []byte, r *row) []byte { return append(b, r.version.available...) },
	"nic_number":         func(b []byte, r *row) []byte { return append(b, r.person.agreement...) },
	"recordnumber":       appendRecordNumber,
	"unique_monthid":     func(b []byte, r *row) []byte { return appendNumber(b, uint64(monthOfDay[r.on])) },
	"orgid_provider":     func(b []byte, r *row) []byte { return r.path.appendProvider(b) },
}

// appendID writes the pathway's id: digits and a letter.
func (w *pathway) appendID(b []byte) []byte {
	return append(appendNumber(b, w.number), 'a'+byte(w.number%26))
}

// providers are invented: no real organisation's code begins so.
const providers = 90

func (w *pathway) provider() int {
	if w.at != nil {
		return w.at.provider.number
	}
	return w.traits.below(31, providers)
}

func (w *pathway) appendProvider(b []byte) []byte {
	if w.at != nil {
		return append(b, w.at.provider.code...)
	}
	return appendPadded(append(b, "ZZ"...), uint64(w.provider()), 3)
}

// appendRecordNumber writes the number of a person in a month's submission.
func appendRecordNumber(b []byte, r *row) []byte {
	return appendNumber(appendNumber(b, uint64(monthOfDay[r.on])), r.person.record)
}

func appendPadded(b []byte, n uint64, width int) []byte {
	for limit := uint64(10); width > 1; width-- {
		if n < limit {
			for range width - 1 {
				b = append(b, '0')
			}
			break
		}
		limit *= 10
	}
	return appendNumber(b, n)
}

// The makers below are the kinds of columns that there are.

func blank(b []byte, _ *row) []byte { return b }

func text(value string) maker {
	return func(b []byte, _ *row) []byte { return append(b, value...) }
}

// ofPerson makes a code that stays with the person.
func ofPerson(codes *choices, field uint64) maker {
	return func(b []byte, r *row) []byte { return r.appendCode(b, codes.of(r.person.traits, field)) }
}

// ofPath makes a code that stays with the pathway.
func ofPath(codes *choices, field uint64) maker {
	return func(b []byte, r *row) []byte { return r.appendCode(b, codes.of(r.path.traits, field)) }
}

// ofRecord makes a code of the contact or entry.
func ofRecord(codes *choices, field uint64) maker {
	return func(b []byte, r *row) []byte { return r.appendCode(b, codes.of(r.traits, field)) }
}

// area makes the encrypted code of an area or organisation that the person
// belongs to: one of as many.
func area(field uint64, among int) maker {
	return func(b []byte, r *row) []byte {
		n := r.person.traits.below(3000, among)
		return appendNumber(b, 100_000_000_000+mix(field, uint64(n))%900_000_000_000)
	}
}

// organisation makes the encrypted code of an organisation that the pathway's
// provider goes with.
func organisation(field uint64) maker {
	return func(b []byte, r *row) []byte {
		return appendNumber(b, 100_000_000_000+mix(field, uint64(r.provider()))%900_000_000_000)
	}
}

// provider returns the pathway's, or that of a submission as such.
func (r *row) provider() int {
	if r.path == nil {
		return r.submission.provider
	}
	return r.path.provider()
}

// rowID makes the number of a row in a source table.
func rowID(table uint64) maker {
	return func(b []byte, r *row) []byte {
		return appendNumber(appendNumber(b, table), uint64(r.traits)%100_000_000_000)
	}
}

// date makes a day, or nothing for never.
func date(of func(*row) day) maker {
	return func(b []byte, r *row) []byte { return appendDay(b, of(r)) }
}

// flag makes True or nothing.
func flag(of func(*row) bool) maker {
	return func(b []byte, r *row) []byte { return r.appendFlag(b, of(r)) }
}

// number makes a whole number.
func number(of func(*row) int) maker {
	return func(b []byte, r *row) []byte { return appendNumber(b, uint64(of(r))) }
}

// code makes a code.
func code(of func(*row) string) maker {
	return func(b []byte, r *row) []byte { return r.appendCode(b, of(r)) }
}

// onlyFor makes a column for some rows only.
func onlyFor(which func(*row) bool, value maker) maker {
	return func(b []byte, r *row) []byte {
		if which(r) {
			return value(b, r)
		}
		return b
	}
}
