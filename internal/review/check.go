package review

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/states"
)

// findings are what a check found, with certificates.
type findings struct {
	checks    int // the entry of the journal that records it
	profile   disclosure.Profile
	report    outputs.Report
	published outputs.Publication
	register  release.Register
	raw       map[string]string               // the names of files as the check has them, by path
	parts     map[string][]outputs.File       // what was read of each, and of what is packed in it
	of        map[string][]outputs.Finding    // by path
	hidden    map[string][]outputs.HiddenCell // by path
	general   []outputs.Finding               // of no file under review
}

// shown is a file's name as text: one that is no text has its odd bytes as codes.
func shown(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	quoted := strconv.QuoteToASCII(name)
	return quoted[1 : len(quoted)-1]
}

// look checks the files for what they hold, and records nothing. Of a file that is
// not as it was reviewed, what was found then is not known any longer.
func (r *Review) look(ctx context.Context, s *standing) error {
	now, found, err := r.examine(ctx, s.checked.Declaration)
	if err != nil {
		return err
	}
	for _, file := range now.Files {
		if known, _ := s.file(file.Path); known.version() != file.version() {
			delete(found.of, file.Path)
			delete(found.hidden, file.Path)
			delete(found.parts, file.Path)
		}
	}
	found.checks = s.checks
	r.found = found
	return nil
}

// refresh checks the files, if nobody has since the journal says what it says of
// them, and records what is new.
func (r *Review) refresh(ctx context.Context, s *standing, opening bool) error {
	if !opening && s.checks == r.found.checks {
		return nil
	}
	if err := r.registered(s); err != nil {
		return err
	}
	return r.recheck(ctx, func(declaration string) (string, error) {
		if opening && r.options.Declaration != "" {
			return r.options.Declaration, nil
		}
		return declaration, nil
	})
}

// registered refuses to check without a register what was checked with one: less
// would be found.
func (r *Review) registered(s *standing) error {
	if s.checked.Register != "" && r.options.Register == "" {
		return fmt.Errorf("%w: against a release register", ErrAnother)
	}
	return nil
}

// errMoved says that somebody else recorded a check meanwhile.
var errMoved = errors.New("somebody else checked the files meanwhile")

// recheck checks the files under what change makes of their declaration, and
// records it unless it is what the review knows.
func (r *Review) recheck(ctx context.Context, change func(declaration string) (string, error)) error {
	for {
		s, err := r.standing()
		if err != nil {
			return err
		}
		declaration, err := change(s.checked.Declaration)
		if err != nil {
			return err
		}
		if err := r.checkAs(ctx, s, declaration); !errors.Is(err, errMoved) {
			return err
		}
	}
}

func (r *Review) checkAs(ctx context.Context, s *standing, declaration string) error {
	now, found, err := r.examine(ctx, declaration)
	if err != nil {
		return err
	}
	known := s.checks
	found.checks = known
	if known == 0 || !sameCheck(now, s.checked) {
		entry, err := r.add(ctx, string(states.Check), func(latest *standing) (any, error) {
			if latest.checks != known {
				return nil, errMoved
			}
			return now, nil
		})
		if err != nil {
			return err
		}
		found.checks = entry.Number
	}
	r.found = found
	return nil
}

// sameCheck reports whether two checks found the same. That something left
// meanwhile is nothing new as long as no verdict is another.
func sameCheck(a, b Checked) bool {
	return a.Declaration == b.Declaration && reflect.DeepEqual(a.Files, b.Files) && (a.Register == "") == (b.Register == "")
}

// examine checks the files and hashes each whole.
func (r *Review) examine(ctx context.Context, declaration string) (Checked, findings, error) {
	fail := func(err error) (Checked, findings, error) { return Checked{}, findings{}, err }
	options, err := r.checkOptions(declaration)
	if err != nil {
		return fail(err)
	}
	found := findings{profile: options.Profile}
	now := Checked{Declaration: declaration, Files: []CheckedFile{}}
	if r.options.Register == "" {
		found.report, err = outputs.Check(ctx, []string{r.options.Path}, options)
	} else {
		found.report, found.published, err = outputs.Examine(ctx, []string{r.options.Path}, options)
	}
	if err != nil {
		return fail(err)
	}
	if r.options.Register != "" {
		if err := r.compare(ctx, &found); err != nil {
			return fail(err)
		}
		now.Register = cmp.Or(found.register.Head(), "empty")
	}
	if err := r.files(&now, &found); err != nil {
		return fail(err)
	}
	return now, found, nil
}

// checkOptions are those of a check under a declaration.
func (r *Review) checkOptions(declaration string) (outputs.Options, error) {
	profile, err := r.options.Profiles(r.options.Rules)
	if err != nil {
		return outputs.Options{}, err
	}
	options := outputs.Options{Profile: profile, Profiles: r.options.Profiles, Limits: r.options.Limits}
	if declaration != "" {
		options.Declaration, err = outputs.ParseDeclaration(strings.NewReader(declaration))
	}
	return options, err
}

// compare adds what the files give away together with what left before.
func (r *Review) compare(ctx context.Context, found *findings) error {
	var err error
	if found.register, err = release.OpenRegister(r.options.Register); err != nil {
		return err
	}
	source := release.Source{Rules: found.profile.Name(), Paths: []string{r.options.Path}, Report: found.report, Published: found.published}
	left, err := release.Of(source)
	if err != nil {
		return err
	}
	more, err := release.Compare(ctx, found.profile, left, found.register.Releases)
	if err != nil {
		return err
	}
	found.report = found.report.With(more)
	return nil
}

// files parts what was found by file, and says of each file what it is.
func (r *Review) files(now *Checked, found *findings) error {
	found.raw = map[string]string{}
	var names []string
	for _, file := range found.report.Files {
		checked, err := r.file(file)
		if file.IsPart(err) && !errors.Is(err, outputs.ErrNotRegular) {
			continue // it is packed in another
		}
		if errors.Is(err, outputs.ErrChanged) {
			return fmt.Errorf("%s: %w", notation.Printable(file.Path), err)
		}
		if other, taken := found.raw[checked.Path]; taken {
			return fmt.Errorf("two files cannot be told apart by their names: %q and %q", other, file.Path)
		}
		found.raw[checked.Path] = file.Path
		now.Files = append(now.Files, checked)
		names = append(names, checked.Path)
	}
	if len(now.Files) == 0 {
		return errors.New("there is no file to review")
	}
	r.assign(found)
	collisions := bundle.Collisions(names)
	for i := range now.Files {
		now.Files[i].judge(found, collisions)
	}
	slices.SortFunc(now.Files, func(a, b CheckedFile) int { return strings.Compare(a.Path, b.Path) })
	return nil
}

// file says what a file is, and why it could not be released; the error is that
// of opening it.
func (r *Review) file(file outputs.File) (CheckedFile, error) {
	checked := CheckedFile{Path: shown(file.Path), Kind: file.Kind, Bytes: file.Bytes}
	stream, err := outputs.Open([]string{r.options.Path}, file.Path)
	if err != nil {
		checked.Stays = "it is a link, a folder or no file that can be opened"
		return checked, err
	}
	defer stream.Close()
	if file.SHA256 == "" {
		checked.Stays = "nobody looked into it"
		return checked, nil
	}
	seal := file.Seal()
	if _, err := io.Copy(seal, stream); err != nil {
		return checked, err
	}
	if checked.SHA256, checked.Bytes, err = seal.Sum(); err != nil {
		return checked, err
	}
	if info, err := stream.Stat(); err == nil {
		r.hashed[checked.Path] = statOf(info, checked.SHA256)
	}
	return checked, nil
}

// assign parts the findings by file; those of a file that is packed in another
// are the other's.
func (r *Review) assign(found *findings) {
	byShown := map[string]string{}
	for name, raw := range found.raw {
		byShown[notation.Printable(raw)] = name
	}
	owner := func(name string) string {
		for part := name; part != "." && part != "/"; part = path.Dir(part) {
			if known, is := byShown[part]; is {
				return known
			}
		}
		return ""
	}
	found.of, found.hidden = map[string][]outputs.Finding{}, map[string][]outputs.HiddenCell{}
	found.parts, found.general = map[string][]outputs.File{}, nil
	for _, finding := range found.report.Findings {
		name := owner(finding.File)
		if name == "" {
			found.general = append(found.general, finding)
			continue
		}
		found.of[name] = append(found.of[name], finding)
	}
	for _, cell := range found.report.Hidden {
		name := owner(notation.Printable(cell.File))
		found.hidden[name] = append(found.hidden[name], cell)
	}
	for _, file := range found.report.Files {
		name := owner(notation.Printable(file.Path))
		found.parts[name] = append(found.parts[name], file)
	}
}

// judge gives a file its verdict, and says why it stays whoever approves it.
func (f *CheckedFile) judge(found *findings, collisions map[string]string) {
	f.Verdict, f.Found = outputs.Safe, digest(found.of[f.Path])
	for _, finding := range found.of[f.Path] {
		switch {
		case finding.Severity == outputs.Failed:
			f.Verdict = outputs.Fail
		case finding.Severity == outputs.ForReview && f.Verdict == outputs.Safe:
			f.Verdict = outputs.Review
		}
		if finding.Check == "FIL033" && f.Stays == "" {
			f.Stays = "it was declared to help the check, and not to be released"
		}
	}
	if f.Stays != "" {
		return
	}
	if other, collides := collisions[f.Path]; collides {
		f.Stays = fmt.Sprintf("on some systems its name is that of %q", other)
	}
	if err := bundle.CheckName(f.Path); err != nil {
		f.Stays = err.Error()
	}
}

// digest stands for which findings there are, and where. It does not tell them.
func digest(list []outputs.Finding) string {
	hash := sha256.New()
	for _, f := range list {
		fmt.Fprintf(hash, "%q\n", []string{f.Check, string(f.Severity), f.File, f.Table, strconv.Itoa(f.Line), f.Row, f.Column, f.Message})
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// Correct says what the tables of one file mean, in place of what was guessed or
// declared before, and checks the files again at once. What is said of other files
// stays. Decisions on files in which something else is found now do not count any longer.
// It is refused while somebody else holds the file.
func (r *Review) Correct(ctx context.Context, said outputs.DeclaredFile) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.current(ctx)
	if err != nil {
		return err
	}
	if err := s.mayReview(r.options.Me.Name, r.options.Me.User); err != nil {
		return err
	}
	holders, err := r.holders(said.Path)
	if err != nil {
		return err
	}
	if len(holders) > 0 {
		return refusal("held", fmt.Sprintf("%s has %q open", holders[0], said.Path), "wait until they have closed it")
	}
	return r.recheck(ctx, func(declaration string) (string, error) { return corrected(declaration, said) })
}

// Recheck reads and checks the files again, as they are now.
func (r *Review) Recheck(ctx context.Context) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.recheck(ctx, func(declaration string) (string, error) { return declaration, nil })
}

// Declaration returns what the tables were declared to mean, as TOML.
func (r *Review) Declaration() (string, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.standing()
	if err != nil {
		return "", err
	}
	return s.checked.Declaration, nil
}

// current returns the review as it stands, with the findings that belong to it.
func (r *Review) current(ctx context.Context) (*standing, error) {
	s, err := r.standing()
	if err != nil {
		return nil, err
	}
	if r.found.checks == 0 || isOver(s.state()) || s.checks == r.found.checks {
		return s, nil // it was opened to be looked at, or nothing is new
	}
	if err := r.refresh(ctx, s, false); err != nil {
		return nil, err
	}
	return r.standing()
}
