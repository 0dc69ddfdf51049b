package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/warehouse"
)

func (s *session) keysCommand() *cobra.Command {
	command := newCommand("keys", "Make, show and rotate the root key of pseudonyms", `The root key is 32 random bytes in an age file inside the workspace. It opens
with an age identity, a file that should live outside the workspace. Every
project's key is derived from it.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, fmt.Errorf("keys needs a subcommand"), "tre-extract keys new --identity FILE, or keys show")
		})
	command.AddCommand(s.keysNewCommand(), s.keysShowCommand(), s.keysRotateCommand(), s.keysProjectCommand())
	return command
}

func (s *session) keysNewCommand() *cobra.Command {
	var identity string
	command := newCommand("new", "Make the workspace's root key",
		`Makes the workspace's root key and encrypts it to the identity, which is made
too if its file is not there. Keep the identity apart from the workspace, and
keep a copy: without it no extract can be made again with the same ids.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "keys new", func(workspace *warehouse.Workspace) error {
				root, err := keys.Create(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				if _, err := s.sign(ctx, workspace.Dir, root); err != nil {
					return err
				}
				fmt.Fprintf(s.streams.Err, "made root key %s; it opens with %s\n", root.ID(), identity)
				return nil
			})
		})
	identityFlag(command, &identity)
	return command
}

// holdingKeys opens a workspace of either role, since both hold keys: for
// writing by a command, or for reading by none.
func (s *session) holdingKeys(ctx context.Context, command string, work func(*warehouse.Workspace) error) error {
	dir, err := s.needWorkspace()
	if err != nil {
		return err
	}
	var workspace *warehouse.Workspace
	if command == "" {
		workspace, err = warehouse.OpenForReading(ctx, dir, s.settings)
	} else {
		workspace, err = warehouse.OpenForWriting(ctx, dir, command, s.settings)
	}
	if err != nil {
		return err
	}
	return errors.Join(work(workspace), workspace.Close())
}

// trusted refuses a workspace that is not the trusted third party's.
func trusted(workspace *warehouse.Workspace, message string) error {
	if workspace.Role == warehouse.TTP {
		return nil
	}
	return &diagnostic.Refusal{Rule: "role", Message: message, Hint: "name a workspace made with --role ttp"}
}

type shownKeys struct {
	ID       string     `json:"key_id"`
	Version  int        `json:"version"`
	Versions []shownKey `json:"versions"`
	Verifier string     `json:"verifier"` // the public key that checks signatures
}

type shownKey struct {
	Version int    `json:"version"`
	ID      string `json:"key_id"`
}

func (s *session) keysShowCommand() *cobra.Command {
	var identity string
	var asJSON, public bool
	command := newCommand("show", "Show the root key's id, never the key", `Shows the id of the workspace's newest root key, as manifests carry it; as JSON,
the ids of all its versions. --public shows the public key that checks the
signatures of manifests and of the ledger: keep it outside the workspace.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
				shown, err := showKeys(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, shown)
				}
				text := shown.ID
				if public {
					text = shown.Verifier
				}
				_, err = fmt.Fprintln(s.streams.Out, text)
				return err
			})
		})
	identityFlag(command, &identity)
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	command.Flags().BoolVar(&public, "public", false, "show the public key that checks signatures")
	return command
}

func showKeys(keysDir, identity string) (shownKeys, error) {
	newest, err := keys.Open(keysDir, identity)
	if err != nil {
		return shownKeys{}, err
	}
	signer, err := newest.Signer()
	if err != nil {
		return shownKeys{}, err
	}
	versions, err := keys.Versions(keysDir)
	shown := shownKeys{ID: newest.ID(), Version: newest.Version(), Verifier: signer.Verifier()}
	for _, version := range versions {
		root, err := keys.OpenVersion(keysDir, identity, version)
		if err != nil {
			return shown, err
		}
		shown.Versions = append(shown.Versions, shownKey{version, root.ID()})
	}
	return shown, err
}

func (s *session) keysRotateCommand() *cobra.Command {
	var identity string
	var files []string
	var synthetic bool
	command := newCommand("rotate", "Make the next version of the trusted third party's root key",
		`Makes the next version of the root key and a crosswalk from every id of the
newest version to its new one, for the participants of the identifier files that
are named. The crosswalk is sealed to the identity and lies beside the keys; it
never leaves the trusted third party. Older versions are kept.

In a research environment's workspace nothing is rotated: a crosswalk there would
join what the new key was to part, and without one every project's next extract
would silently have other ids. When its key has leaked, make a new workspace.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "keys rotate", func(workspace *warehouse.Workspace) error {
				if err := trusted(workspace, "the keys of a research environment are not rotated: running projects would silently get other ids"); err != nil {
					return err
				}
				var before keys.Root
				root, crosswalk, err := keys.Rotate(workspace.KeysDir(), identity, func(old, next keys.Root) ([]keys.Pair, error) {
					before = old
					return s.crosswalk(ctx, files, old.Link(), next.Link(), synthetic)
				})
				if err != nil {
					return err
				}
				if err := s.signBoth(ctx, workspace.Dir, before, root); err != nil {
					return err
				}
				fmt.Fprintf(s.streams.Err, "made root key %s, version %d; the crosswalk is %s\n", root.ID(), root.Version(), crosswalk)
				return nil
			})
		})
	identityFlag(command, &identity)
	command.Flags().StringArrayVar(&files, "file1", nil, "an identifier file whose participants' ids the crosswalk holds; may be given again")
	command.Flags().BoolVar(&synthetic, "synthetic", false, "the people are synthetic: allow NHS numbers of the test range (999)")
	_ = command.MarkFlagRequired("file1") // defined above
	return command
}

// signBoth names the next key in the ledger and signs it with both, so that
// whoever trusts the older key can trust the next.
func (s *session) signBoth(ctx context.Context, workspace string, old, next keys.Root) error {
	for _, root := range []keys.Root{next, old} {
		if _, err := s.sign(ctx, workspace, root); err != nil {
			return err
		}
	}
	return nil
}

// crosswalk pairs the ids of the participants in identifier files under two
// keys.
func (s *session) crosswalk(ctx context.Context, files []string, old, next keys.Linker, synthetic bool) ([]keys.Pair, error) {
	var pairs []keys.Pair
	add := func(kind string, before, after keys.ID) {
		pairs = append(pairs, keys.Pair{Kind: kind, Old: before.Text(), New: after.Text()})
	}
	for _, file := range files {
		err := s.eachParticipant(ctx, file, synthetic, func(study string, one participant) error {
			before, err := old.StudyID(study, one.studyID)
			if err != nil {
				return err
			}
			after, err := next.StudyID(study, one.studyID)
			if err != nil {
				return err
			}
			add("study_id_e", before, after)
			if one.junk != nil {
				return nil
			}
			before, err = old.Person(one.number)
			if err != nil {
				return err
			}
			after, err = next.Person(one.number)
			add("cohortkey_e", before, after)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

func identityFlag(command *cobra.Command, identity *string) {
	command.Flags().StringVar(identity, "identity", "", "the age identity file that opens the root key")
	_ = command.MarkFlagRequired("identity") // the flag was defined a line above
}
