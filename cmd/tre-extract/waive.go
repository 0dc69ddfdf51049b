package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
)

// waiving is what a command is told of checks that somebody lets fail.
type waiving struct {
	codes       []string
	because, by string
}

func (w *waiving) flags(command *cobra.Command, may []string) {
	flags := command.Flags()
	flags.StringArrayVar(&w.codes, "waive", nil, "let this check fail, and say so for good: "+strings.Join(may, " or "))
	flags.StringVar(&w.because, "because", "", "why the checks are waived")
	flags.StringVar(&w.by, "by", "", "who waives them; the operating system's user by default")
}

// waivers returns the waivers that were asked for, of checks that may be waived.
func (w waiving) waivers(may []string) ([]manifest.Check, error) {
	if len(w.codes) == 0 && (w.because != "" || w.by != "") {
		return nil, cli.Fail(cli.Usage, errors.New("--because and --by say of a waiver why and by whom"), "add --waive CODE")
	}
	by := w.by
	if by == "" {
		by = ledger.UserName()
	}
	var list []manifest.Check
	for _, code := range w.codes {
		waiver, err := extract.NewWaiver(may, code, by, w.because)
		if err != nil {
			return nil, cli.Fail(cli.Usage, err, "a waiver is --waive CODE --because TEXT")
		}
		list = append(list, waiver)
	}
	return list, nil
}
