package review

import (
	"context"
	"fmt"

	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/states"
)

// Choice is what somebody decides on one file, or on a group of them.
type Choice struct {
	Path     string          `json:"path"`
	Decision states.Decision `json:"decision"`
	Comment  string          `json:"comment"`
	// SHA256 is that of the file as the person saw it; Item has it. When it is empty
	// the decision is on the file as it was checked last.
	SHA256 string `json:"sha256,omitempty"`
	// Found stands for what was found in the file as the person saw it, as Item has
	// it, or is empty.
	Found string `json:"found,omitempty"`
}

// Decide records what the person decides: all of it or, with the error that says
// why, none. When it returns without one the decisions are on the disk. Each file's
// bytes are read again, and one that is not as it was checked is refused as
// INT001.
func (r *Review) Decide(ctx context.Context, choices ...Choice) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.unchanged(choices); err != nil {
		return err
	}
	_, err := r.add(ctx, string(states.Decide), func(s *standing) (any, error) {
		var now decided
		for _, choice := range choices {
			file, known := s.file(choice.Path)
			if !known {
				return nil, errNotReviewed(choice.Path)
			}
			if choice.SHA256 != "" && choice.SHA256 != file.SHA256 {
				return nil, refusal("INT001", fmt.Sprintf("%q is not the file that you saw: it changed meanwhile", choice.Path), "look at it again")
			}
			if choice.Found != "" && choice.Found != file.Found {
				return nil, refusal("stale", fmt.Sprintf("%q was checked again since you saw it, and something else was found", choice.Path), "look at it again")
			}
			now.Votes = append(now.Votes, Vote{choice.Path, file.SHA256, file.Verdict, file.Found, choice.Decision, choice.Comment})
		}
		return now, nil
	})
	return err
}

// unchanged refuses files that are not on the disk as they were checked.
func (r *Review) unchanged(choices []Choice) error {
	s, err := r.standing()
	if err != nil {
		return err
	}
	for _, choice := range choices {
		file, known := s.file(choice.Path)
		if !known {
			return errNotReviewed(choice.Path)
		}
		changed, err := r.isChanged(file, true)
		if err != nil {
			return err
		}
		if changed {
			return refusal("INT001", fmt.Sprintf("%q is not the file that was checked: it changed meanwhile", choice.Path), "check it again: its decisions do not count any longer")
		}
	}
	return nil
}

func errNotReviewed(path string) error {
	return refusal("file", fmt.Sprintf("%q is not under review", path), "--status lists the files")
}

// Finish says that the person has decided on every file, with a comment on the
// whole. Where people have keys it signs the manifest of what they approve: when
// both approve the same, both have signed the same release.
func (r *Review) Finish(ctx context.Context, comment string) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, err := r.add(ctx, string(states.Finish), func(s *standing) (any, error) { return r.finish(s, comment) })
	return err
}

func (r *Review) finish(s *standing, comment string) (Finish, error) {
	me := r.options.Me
	release := s.manifest(me.Name)
	text, err := release.Text()
	if err != nil {
		return Finish{}, err
	}
	now := Finish{Comment: comment, Manifest: manifest.SHA256(text)}
	if s.Roster.Key(me.Name) == "" {
		return now, nil
	}
	statement, err := release.Statement()
	if err != nil {
		return Finish{}, err
	}
	if !me.Signs() {
		return Finish{}, errNoKey(me.Name)
	}
	now.Signature, err = me.Sign(statement)
	return now, err
}

// Leave gives the review up: none of the person's decisions counts any longer, and
// somebody else may take their place.
func (r *Review) Leave(ctx context.Context) error { return r.simple(ctx, states.Leave) }

// Withdraw takes the files back, as their author may.
func (r *Review) Withdraw(ctx context.Context) error { return r.simple(ctx, states.Withdraw) }

func (r *Review) simple(ctx context.Context, act states.Act) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, err := r.add(ctx, string(act), func(*standing) (any, error) { return struct{}{}, nil })
	return err
}

// Entries returns the review's journal as it stands, for the record. It holds what
// the person may not know yet.
func (r *Review) Entries() ([]journal.Entry, error) {
	log, err := r.journal.Read()
	return log.Entries, err
}
