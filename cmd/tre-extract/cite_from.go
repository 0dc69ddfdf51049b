package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
)

// mostBytesFrom bounds a file of works: some hundred thousand of them.
const mostBytesFrom = 256 << 20

// worksFrom reads the works of a file, or of standard input where it is named -.
func (s *session) worksFrom(file string) ([]cite.Work, error) {
	content, err := s.readFrom(file)
	if err != nil {
		return nil, err
	}
	works, err := cite.Read(content)
	var unreadable *cite.Unreadable
	if errors.As(err, &unreadable) {
		return nil, findings(file, unreadable.Faults)
	}
	return works, err
}

func (s *session) readFrom(file string) ([]byte, error) {
	source := s.streams.In
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return nil, cli.Fail(cli.Usage, err, "--from names a file of CSL-JSON or DataCite JSON")
		}
		defer func() { _ = opened.Close() }()
		source = opened
	}
	content, err := io.ReadAll(io.LimitReader(source, mostBytesFrom+1))
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "--from names a file of CSL-JSON or DataCite JSON")
	}
	if len(content) > mostBytesFrom {
		return nil, cli.Fail(cli.BadInput, fmt.Errorf("%s is larger than %d MB", file, mostBytesFrom>>20), "split it into several files; --from may be given several times")
	}
	return content, nil
}

// findings returns what is wrong with a file of works as the programs say it.
// The hint is that of the first fault that has one.
func findings(file string, faults []cite.Fault) *diagnostic.Input {
	input := &diagnostic.Input{}
	for _, fault := range faults {
		message := fault.Reason
		if fault.Record > 0 {
			message = fmt.Sprintf("record %d: %s", fault.Record, message)
		}
		input.Findings = append(input.Findings, diagnostic.Finding{File: file, Line: int64(fault.Line), Column: fault.Field, Code: "CITE001", Message: message})
		if input.Hint == "" {
			input.Hint = fault.Hint
		}
	}
	return input
}
