package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/desk"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
)

// reviewing is what commands of a review share.
type reviewing struct {
	checking
	review, register, reviewers, key string
	authors                          []string
	json                             bool
}

func (o *reviewing) flags(command *cobra.Command) {
	o.checking.flags(command)
	flags := command.Flags()
	flags.StringVar(&o.review, "review", "", "the review's folder; PATH"+review.DirSuffix+" when it is not given")
	flags.StringVar(&o.register, "register", "", "the folder that holds what left before")
	flags.StringVar(&o.reviewers, "reviewers", "", "a file of the names and public keys of those who may review; see tre-check reviewer")
	flags.StringVar(&o.key, "key", "", "the file of your private key, where reviewers have keys")
	flags.StringArrayVar(&o.authors, "author", nil, "whose files they are, when the review begins; the owner of PATH when it is not given")
	flags.BoolVar(&o.json, "json", false, "answer as JSON")
}

type reviewOptions struct {
	reviewing
	status, check, finish, leave, withdraw bool
	decide                                 []string
	comment, report, letter                string
	port                                   int
	bundles, workspace                     string
}

func (s *session) reviewCommand() *cobra.Command {
	var opts reviewOptions
	command := &cobra.Command{
		Use:   "review PATH",
		Short: "Review files before they leave, two people independently",
		Long: `Two people decide on each file: approve, changes (please), reject. Neither sees
what the other decided before both have finished; an author does not review. Every
decision is on the disk when it is said to be saved. It is of the bytes that were
checked: a file that changes afterwards (INT001) loses its decisions.

Without another flag the review opens in a browser on this machine: the address
that is printed works once, and nothing leaves the machine. The flags do the same
work without a browser.

The review is kept in a folder beside PATH, which must stay inside. Reviewers are
users of the system, or stand with their public keys in a file and sign.

What both approve is sealed on the page, or with tre-check seal.

` + cli.ExitCodeHelp,
		Example: `  tre-check review results/ --author carol
  tre-check review results/ --status
  tre-check review results/ --decide table.csv=approve --decide 'figures/*=reject' --comment "axes end at single people"
  tre-check review results/ --finish --comment "counts are rounded, figures stay"
  tre-check review results/ --letter letter.md`,
		Args: cli.Arguments(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return explainReview(s.review(command.Context(), args[0], opts, command.Flags().Changed("rules")))
		},
	}
	opts.reviewing.flags(command)
	flags := command.Flags()
	flags.BoolVar(&opts.status, "status", false, "tell how the review stands, and change nothing")
	flags.BoolVar(&opts.check, "check", false, "check the files, again if they were, and tell how the review stands")
	flags.IntVar(&opts.port, "port", 0, "the port of the page; a free one when it is not given")
	flags.StringVar(&opts.bundles, "bundles", "", "the folder in which the page makes release bundles")
	flags.StringVarP(&opts.workspace, "workspace", "w", os.Getenv("TRE_WORKSPACE"), "the workspace whose ledger records a release; the review's folder when none is named")
	flags.StringArrayVar(&opts.decide, "decide", nil, "FILE=approve, FILE=changes or FILE=reject; FILE may be a pattern")
	flags.StringVar(&opts.comment, "comment", "", "why; with --finish, on the whole")
	flags.BoolVar(&opts.finish, "finish", false, "say that you have decided on every file")
	flags.BoolVar(&opts.leave, "leave", false, "give the review up; your decisions do not count any longer")
	flags.BoolVar(&opts.withdraw, "withdraw", false, "take your files back, as their author")
	flags.StringVar(&opts.report, "report", "", "write the whole review to this file, as a page for the record")
	flags.StringVar(&opts.letter, "letter", "", "write to the researcher what to change and how: FILE.md or FILE.html")
	command.MarkFlagsMutuallyExclusive("status", "check", "decide", "finish", "leave", "withdraw", "report", "letter")
	return command
}

func (s *session) review(ctx context.Context, path string, opts reviewOptions, ruled bool) error {
	if opts.status {
		return s.reviewStatus(ctx, path, opts)
	}
	open := review.Open
	if opts.acts() {
		if opts.declare != "" {
			return cli.Fail(cli.Usage, errors.New("a declaration has the files checked again"), "give it alone first, look at what was found, and decide then")
		}
		open = resume
	}
	r, err := s.openReview(ctx, path, opts.reviewing, ruled, open)
	if err != nil {
		return err
	}
	switch {
	case !opts.acts() && !opts.check && !opts.json:
		return s.serveReview(ctx, r, opts)
	case len(opts.decide) > 0:
		err = s.reviewDecide(ctx, r, opts)
	case opts.finish:
		err = r.Finish(ctx, opts.comment)
	case opts.leave:
		err = r.Leave(ctx)
	case opts.withdraw:
		err = r.Withdraw(ctx)
	case opts.report != "":
		return writePage(opts.report, func(w io.Writer) error { return r.Record(ctx, w) })
	case opts.letter != "":
		return writeLetter(ctx, r, opts.letter)
	}
	if err != nil {
		return err
	}
	o, err := r.Overview(ctx)
	if err != nil {
		return err
	}
	if opts.json {
		return cli.WriteJSON(s.streams.Out, o)
	}
	return s.tellReview(o)
}

// serveReview serves the reviewer's desk until the program is interrupted. What was
// saved by then is kept.
func (s *session) serveReview(ctx context.Context, r *review.Review, opts reviewOptions) error {
	return desk.Serve(ctx, r, desk.Options{
		Port: opts.port, Bundles: opts.bundles, Ledger: opts.workspace, Now: s.now,
		Ready: func(address string) {
			fmt.Fprintf(s.streams.Out, "%s\n", address)
			fmt.Fprintln(s.streams.Err, "Open this address in a browser on this machine; it works once. Ctrl-C ends the program, and what was saved stays.")
		},
	})
}

// reviewStatus answers how a review stands; the exit code says whether somebody
// must do something.
func (s *session) reviewStatus(ctx context.Context, path string, opts reviewOptions) error {
	options, err := s.reviewOptions(path, opts.reviewing)
	if err != nil {
		return err
	}
	r, err := review.Look(ctx, options)
	if err != nil {
		return err
	}
	o, err := r.Overview(ctx)
	if err != nil {
		return err
	}
	if opts.json {
		err = cli.WriteJSON(s.streams.Out, o)
	} else {
		err = s.tellReview(o)
	}
	if err != nil {
		return err
	}
	switch {
	case len(o.Changed())+len(o.Added) > 0:
		return cli.Verdict(cli.Review)
	case o.State == states.Approved, o.State == states.Released:
		return nil
	case o.State == states.Rejected, o.State == states.Withdrawn:
		return cli.Verdict(cli.Refused)
	}
	return cli.Verdict(cli.Review)
}

// acts reports whether something is done in the review: that is of the files as
// they were checked, and checks them not again.
func (o reviewOptions) acts() bool {
	return len(o.decide) > 0 || o.finish || o.leave || o.withdraw || o.report != "" || o.letter != ""
}

// opening opens a review in one of several ways.
type opening func(ctx context.Context, options review.Options) (*review.Review, error)

// resume opens a review as it stands, or begins it.
func resume(ctx context.Context, options review.Options) (*review.Review, error) {
	r, err := review.Resume(ctx, options)
	if errors.Is(err, review.ErrNone) {
		return review.Open(ctx, options)
	}
	return r, err
}

func (s *session) openReview(ctx context.Context, path string, opts reviewing, ruled bool, open opening) (*review.Review, error) {
	options, err := s.reviewOptions(path, opts)
	if err != nil {
		return nil, err
	}
	if _, err := review.Look(ctx, options); ruled || errors.Is(err, review.ErrNone) {
		options.Rules = opts.rules
	}
	return open(ctx, options)
}

func (s *session) reviewOptions(path string, opts reviewing) (review.Options, error) {
	options := review.Options{
		Path: path, Dir: opts.review, Me: people.System(), Register: opts.register, Now: s.now, Authors: opts.authors, Tool: version(),
		Profiles: func(name string) (disclosure.Profile, error) { return loadRules(opts.specs, name) },
	}
	var err error
	if opts.key != "" {
		if options.Me, err = people.ReadKey(opts.key); err != nil {
			return options, fmt.Errorf("%s: %w", opts.key, err)
		}
	}
	if opts.reviewers != "" {
		file, err := os.Open(opts.reviewers)
		if err != nil {
			return options, cli.Fail(cli.Usage, err, "--reviewers names a file; tre-check reviewer new prints what stands in it")
		}
		defer file.Close()
		if options.Roster, err = people.ParseRoster(opts.reviewers, file); err != nil {
			return options, err
		}
	}
	if opts.declare != "" {
		text, err := os.ReadFile(opts.declare)
		if err != nil {
			return options, cli.Fail(cli.Usage, err, "--declare names a file; tre-check declare drafts one")
		}
		options.Declaration = string(text)
	}
	return options, nil
}

// version is that of this program as it was built.
func version() string {
	if built, known := debug.ReadBuildInfo(); known && built.Main.Version != "" {
		return built.Main.Version
	}
	return "(devel)"
}

// reviewDecide records decisions given as FILE=DECISION.
func (s *session) reviewDecide(ctx context.Context, r *review.Review, opts reviewOptions) error {
	o, err := r.Overview(ctx)
	if err != nil {
		return err
	}
	var choices []review.Choice
	for _, text := range opts.decide {
		at := strings.LastIndex(text, "=")
		if at < 0 {
			return cli.Fail(cli.Usage, fmt.Errorf("%q decides nothing", text), "--decide takes FILE=approve, FILE=changes or FILE=reject")
		}
		decision, err := states.ParseDecision(text[at+1:])
		if err != nil {
			return cli.Fail(cli.Usage, err, "--decide takes FILE=approve, FILE=changes or FILE=reject")
		}
		files := matching(o.Files, text[:at])
		if len(files) == 0 {
			return cli.Fail(cli.Usage, fmt.Errorf("no file under review is %q", text[:at]), "--status lists the files")
		}
		for _, file := range files {
			choices = append(choices, review.Choice{Path: file.Path, Decision: decision, Comment: opts.comment, SHA256: file.SHA256})
		}
	}
	if err := r.Decide(ctx, choices...); err != nil {
		return err
	}
	for _, choice := range choices {
		if r.Withholds(choice.Path, choice.Comment) {
			fmt.Fprintf(s.streams.Err, "warning: a number in the comment may tell what is hidden in %s: the letter to the researcher leaves it out\n", notation.Printable(choice.Path))
		}
		if !opts.json {
			fmt.Fprintf(s.streams.Out, "saved: %s %s\n", choice.Decision, notation.Printable(choice.Path))
		}
	}
	return nil
}

// matching lists the files of a name, or of a pattern.
func matching(files []review.Item, pattern string) []review.Item {
	var list []review.Item
	for _, file := range files {
		if fits, err := path.Match(pattern, file.Path); file.Path == pattern || err == nil && fits {
			list = append(list, file)
		}
	}
	return list
}

// tellReview writes how a review stands, as the person may see it.
func (s *session) tellReview(o review.Overview) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s (rules %s, by %s)\n%s\n", notation.Printable(o.Path), o.State, notation.Printable(o.Rules), notation.Printable(strings.Join(o.Authors, ", ")), o.Means)
	if o.Sealing {
		fmt.Fprintln(&b, "A seal is under way, or was cut short: tre-check seal finishes it.")
	}
	if o.WhyNot != "" {
		fmt.Fprintf(&b, "You cannot decide: %s.\n", notation.Printable(o.WhyNot))
	}
	for _, one := range o.Reviewers {
		finished := ""
		if one.Finished {
			finished = ", finished"
		}
		fmt.Fprintf(&b, "%s: %d of %d decided%s\n", notation.Printable(one.Name), one.Decided, len(o.Files), finished)
	}
	fmt.Fprintln(&b)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\tverdict\tyours\ttogether\t")
	for _, file := range o.Files {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", notation.Printable(file.Path), file.Verdict, mine(file), together(o, file), remarks(file))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, name := range o.Added {
		fmt.Fprintf(&b, "%s: was added and not checked\n", notation.Printable(name))
	}
	_, err := b.WriteTo(s.streams.Out)
	return err
}

func mine(file review.Item) string {
	if file.Mine == nil {
		return "-"
	}
	return string(file.Mine.Decision)
}

func together(o review.Overview, file review.Item) string {
	switch {
	case file.Outcome != review.NoOutcome:
		return string(file.Outcome)
	case o.Blind:
		return "not told yet"
	}
	return "-"
}

// remarks say what else there is to know of a file.
func remarks(file review.Item) string {
	var list []string
	if file.Changed {
		list = append(list, "INT001: it changed since it was checked")
	}
	if file.Stays != "" {
		list = append(list, "cannot leave: "+file.Stays)
	}
	return notation.Printable(strings.Join(list, "; "))
}

func writePage(name string, write func(w io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	return cli.WriteFile(name, text.Bytes())
}

func writeLetter(ctx context.Context, r *review.Review, name string) error {
	letter, err := r.Letter(ctx)
	if err != nil {
		return err
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".md":
		return writePage(name, letter.Markdown)
	case ".html":
		return writePage(name, letter.HTML)
	}
	return cli.Fail(cli.Usage, fmt.Errorf("%s is neither Markdown nor HTML", name), "--letter takes FILE.md or FILE.html")
}

// explainReview gives the errors of a review their exit codes.
func explainReview(err error) error {
	for _, known := range []struct {
		is   error
		code int
		hint string
	}{
		{review.ErrNone, cli.Usage, "tre-check review PATH begins one"},
		{review.ErrAnother, cli.Usage, "say the same as when it began, or begin another with --review DIR"},
		{review.ErrInside, cli.Usage, "--review names a folder outside PATH: what is under review holds nothing else"},
		{review.ErrAuthor, cli.Usage, "add --author NAME"},
		{review.ErrNoRegister, cli.Usage, "add --register DIR"},
		{bundle.ErrThere, cli.Usage, "--out names a folder that is absent or empty"},
		{bundle.ErrForm, cli.BadInput, "it is no bundle that tre-check sealed, or it was changed since"},
		{journal.ErrBroken, cli.BadInput, "restore the review's folder from a backup, or begin another with --review DIR"},
		{ledger.ErrBroken, cli.BadInput, "restore the ledger from a backup"},
		{ledger.ErrKey, cli.Usage, "a public key is what tre-check reviewer new printed, or a file of it"},
		{people.ErrPrivateKey, cli.Usage, "tre-check reviewer new makes one"},
		{people.ErrOpenKey, cli.Usage, "chmod 600 FILE, and ask yourself who has read it"},
		{fs.ErrNotExist, cli.Usage, "name what is there"},
		{fs.ErrPermission, cli.Usage, "two users of the system need a review's folder that both may write: make it before, with chmod 2770, and name it with --review"},
	} {
		if errors.Is(err, known.is) {
			var exit *cli.Exit
			if errors.As(err, &exit) {
				return err
			}
			return cli.Fail(known.code, err, known.hint)
		}
	}
	return explainRegister(err)
}
