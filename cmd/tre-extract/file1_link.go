package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/warehouse"
)

type linkOptions struct {
	out, identity, style, salt string
	synthetic, asJSON          bool
}

func (s *session) file1LinkCommand() *cobra.Command {
	var opts linkOptions
	command := newCommand("link FILE...", "Make the pseudonyms that leave the trusted third party",
		`Gives each current participant of the identifier files with UKLLC_STATUS 1 two
pseudonyms under the trusted third party's key: study_id_e, of the study and the
study id, and cohortkey_e, of the NHS number. The folder that it makes holds no
identifier and may go to the research environment: mapping.csv, which freeze
reads; unlinked.csv, who has no NHS number that can be used, and why; links.json,
the key's id and version.

A number that is junk is never hashed. A file whose rows conflict is refused,
since a link would join two people or part one.

--open-pseudonymiser-salt also writes openpseudonymiser.csv: the digest that
OpenPseudonymiser 0.9.7 makes of each NHS number with the salt in a file, beside
cohortkey_e, so that data which it pseudonymised elsewhere can be given our ids.
That file can be undone by whoever has the salt: it stays with the trusted third
party, which replaces the digests before anything is sent.`,
		cobra.MinimumNArgs(1), func(ctx context.Context, args []string) error {
			return s.linkFile1(ctx, args, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the folder to make; absent or empty")
	flags.StringVar(&opts.style, "id-style", string(keys.TextStyle), "how ids are written: text, uuid or integer")
	flags.StringVar(&opts.salt, "open-pseudonymiser-salt", "", "a file with OpenPseudonymiser's salt, its owner's alone")
	flags.BoolVar(&opts.synthetic, "synthetic", false, "the people are synthetic: allow NHS numbers of the test range (999)")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON: links.json")
	_ = command.MarkFlagRequired("out") // defined above
	identityFlag(command, &opts.identity)
	return command
}

// participant is a current row of File 1, read. junk says why there is no number.
type participant struct {
	studyID  string
	number   identifier.NHSNumber
	junk     error
	included bool
}

// eachParticipant calls a function with every current row of an identifier
// file, and refuses the file afterwards when its rows conflict: whatever the
// function made must not be used then.
func (s *session) eachParticipant(ctx context.Context, path string, synthetic bool, each func(study string, one participant) error) error {
	people := identifier.Real
	if synthetic {
		people = identifier.Synthetic
	}
	var rows []participant
	report, err := s.readFile1(ctx, path, synthetic, func(row file1.Participant) {
		one := participant{studyID: string(row.StudyID), included: row.Included}
		one.number, one.junk = identifier.ParseNHSNumber(row.Number, people)
		rows = append(rows, one)
	})
	if err != nil {
		return err
	}
	if !report.Sound() {
		return &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: report.File, Code: "LNK001", Message: "rows cannot be told apart or conflict with others: a link would join two people or part one"}},
			Hint:     "tre-extract file1 check names the lines",
		}
	}
	for _, one := range rows {
		if err := each(report.Study, one); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// linkedFile is what crosses: ids in the order of ids, which carries no meaning.
type linkedFile struct {
	linked, unlinked, digests [][]string
}

// linksAnswer is links.json.
type linksAnswer struct {
	Scheme  string   `json:"scheme"`
	KeyID   string   `json:"key_id"`
	Version int      `json:"key_version"`
	Style   string   `json:"id_style"`
	Files   []string `json:"files"`
}

func (s *session) linkFile1(ctx context.Context, paths []string, opts linkOptions) error {
	style, err := keys.ParseStyle(opts.style)
	if err != nil {
		return cli.Fail(cli.Usage, err, "")
	}
	var digests *keys.OpenPseudonymiser
	if opts.salt != "" {
		salted, err := keys.ReadOpenPseudonymiser(opts.salt)
		if err != nil {
			return cli.Fail(cli.Usage, err, "the file holds the salt as plain text; chmod 600 it")
		}
		digests = &salted
	}
	if entries, err := os.ReadDir(opts.out); err == nil && len(entries) > 0 {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is there already and not empty", opts.out), "name a folder that is absent or empty")
	}
	var answer linksAnswer
	err = s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
		if err := trusted(workspace, "identifiers have no place in a research environment's workspace"); err != nil {
			return err
		}
		root, err := keys.Open(workspace.KeysDir(), opts.identity)
		if err != nil {
			return err
		}
		made, err := s.makeLinks(ctx, paths, linkMaker{root.Link(), style, keys.Distinct{}, keys.Distinct{}, digests}, opts.synthetic)
		if errors.Is(err, keys.ErrNotDistinct) {
			return cli.Fail(cli.Refused, err, "use --id-style text or uuid")
		}
		if err != nil {
			return err
		}
		answer = linksAnswer{Scheme: keys.Scheme, KeyID: root.ID(), Version: root.Version(), Style: string(style)}
		return made.write(opts.out, &answer)
	})
	if err != nil {
		return err
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, answer)
	}
	_, err = fmt.Fprintf(s.streams.Out, "made %s under key %s, version %d\n", opts.out, answer.KeyID, answer.Version)
	return err
}

// linkMaker makes the ids of participants.
type linkMaker struct {
	link            keys.Linker
	style           keys.Style
	studyIDs, links keys.Distinct
	digests         *keys.OpenPseudonymiser
}

func (s *session) makeLinks(ctx context.Context, paths []string, maker linkMaker, synthetic bool) (linkedFile, error) {
	var made linkedFile
	for _, path := range paths {
		err := s.eachParticipant(ctx, path, synthetic, func(study string, one participant) error {
			if !one.included {
				return nil
			}
			return maker.add(&made, study, one)
		})
		if err != nil {
			return made, err
		}
	}
	for _, rows := range [][][]string{made.linked, made.unlinked, made.digests} {
		slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	}
	return made, nil
}

func (m linkMaker) add(made *linkedFile, study string, one participant) error {
	id, err := m.link.StudyID(study, one.studyID)
	if err != nil {
		return err
	}
	studyID, err := m.studyIDs.Write(id, m.style)
	if err != nil {
		return err
	}
	if one.junk != nil {
		made.unlinked = append(made.unlinked, []string{studyID, one.junk.Error()})
		return nil
	}
	id, err = m.link.Person(one.number)
	if err != nil {
		return err
	}
	link, err := m.links.Write(id, m.style)
	if err != nil {
		return err
	}
	made.linked = append(made.linked, []string{studyID, link})
	if m.digests != nil {
		digest := m.digests.Digest(map[string]string{"NHSNumber": one.number.Digits()})
		made.digests = append(made.digests, []string{digest, link})
	}
	return nil
}

// write writes the folder, whole or not at all.
func (l linkedFile) write(out string, answer *linksAnswer) (err error) {
	absolute, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(absolute), ".unfinished-links-*") // 0700
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(draft))
		}
	}()
	tables := []struct {
		name   string
		header []string
		rows   [][]string
		wanted bool
	}{
		{"mapping.csv", []string{"study_id_e", "cohortkey_e"}, l.linked, true},
		{"unlinked.csv", []string{"study_id_e", "reason"}, l.unlinked, true},
		{"openpseudonymiser.csv", []string{"digest", "cohortkey_e"}, l.digests, l.digests != nil},
	}
	for _, table := range tables {
		if !table.wanted {
			continue
		}
		answer.Files = append(answer.Files, table.name)
		err := writeWhole(filepath.Join(draft, table.name), func(w io.Writer) error {
			return csv.NewWriter(w).WriteAll(append([][]string{table.header}, table.rows...))
		})
		if err != nil {
			return err
		}
	}
	if err := writeWhole(filepath.Join(draft, "links.json"), func(w io.Writer) error { return cli.WriteJSON(w, answer) }); err != nil {
		return err
	}
	if err := os.Remove(absolute); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(draft, absolute)
}
