package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/warehouse"
)

// ledger returns the ledger of a workspace's folder.
func (s *session) ledger(workspace string) ledger.Ledger { return ledger.In(workspace, s.now) }

// changing opens the workspace for writing and runs work between two entries of
// the ledger: one before it, without which nothing is changed, and one when the
// change is on the disk, with the hashes that the work returned.
func (s *session) changing(ctx context.Context, command string, event ledger.Event, directories []string, work func(*warehouse.Workspace) (map[string]string, error)) error {
	var begun ledger.Work
	var hashes map[string]string
	err := s.writing(ctx, command, directories, func(workspace *warehouse.Workspace) error {
		var err error
		if begun, err = s.ledger(workspace.Dir).Begin(ctx, event); err != nil {
			return err
		}
		hashes, err = work(workspace)
		return err
	})
	return ended(ctx, begun, hashes, err)
}

// ended adds the entry after a change. When it cannot be added, the ledger names
// the entry before the change as one that has no end.
func ended(ctx context.Context, begun ledger.Work, hashes map[string]string, failure error) error {
	if begun.Entry.Number == 0 {
		return failure
	}
	switch err := begun.End(ctx, hashes, failure); {
	case err == nil:
		return failure
	case failure == nil:
		return cli.Fail(cli.Fault, fmt.Errorf("%s %s is done, and the ledger does not say so: %w", begun.Entry.Kind, begun.Entry.Subject, err), "tre-extract log verify names what began and has no end")
	default:
		return errors.Join(failure, err)
	}
}

// sign signs a checkpoint of a workspace's ledger.
func (s *session) sign(ctx context.Context, workspace string, root keys.Root) (ledger.Checkpoint, error) {
	signer, err := root.Signer()
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	return s.ledger(workspace).Sign(ctx, signer, ledger.KeyEvent(root.Version(), root.ID(), signer.Verifier()))
}

// toolVersion returns the version of this program as it was built.
func toolVersion() string {
	if built, known := debug.ReadBuildInfo(); known && built.Main.Version != "" {
		return built.Main.Version
	}
	return "(devel)"
}

func (s *session) logCommand() *cobra.Command {
	command := newCommand("log", "Show, verify and sign the ledger of what was done", `A workspace keeps a ledger of every load, freeze, plan, run, verification, waiver
and release: who did it, when, and the hashes of what was made. Entries are only
added. A checkpoint signed with the workspace's identity proves every entry before
it; kept elsewhere, it proves that none was cut off.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, fmt.Errorf("log needs a subcommand"), "tre-extract log show, log verify, or log sign --identity FILE")
		})
	command.AddCommand(s.logShowCommand(), s.logVerifyCommand(), s.logSignCommand())
	return command
}

type shownLog struct {
	Entries []ledger.Entry `json:"entries"`
	Torn    int            `json:"torn_bytes"`
	Faults  []ledger.Fault `json:"faults"`
}

func (s *session) logShowCommand() *cobra.Command {
	var kind string
	var asJSON bool
	command := newCommand("show", "Show the entries of the ledger", "Shows who did what and when, the oldest first. Whether the entries are as they\nwere written is for log verify to say.",
		cobra.NoArgs, func(context.Context, []string) error {
			dir, err := s.needWorkspace()
			if err != nil {
				return err
			}
			log, err := s.ledger(dir).Read()
			if err != nil {
				return err
			}
			shown := shownLog{Entries: []ledger.Entry{}, Torn: log.Torn, Faults: append([]ledger.Fault{}, log.Faults...)}
			for _, entry := range log.Entries {
				if kind == "" || string(entry.Kind) == kind {
					shown.Entries = append(shown.Entries, entry)
				}
			}
			if asJSON {
				return cli.WriteJSON(s.streams.Out, shown)
			}
			return shown.write(s.streams.Out)
		})
	command.Flags().StringVar(&kind, "kind", "", "only entries of this kind, such as run")
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (l shownLog) write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "entry\ttime\tuser\twhat\tof\t")
	for _, entry := range l.Entries {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s %s\t%s\t%s\n", entry.Number, entry.Time, entry.User, entry.Kind, entry.Phase, entry.Subject, notes(entry))
	}
	return table.Flush()
}

// notes returns what an entry says beside who, when and what.
func notes(entry ledger.Entry) string {
	var list []string
	if entry.Of != 0 {
		list = append(list, fmt.Sprintf("ends %d", entry.Of))
	}
	if entry.Precedes {
		list = append(list, "its time precedes that of an earlier entry")
	}
	if entry.CutShort > 0 {
		list = append(list, fmt.Sprintf("%d bytes of an unfinished entry were here", entry.CutShort))
	}
	for _, name := range []string{"states", "by", "reason"} {
		if text := entry.Says[name]; text != "" {
			list = append(list, name+": "+text)
		}
	}
	return strings.Join(list, "; ")
}

type logVerifyOptions struct {
	key, checkpoint string
	asJSON          bool
}

func (s *session) logVerifyCommand() *cobra.Command {
	var opts logVerifyOptions
	command := newCommand("verify", "Prove that no entry of the ledger was changed, moved or removed",
		`Compares the entries with each other, with every signed checkpoint, and with what
is in the workspace, and names each that is changed, missing, reordered or cut
off. It says which entries no checkpoint covers yet, which have a time before
that of an earlier one, and what began and has no end.

--key names a file with the public key that must have signed (keys show --public
prints it; keep it outside the workspace). Without it the keys are those that the
ledger itself names, and whoever can write the workspace could have put in his
own. --checkpoint holds a checkpoint that was kept elsewhere against the ledger.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error { return s.verifyLog(ctx, opts) })
	flags := command.Flags()
	flags.StringVar(&opts.key, "key", "", "a file with the public key that must have signed")
	flags.StringVar(&opts.checkpoint, "checkpoint", "", "a file with a checkpoint that log sign printed")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

// verifiedLog is what log verify answers.
type verifiedLog struct {
	ledger.Report
	Verified   bool     `json:"verified"`
	Unrecorded []string `json:"unrecorded"`
	TrustedKey bool     `json:"trusted_key"`
}

func (s *session) verifyLog(ctx context.Context, opts logVerifyOptions) error {
	key, err := publicKey(opts.key)
	if err != nil {
		return err
	}
	kept, err := keptCheckpoint(opts.checkpoint)
	if err != nil {
		return err
	}
	var answer verifiedLog
	err = s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
		log, err := s.ledger(workspace.Dir).Read()
		if err != nil {
			return err
		}
		if answer.Report, err = log.Verify(key, kept...); err != nil {
			return err
		}
		answer.Unrecorded, err = extract.Unrecorded(ctx, workspace.Warehouse, log)
		return err
	})
	if err != nil {
		return err
	}
	answer.Verified, answer.TrustedKey = answer.OK() && len(answer.Unrecorded) == 0, key != ""
	write := answer.write
	if opts.asJSON {
		write = func(w io.Writer) error { return cli.WriteJSON(w, answer) }
	}
	if err := write(s.streams.Out); err != nil {
		return err
	}
	if !answer.Verified {
		return cli.Verdict(cli.Refused)
	}
	return nil
}

// publicKey reads the public key in a file; without a file there is none.
func publicKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", cli.Fail(cli.Usage, err, "keys show --public prints the key")
	}
	key, err := ledger.ParseVerifier(text)
	if err != nil {
		return "", cli.Fail(cli.Usage, fmt.Errorf("%s: %w", path, err), "keys show --public prints the key")
	}
	return key, nil
}

func keptCheckpoint(path string) ([]ledger.Checkpoint, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "log sign prints a checkpoint")
	}
	checkpoint, err := ledger.ParseCheckpoint(text)
	if err != nil {
		return nil, cli.Fail(cli.Usage, fmt.Errorf("%s: %w", path, err), "log sign prints a checkpoint")
	}
	checkpoint.File = path
	return []ledger.Checkpoint{checkpoint}, nil
}

func (a verifiedLog) write(w io.Writer) error {
	for _, fault := range a.Faults {
		fmt.Fprintf(w, "%s [%s]\n", fault.Message, fault.Kind)
	}
	for _, one := range a.Unrecorded {
		fmt.Fprintf(w, "%s [unrecorded]\n", one)
	}
	if a.Torn > 0 {
		fmt.Fprintf(w, "the last entry was cut short (%d bytes): it was not added, and the next one will say so\n", a.Torn)
	}
	for _, number := range a.Open {
		fmt.Fprintf(w, "entry %d: began what has no end: it was killed, or is under way\n", number)
	}
	for _, number := range a.Precede {
		fmt.Fprintf(w, "entry %d: its time precedes that of an earlier one: the clock went back\n", number)
	}
	if a.Unsigned > 0 {
		fmt.Fprintf(w, "%d entries, from %d, are under no checkpoint yet\n", a.Unsigned, a.Signed+1)
	}
	if !a.TrustedKey {
		fmt.Fprintln(w, "the keys are those that the ledger names itself: --key FILE proves it against one that is kept elsewhere")
	}
	verdict := "as they were written"
	if !a.Verified {
		verdict = "NOT as they were written"
	}
	_, err := fmt.Fprintf(w, "%d entries, %d of them under a signed checkpoint, are %s\n", a.Entries, a.Signed, verdict)
	return err
}

func (s *session) logSignCommand() *cobra.Command {
	var identity string
	command := newCommand("sign", "Sign a checkpoint of the ledger and print it",
		`Signs how many entries there are and the hash of them all, and prints it: keep it
outside the workspace, where log verify --checkpoint finds it.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
				root, err := keys.Open(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				checkpoint, err := s.sign(ctx, workspace.Dir, root)
				if err != nil {
					return err
				}
				_, err = s.streams.Out.Write(checkpoint.Text())
				return err
			})
		})
	identityFlag(command, &identity)
	return command
}

// record adds an entry for what changes nothing.
func (s *session) record(ctx context.Context, workspace *warehouse.Workspace, event ledger.Event) error {
	_, err := s.ledger(workspace.Dir).Add(ctx, event)
	return err
}
