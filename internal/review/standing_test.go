package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/states"
)

// step is something that somebody may try.
type step struct {
	by, act string
	body    any
}

func (s step) entry(number int) journal.Entry {
	text, err := json.Marshal(s.body)
	if err != nil {
		panic(err)
	}
	return journal.Entry{Number: number, At: "2026-11-22T09:00:00Z", By: s.by, User: s.by, Act: s.act, Body: text}
}

// tries takes one step in a copy, and returns what the rules say of it.
func (s *standing) tries(t require.TestingT, one step) (*standing, error) {
	c := *s
	c.seats, c.votes, c.finished, c.seen = slices.Clone(s.seats), map[string]map[string]Vote{}, maps.Clone(s.finished), map[version]map[string]bool{}
	for name, votes := range s.votes {
		c.votes[name] = maps.Clone(votes)
	}
	for file, names := range s.seen {
		c.seen[file] = maps.Clone(names)
	}
	c.told = nil // what was done before does not matter for what follows
	if one.act == string(states.Finish) {
		text, err := s.manifest(one.by).Text()
		require.NoError(t, err)
		one.body = Finish{Comment: "all of it", Manifest: manifest.SHA256(text)}
	}
	err := c.take(one.entry(s.checks + 1))
	return &c, err
}

// files are two files as they were checked; the bits of content say which of them
// changed.
func files(content int) Checked {
	list := []CheckedFile{{Path: "a.csv"}, {Path: "b.csv"}}
	for i := range list {
		list[i].SHA256, list[i].Verdict = fmt.Sprintf("%064d", content>>i&1), outputs.Safe
	}
	return Checked{Files: list}
}

// begun is a review of which the files were checked.
func begun(t require.TestingT) *standing {
	s, err := stand(journal.Log{})
	require.NoError(t, err)
	for _, one := range []step{
		{"carol", submit, Submission{Format: format, Authors: []string{"carol"}, Reviewers: states.Reviewers(), Rules: "r"}},
		{"carol", string(states.Check), files(0)},
	} {
		s, err = s.tries(t, one)
		require.NoError(t, err)
	}
	return s
}

// attempts are everything that anybody could try.
func attempts(content int) []step {
	list := []step{{"carol", string(states.Check), files(content ^ 1)}, {"carol", string(states.Check), files(content ^ 3)}}
	for _, name := range []string{"ada", "bob", "carol", "eve"} {
		for _, act := range []states.Act{states.Finish, states.Leave, states.Withdraw} {
			list = append(list, step{name, string(act), struct{}{}})
		}
		list = append(list, step{name, string(states.Seal), Sealed{By: name}})
		for _, decision := range states.Decisions() {
			for _, file := range files(content).Files {
				vote := Vote{file.Path, file.SHA256, file.Verdict, file.Found, decision, "looked at it"}
				list = append(list, step{name, string(states.Decide), decided{[]Vote{vote}}})
			}
		}
	}
	return list
}

// content tells which files changed.
func (s *standing) content() int {
	content := 0
	for i, file := range s.checked.Files {
		if file.SHA256 != files(0).Files[i].SHA256 {
			content |= 1 << i
		}
	}
	return content
}

// key stands for all that matters for what can follow.
func (s *standing) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %t %t", s.content(), s.back, s.sealed != nil)
	for _, name := range slices.Sorted(slices.Values(s.seats)) {
		_, done := s.finished[name]
		fmt.Fprintf(&b, " %s %t %q %q", name, done, s.votes[name]["a.csv"].Decision, s.votes[name]["b.csv"].Decision)
	}
	return b.String()
}

// Whatever people try, in whatever order, the review goes along the rules of the
// table; and there is a way along each of them.
func TestTheReviewGoesAlongEveryRuleOfTheTable(t *testing.T) {
	type arrow struct {
		from states.State
		act  states.Act
		to   states.State
	}
	walked := map[arrow]bool{}
	seen := map[string]bool{}
	queue := []*standing{begun(t)}
	for len(queue) > 0 {
		before := queue[0]
		queue = queue[1:]
		for _, one := range attempts(before.content()) {
			if one.by == "eve" || one.by == "bob" && len(before.seats) == 0 {
				continue // the same as with another name
			}
			after, err := before.tries(t, one)
			if err != nil {
				require.NotContains(t, err.Error(), "table of states")
				continue
			}
			walked[arrow{before.state(), states.Act(one.act), after.state()}] = true
			if key := after.key(); !seen[key] {
				seen[key] = true
				queue = append(queue, after)
			}
		}
	}
	for _, rule := range states.All().Rules {
		for _, from := range rule.From {
			for _, to := range rule.To {
				assert.True(t, walked[arrow{from, rule.Act, to}], "nothing leads from %s by %s to %s", from, rule.Act, to)
				delete(walked, arrow{from, rule.Act, to})
			}
		}
	}
	assert.Empty(t, walked)
}

// Whatever was tried, in whatever order: what a reviewer is told of another's
// decision was decided on by both; two at most decide; no author does; what can be
// sealed both approved.
func TestWhateverIsTriedTheRulesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := begun(t)
		var way []step
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			one := rapid.SampledFrom(attempts(s.content())).Draw(t, "step")
			if after, err := s.tries(t, one); err == nil {
				s, way = after, append(way, one)
			}
		}
		require.LessOrEqual(t, len(s.seats), states.Reviewers())
		require.NotContains(t, s.seats, "carol")
		for _, viewer := range []string{"ada", "bob", "eve", "carol"} {
			blindHolds(t, s, way, viewer)
		}
		if s.state() == states.Approved || s.state() == states.Released {
			require.Len(t, s.seats, states.Reviewers())
			require.Equal(t, s.manifest(s.seats[0]), s.manifest(s.seats[1]))
			require.NotEmpty(t, s.manifest(s.seats[0]).Files)
		}
	})
}

// blindHolds sees that somebody who takes part is told no decision on a file that
// they have not finished with themselves.
func blindHolds(t *rapid.T, s *standing, way []step, viewer string) {
	o := s.overview(viewer, viewer)
	finished := map[version]bool{}
	votes := map[string]version{}
	for _, one := range way {
		switch {
		case one.by == viewer && one.act == string(states.Decide):
			vote := one.body.(decided).Votes[0]
			votes[vote.Path] = vote.version()
		case one.by == viewer && one.act == string(states.Leave):
			clear(votes)
		case one.by == viewer && one.act == string(states.Finish):
			for _, decidedOn := range votes {
				finished[decidedOn] = true
			}
		}
	}
	for _, file := range o.Files {
		if slices.Contains(s.seats, viewer) && len(file.Others) > 0 {
			require.True(t, finished[file.version()], "%s is told of %s", viewer, file.Path)
		}
		if !slices.Contains(s.seats, viewer) && len(file.Others) > 0 {
			require.Len(t, s.finished, states.Reviewers())
		}
	}
}
