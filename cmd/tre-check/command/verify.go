package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review/bundle"
)

type verifyOptions struct {
	keys     []string
	register string
	json     bool
}

func (s *session) verifyCommand() *cobra.Command {
	var opts verifyOptions
	command := &cobra.Command{
		Use:   "verify BUNDLE [--key PUB]...",
		Short: "Prove that a release bundle is what was approved",
		Long: `Hashes every file of a bundle and holds the signatures against the public keys of
reviewers whom you trust, which you have from elsewhere than the bundle. It needs
nothing else. Without --key it tells whether the bundle is as it was sealed, and
not by whom: the exit code is 6 then.

` + cli.ExitCodeHelp,
		Example: "  tre-check verify bundle/ --key ada.pub --key bob.pub",
		Args:    cli.Arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			return explainReview(s.verify(args[0], opts))
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&opts.keys, "key", nil, "a public key, or the file of one; once for each reviewer")
	flags.StringVar(&opts.register, "register", "", "a release register that must have the release")
	flags.BoolVar(&opts.json, "json", false, "answer as JSON")
	return command
}

func (s *session) verify(dir string, opts verifyOptions) error {
	keys, err := publicKeys(opts.keys)
	if err != nil {
		return err
	}
	verified, err := bundle.Verify(dir, keys...)
	if err != nil {
		return err
	}
	if opts.register != "" {
		register, err := openRegister(opts.register)
		if err != nil {
			return err
		}
		if !inRegister(register, verified) {
			verified.Faults = append(verified.Faults, "the register does not have this release")
		}
	}
	if opts.json {
		err = cli.WriteJSON(s.streams.Out, verifiedAnswer{verified, verified.OK(), verified.Proven()})
	} else {
		s.tellVerified(verified)
	}
	switch {
	case err != nil:
		return err
	case !verified.OK():
		return cli.Verdict(cli.Refused)
	case !verified.Proven():
		return cli.Verdict(cli.Review)
	}
	return nil
}

type verifiedAnswer struct {
	bundle.Verified
	AsSealed bool `json:"as_sealed"`
	Proven   bool `json:"proven"`
}

// publicKeys reads keys that are given as they are, or as the names of files.
func publicKeys(given []string) ([]string, error) {
	var keys []string
	for _, one := range given {
		key, err := ledger.ParseVerifier([]byte(one))
		if err != nil {
			text, fileError := os.ReadFile(one)
			if errors.Is(fileError, fs.ErrNotExist) {
				return nil, err
			}
			if fileError != nil {
				return nil, fileError
			}
			if key, err = ledger.ParseVerifier(text); err != nil {
				return nil, fmt.Errorf("%s: %w", one, err)
			}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// inRegister reports whether a register has the release of a bundle, with the same
// files.
func inRegister(register release.Register, v bundle.Verified) bool {
	return slices.ContainsFunc(register.Releases, func(left release.Release) bool {
		return string(left.Name) == v.Receipt.Release && left.Date == v.Receipt.Date && len(left.Files) == len(v.Manifest.Files) &&
			!slices.ContainsFunc(v.Manifest.Files, func(file bundle.File) bool {
				return !slices.Contains(left.Files, release.File{Path: file.Path, SHA256: file.SHA256, Bytes: file.Bytes})
			})
	})
}

func (s *session) tellVerified(v bundle.Verified) {
	w := s.streams.Out
	if v.OK() {
		noun := "files"
		if len(v.Manifest.Files) == 1 {
			noun = "file"
		}
		fmt.Fprintf(w, "As it was sealed: release %s of %s, %d %s.\n", v.Receipt.Release, notation.Printable(v.Receipt.Date), len(v.Manifest.Files), noun)
	} else {
		fmt.Fprintf(w, "NOT as it was sealed: release %s.\n", v.Receipt.Release)
	}
	for _, fault := range v.Faults {
		fmt.Fprintf(w, "  %s\n", fault)
	}
	for _, signer := range v.Signers {
		said := "approved it as a user of the system, without a signature"
		switch {
		case signer.Proven:
			said = "signed it, with a key that you gave"
		case signer.Signed:
			said = "signed it, with a key that the bundle names; --key proves whose it is"
		}
		fmt.Fprintf(w, "%s %s.\n", notation.Printable(signer.Name), said)
	}
}
