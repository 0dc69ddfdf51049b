// Package cli is the one room that touches the standard streams: exit codes,
// error and hint lines, progress. Both programs are built on it.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// Exit codes, the same for both programs.
const (
	OK          = 0   // done, or safe
	Fault       = 1   // something broke that the user did not cause
	Usage       = 2   // the command line makes no sense
	InvalidSpec = 3   // a specification is wrong
	BadInput    = 4   // input data does not fit its specification
	Refused     = 5   // disclosure refused, or a check failed
	Review      = 6   // a person must decide
	Interrupted = 130 // stopped by the user
)

// ExitCodeHelp is the paragraph on exit codes that every command's help ends with.
const ExitCodeHelp = `Exit codes:
  0  done, or safe
  1  fault
  2  usage
  3  a spec is invalid
  4  input data does not fit its spec
  5  disclosure refused, or a check failed
  6  a person must decide, or stale
  130  interrupted`

// Streams are where a program reads and writes: results go to Out, talk to Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit is an error that knows its exit code and how to mend the cause.
type Exit struct {
	Code int
	Err  error
	Hint string
}

// Error returns the message without the hint.
func (e *Exit) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Exit) Unwrap() error { return e.Err }

// Fail returns an error with an exit code and a hint; the hint may be empty.
func Fail(code int, err error, hint string) error { return &Exit{code, err, hint} }

// Verdict is an exit code that is an answer and not an error: nothing is said.
type Verdict int

// Error satisfies error; it is never printed.
func (v Verdict) Error() string { return fmt.Sprintf("exit code %d", int(v)) }

// Main runs a program on the process's own streams and arguments and returns
// its exit code. An interrupt cancels the context, so that work in progress is
// undone and not abandoned.
func Main(program func(ctx context.Context, streams Streams, args []string) int) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return program(ctx, Streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
}

// Execute runs a command tree and turns what it returns into lines on the
// error stream and an exit code.
func Execute(ctx context.Context, root *cobra.Command, streams Streams, args []string) int {
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return usage(err, command)
	})
	return report(streams.Err, root.ExecuteContext(ctx), ctx)
}

func usage(err error, command *cobra.Command) error {
	return Fail(Usage, err, fmt.Sprintf("%s --help shows how it is used", command.CommandPath()))
}

// Arguments wraps a cobra argument check so that its errors are usage errors.
func Arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if err := check(command, args); err != nil {
			return usage(err, command)
		}
		return nil
	}
}

func report(w io.Writer, err error, ctx context.Context) int {
	var verdict Verdict
	var exit *Exit
	var invalid *spec.Invalid
	var input *diagnostic.Input
	var refusal *diagnostic.Refusal
	switch {
	case err == nil:
		return OK
	case errors.As(err, &verdict):
		return int(verdict)
	case ctx.Err() != nil:
		fmt.Fprintln(w, "error: interrupted; nothing was changed")
		return Interrupted
	case errors.As(err, &exit):
		printError(w, err.Error(), exit.Hint)
		return exit.Code
	case errors.As(err, &invalid):
		printError(w, err.Error(), "")
		return InvalidSpec
	case errors.As(err, &input):
		printError(w, err.Error(), input.Hint)
		return BadInput
	case errors.As(err, &refusal):
		printError(w, err.Error(), refusal.Hint)
		return Refused
	case isOfFlags(err.Error()):
		printError(w, err.Error(), "--help shows how the command is used")
		return Usage
	case strings.HasPrefix(err.Error(), "unknown command"):
		printError(w, strings.ReplaceAll(err.Error(), "\n", " "), "--help lists the commands")
		return Usage
	default:
		printError(w, err.Error(), "")
		return Fault
	}
}

// isOfFlags reports a message of the command line's library on flags that are
// missing, or that do not go together.
func isOfFlags(message string) bool {
	for _, start := range []string{"required flag(s)", "if any flags in the group", "at least one of the flags in the group"} {
		if strings.HasPrefix(message, start) {
			return true
		}
	}
	return false
}

func printError(w io.Writer, message, hint string) {
	for _, line := range strings.Split(message, "\n") {
		fmt.Fprintln(w, "error: "+line)
	}
	if hint != "" {
		fmt.Fprintln(w, "hint: "+hint)
	}
}

// WriteJSON writes an answer as indented JSON, as --json asks.
func WriteJSON(w io.Writer, answer any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answer)
}

// WriteFile writes a whole file or none: it grows under another name and
// appears by one rename, which takes the place of a file and of nothing else.
func WriteFile(path string, content []byte) error {
	if there, err := os.Lstat(path); err == nil && !there.Mode().IsRegular() {
		return Fail(Usage, fmt.Errorf("%s is there, and is no file", path), "name another file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".unfinished-*")
	if err != nil {
		return err
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(0o644), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}

// Specs returns the specification tree: the directory if one is named, the
// embedded tree otherwise.
func Specs(directory string) (fs.FS, error) {
	if directory == "" {
		return specs.Files, nil
	}
	info, err := os.Stat(directory)
	if err != nil || !info.IsDir() {
		return nil, Fail(Usage, fmt.Errorf("--specs %s is not a directory", directory), "it has the shape of the project's specs/")
	}
	return os.DirFS(directory), nil
}
