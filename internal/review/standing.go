package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
)

// standing is a review as it follows from its journal. The same code takes the
// entries of a journal that is read and an entry that is to be added, so that
// nothing stands in a journal that could not have been done.
type standing struct {
	Submission
	id       string // the hash of the submission's entry
	entries  int    // how many of the journal were taken
	head     string // the hash of the newest of them
	checked  Checked
	checks   int // the number of the newest entry that says what was checked
	seats    []string
	votes    map[string]map[string]Vote // by person and path; those that count
	finished map[string]Finish          // by person; those that count
	seen     map[version]map[string]bool
	told     []Told
	sealed   *Sealed
	back     bool // withdrawn
}

// version is a file as it was judged.
type version struct {
	path, sha256, found string
	verdict             outputs.Verdict
}

// Told is that somebody did something, and not what they decided.
type Told struct {
	Number int
	At     string // UTC, RFC 3339
	By     string
	Act    states.Act
	Files  int // how many files it is about
}

func (v Vote) version() version { return version{v.Path, v.SHA256, v.Found, v.Verdict} }

func (f CheckedFile) version() version { return version{f.Path, f.SHA256, f.Found, f.Verdict} }

// stand reads a review's journal.
func stand(log journal.Log) (*standing, error) {
	s := &standing{
		votes: map[string]map[string]Vote{}, finished: map[string]Finish{}, seen: map[version]map[string]bool{},
	}
	return s, s.follow(log)
}

// isOf reports whether a journal begins with the entries that were taken.
func (s *standing) isOf(log journal.Log) bool {
	return len(log.Entries) >= s.entries && (s.entries == 0 || log.Entries[s.entries-1].Hash() == s.head)
}

// follow takes the entries of a journal that were added to it.
func (s *standing) follow(log journal.Log) error {
	for _, entry := range log.Entries[s.entries:] {
		if err := s.take(entry); err != nil {
			if errors.Is(err, journal.ErrBroken) {
				return err
			}
			return fmt.Errorf("%w: entry %d: %w", journal.ErrBroken, entry.Number, err)
		}
		if err := s.signature(entry); err != nil {
			return fmt.Errorf("%w: entry %d: %w", journal.ErrBroken, entry.Number, err)
		}
		s.taken(entry)
	}
	return nil
}

// taken notes that an entry stands in the journal.
func (s *standing) taken(entry journal.Entry) {
	s.entries, s.head = entry.Number, entry.Hash()
	if entry.Act == submit {
		s.id = entry.Hash()
	}
}

// take does what an entry says, unless the rules refuse it.
func (s *standing) take(entry journal.Entry) error {
	if (entry.Act == submit) != (s.Format == "") {
		return errors.New("a review begins with one submission")
	}
	if entry.Act == submit {
		return s.submit(entry)
	}
	before, act := s.state(), states.Act(entry.Act)
	leads := before.Leads(act)
	if leads == nil {
		return refusal("state", fmt.Sprintf("a review that is %s takes no %q", before, act), before.Means())
	}
	if err := s.mayDo(act, entry); err != nil {
		return err
	}
	if err := s.do(act, entry); err != nil {
		return err
	}
	if after := s.state(); !slices.Contains(leads, after) {
		return fmt.Errorf("%q led from %s to %s, which the table of states does not have", act, before, after)
	}
	return nil
}

func (s *standing) do(act states.Act, entry journal.Entry) error {
	switch act {
	case states.Check:
		return s.check(entry)
	case states.Decide:
		return s.decide(entry)
	case states.Finish:
		return s.finish(entry)
	case states.Leave:
		s.tell(entry, len(s.votes[entry.By]))
		s.leave(entry.By)
	case states.Withdraw:
		s.tell(entry, 0)
		s.back = true
	case states.Seal:
		return s.seal(entry)
	}
	return nil
}

func refusal(rule, message, hint string) error {
	return &diagnostic.Refusal{Rule: rule, Message: message, Hint: hint}
}

func (s *standing) tell(entry journal.Entry, files int) {
	s.told = append(s.told, Told{Number: entry.Number, At: entry.At, By: entry.By, Act: states.Act(entry.Act), Files: files})
}

func (s *standing) submit(entry journal.Entry) error {
	if err := bodyOf(entry, &s.Submission); err != nil {
		return err
	}
	if s.Format != format || s.Reviewers != states.Reviewers() || len(s.Authors) == 0 {
		return errors.New("it is the submission of another form of review")
	}
	return nil
}

// mayDo reports whether the person of an entry may do what it says.
func (s *standing) mayDo(act states.Act, entry journal.Entry) error {
	switch act {
	case states.Withdraw:
		if !s.isAuthor(entry.By, entry.User) {
			return refusal("author", "only the author takes files back", "a reviewer rejects them")
		}
	case states.Decide:
		return s.mayReview(entry.By, entry.User)
	case states.Finish, states.Leave:
		if !slices.Contains(s.seats, entry.By) {
			return refusal("reviewer", entry.By+" has decided on nothing yet", "decide on every file first")
		}
	}
	return nil
}

// mayReview says why somebody may not decide, or nothing.
func (s *standing) mayReview(name, user string) error {
	switch {
	case s.isAuthor(name, user):
		return refusal("author", name+" is an author of these files, and an author does not review them", "two others decide")
	case len(s.Roster) > 0 && s.Roster.Key(name) == "":
		return refusal("reviewer", name+" is not on the review's list of reviewers", "--as and --key name somebody who is")
	case !slices.Contains(s.seats, name) && len(s.seats) >= s.Reviewers:
		return refusal("reviewer", fmt.Sprintf("%s review it already", strings.Join(s.seats, " and ")), "one of them may leave the review to somebody else")
	}
	return nil
}

func (s *standing) isAuthor(name, user string) bool {
	return slices.ContainsFunc(s.Authors, func(author string) bool {
		return strings.EqualFold(author, name) || strings.EqualFold(author, user)
	})
}

// signature checks that an entry is by whom it says, where people have keys.
// What is checked and who submits needs none, since a seal checks the files
// itself; nor does a seal, whose receipt is signed, and which another may finish
// when it was cut short.
func (s *standing) signature(entry journal.Entry) error {
	key := s.Roster.Key(entry.By)
	if entry.Signature == "" && (len(s.Roster) == 0 || mayBeUnsigned(entry.Act)) {
		return nil
	}
	statement, err := entry.Statement()
	if err != nil {
		return err
	}
	return people.Verify(key, statement, entry.Signature)
}

func mayBeUnsigned(act string) bool {
	switch act {
	case submit, string(states.Check), string(states.Withdraw), string(states.Seal):
		return true
	}
	return false
}

// check takes the files as they are now. Decisions on what is no longer there, or
// is judged otherwise, do not count any more, and nobody has finished.
func (s *standing) check(entry journal.Entry) error {
	var now Checked
	if err := bodyOf(entry, &now); err != nil {
		return err
	}
	s.checked, s.checks = now, entry.Number
	current := map[version]bool{}
	for _, file := range now.Files {
		current[file.version()] = true
	}
	for _, votes := range s.votes {
		for path, vote := range votes {
			if !current[vote.version()] {
				delete(votes, path)
			}
		}
	}
	clear(s.finished)
	s.tell(entry, len(now.Files))
	return nil
}

func (s *standing) decide(entry journal.Entry) error {
	var now decided
	if err := bodyOf(entry, &now); err != nil {
		return err
	}
	if len(now.Votes) == 0 {
		return refusal("decision", "no file is decided on", "")
	}
	for _, vote := range now.Votes {
		if err := s.mayVote(vote); err != nil {
			return err
		}
	}
	if !slices.Contains(s.seats, entry.By) {
		s.seats = append(s.seats, entry.By)
		s.votes[entry.By] = map[string]Vote{}
	}
	for _, vote := range now.Votes {
		s.votes[entry.By][vote.Path] = vote
	}
	delete(s.finished, entry.By)
	s.tell(entry, len(now.Votes))
	return nil
}

// mayVote says why a decision is refused, or nothing.
func (s *standing) mayVote(vote Vote) error {
	file, known := s.file(vote.Path)
	because, needs := states.NeedsComment(vote.Decision, string(file.Verdict))
	switch {
	case !known:
		return errNotReviewed(vote.Path)
	case file.version() != vote.version():
		return refusal("INT001", fmt.Sprintf("%q is not as it was when it was looked at", vote.Path), "look at it again")
	case !slices.Contains(states.Decisions(), vote.Decision):
		return refusal("decision", fmt.Sprintf("%q is no decision", vote.Decision), "")
	case vote.Decision == states.Approve && file.Stays != "":
		return refusal("file", fmt.Sprintf("%q cannot be approved: %s", vote.Path, file.Stays), "reject it, or ask for changes")
	case needs && strings.TrimSpace(vote.Comment) == "":
		return refusal("comment", fmt.Sprintf("%q: to %s a file whose verdict is %q needs a comment", vote.Path, vote.Decision, file.Verdict), because)
	}
	return nil
}

func (s *standing) file(path string) (CheckedFile, bool) {
	at, found := slices.BinarySearchFunc(s.checked.Files, path, func(f CheckedFile, path string) int { return strings.Compare(f.Path, path) })
	if !found {
		return CheckedFile{}, false
	}
	return s.checked.Files[at], true
}

func (s *standing) finish(entry journal.Entry) error {
	var now Finish
	if err := bodyOf(entry, &now); err != nil {
		return err
	}
	if _, done := s.finished[entry.By]; done {
		return refusal("finish", entry.By+" has finished already", "a new decision opens the review again")
	}
	if open := s.undecided(entry.By); len(open) > 0 {
		return refusal("finish", fmt.Sprintf("%s has not decided on %d of %d files, %q among them", entry.By, len(open), len(s.checked.Files), open[0]), "decide on every file first")
	}
	if strings.TrimSpace(now.Comment) == "" {
		return refusal("comment", "a review ends with a comment on the whole", "say what decided it")
	}
	release := s.manifest(entry.By)
	text, err := release.Text()
	if err != nil {
		return err
	}
	if now.Manifest != manifest.SHA256(text) {
		return errors.New("what is signed is not what was approved")
	}
	if key := s.Roster.Key(entry.By); key != "" {
		statement, err := release.Statement()
		if err != nil {
			return err
		}
		if err := people.Verify(key, statement, now.Signature); err != nil {
			return err
		}
	}
	s.finished[entry.By] = now
	for _, vote := range s.votes[entry.By] {
		if s.seen[vote.version()] == nil {
			s.seen[vote.version()] = map[string]bool{}
		}
		s.seen[vote.version()][entry.By] = true
	}
	s.tell(entry, len(s.checked.Files))
	return nil
}

// undecided lists the files on which somebody has not decided.
func (s *standing) undecided(name string) []string {
	var open []string
	for _, file := range s.checked.Files {
		if _, done := s.votes[name][file.Path]; !done {
			open = append(open, file.Path)
		}
	}
	return open
}

func (s *standing) leave(name string) {
	s.seats = slices.DeleteFunc(s.seats, func(seat string) bool { return seat == name })
	delete(s.votes, name)
	delete(s.finished, name)
}

// maySeal says why somebody may not seal, or nothing.
func (s *standing) maySeal(name string) error {
	if !slices.Contains(s.seats, name) {
		return refusal("reviewer", name+" is not one of the two who reviewed it", "one of them seals it")
	}
	return nil
}

func (s *standing) seal(entry journal.Entry) error {
	var now Sealed
	if err := bodyOf(entry, &now); err != nil {
		return err
	}
	if err := s.maySeal(now.By); err != nil {
		return err
	}
	s.sealed = &now
	s.tell(entry, 0)
	return nil
}

// manifest lists what somebody approves.
func (s *standing) manifest(name string) bundle.Manifest {
	m := bundle.Manifest{Format: bundle.Format, Review: s.id, Rules: s.Rules, Files: []bundle.File{}}
	for _, file := range s.checked.Files {
		if s.votes[name][file.Path].Decision != states.Approve {
			m.Withheld++
			continue
		}
		m.Files = append(m.Files, bundle.File{Path: file.Path, SHA256: file.SHA256, Bytes: file.Bytes, Kind: file.Kind, Verdict: string(file.Verdict)})
	}
	return m
}

// outcome is what all who finished decided on a file, or Conflict. It is empty
// before all have.
func (s *standing) outcome(path string) Outcome {
	if len(s.finished) < s.Reviewers {
		return NoOutcome
	}
	var outcome Outcome
	for _, name := range s.seats {
		decision := Outcome(s.votes[name][path].Decision)
		if outcome != NoOutcome && decision != outcome {
			return Conflict
		}
		outcome = decision
	}
	return outcome
}

// state follows from what is true.
func (s *standing) state() states.State {
	facts := states.Facts{Withdrawn: s.back, Sealed: s.sealed != nil, Finished: len(s.finished)}
	for _, votes := range s.votes {
		facts.Begun = facts.Begun || len(votes) > 0
	}
	if facts.Finished >= s.Reviewers {
		for _, file := range s.checked.Files {
			switch s.outcome(file.Path) {
			case Conflict:
				facts.Differ = true
			case Outcome(states.RequestChanges):
				facts.Changes = true
			case Outcome(states.Approve):
				facts.Approved = true
			}
		}
	}
	return states.Of(facts)
}

// shows reports whether somebody may see what another decided on a file: when
// both have finished with it as it is; and whoever takes no part, when all have.
func (s *standing) shows(viewer, person string, of version) bool {
	switch {
	case viewer == person:
		return true
	case slices.Contains(s.seats, viewer):
		return s.seen[of][viewer] && s.seen[of][person]
	}
	return len(s.finished) >= s.Reviewers
}
