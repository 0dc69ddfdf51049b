// Package file1 checks a study's identifier file, UK LLC's File 1, before it
// goes to the trusted third party: 34 columns in their order, current (C) and
// historic (H) rows, partial dates, flags, NHS numbers and postcodes by their
// real grammar, and what can be seen only across rows.
//
// It reads a file once, in blocks, on every core, and keeps a few bytes a
// participant: memory grows with participants and not with the file. It never
// quotes a cell: a finding is a rule, a line, a column and a way to mend it.
//
// The grammar is that of UK LLC's File 1 specification, as its own checker of
// April 2025 and its contributors' manual have it. Where a rule is stricter than
// the published checker it says why.
package file1

import (
	"context"
	"hash/maphash"
	"io"
	"time"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

// Options say what a file is compared with.
type Options struct {
	Name      string       // the file's name without its folder
	Studies   []spec.Study // the studies that are known
	Today     time.Time    // the day that no date lies behind, when the name gives none
	Size      int64        // the file's bytes, if they are known: memory is set aside by them
	Synthetic bool         // the people are synthetic: NHS numbers of the test range are theirs
}

// Check reads a file to its end and reports what is wrong with it. The error is
// that of reading, or of the context; whatever the file holds is reported.
func Check(ctx context.Context, source io.Reader, opts Options) (Report, error) {
	return CheckRows(ctx, source, opts, nil)
}

// Participant is a current row as the trusted third party uses it. Its texts are
// valid during the call only.
type Participant struct {
	StudyID  []byte
	Number   []byte // the cell: it may be junk
	Included bool   // UKLLC_STATUS is 1
}

// CheckRows is Check with each current row handed to a function, in the file's
// order and on one goroutine.
func CheckRows(ctx context.Context, source io.Reader, opts Options, each func(Participant)) (Report, error) {
	c := &checker{opts: opts, each: each, report: newReport(opts.Name), people: newPeople(opts.Size), seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	c.checkName()
	if err := c.read(ctx, source); err != nil {
		return Report{}, err
	}
	c.finish()
	return c.report, nil
}

// checker is the check of one file.
type checker struct {
	opts   Options
	each   func(Participant)
	layout layout
	file   identifier.PartialDate // the file's day

	// seeds make the keys of the maps. No file can be made so that its keys meet,
	// and no key can be compared with another run's.
	seeds  [2]maphash.Seed
	report Report
	people *people
	births births
	across []finding // of a block's rows against each other, kept from block to block
}

// finish says what is known only at the end.
func (c *checker) finish() {
	r := &c.report
	if r.Checked && r.Rows == 0 {
		r.add(finding{rule: noRows, column: wholeRow, line: 1})
	}
	c.people.withoutCurrentRow(func(line uint32) {
		r.add(finding{rule: noCurrentRow, column: rowStatus, line: line})
	})
	c.births.spikes(func(detail string) {
		r.addDetail(finding{rule: dateSpike, column: dateOfBirth}, detail)
	})
	r.close()
}

// take adds what a block's worker found, in the file's order.
func (c *checker) take(b *block) {
	r := &c.report
	r.Rows += int64(len(b.rows))
	r.Rows += b.unread
	c.across = c.across[:0]
	for i := range b.rows {
		c.across = c.people.add(&b.rows[i], c.across)
		c.births.add(&b.rows[i])
		if b.rows[i].included() {
			r.included++
		}
		r.ranges[b.rows[i].issuer]++
	}
	for _, found := range b.findings {
		r.add(found)
	}
	for _, found := range c.across {
		r.add(found)
	}
	if c.each == nil {
		return
	}
	for _, one := range b.current {
		c.each(Participant{b.data[one.id.from:one.id.to], b.data[one.number.from:one.number.to], one.included})
	}
}
