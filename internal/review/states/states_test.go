package states_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/review/states"
)

// The names in the table and those that the program has are the same.
func TestTheTableAndTheProgramHaveTheSameWords(t *testing.T) {
	table := states.All()
	var names []states.State
	for _, state := range table.States {
		names = append(names, state.Name)
		assert.NotEmpty(t, state.Means, state.Name)
		assert.True(t, states.Known(state.When...), "%s: a condition that the program does not know", state.Name)
	}
	assert.ElementsMatch(t, []states.State{
		states.Submitted, states.InReview, states.PartlyReviewed, states.Conflicted, states.Returned,
		states.Approved, states.Rejected, states.Released, states.Withdrawn,
	}, names)
	var acts []states.Act
	for _, act := range table.Acts {
		acts = append(acts, act.Name)
		assert.Contains(t, []string{"reviewer", "author", "anybody"}, act.By)
	}
	assert.ElementsMatch(t, []states.Act{states.Check, states.Decide, states.Finish, states.Leave, states.Withdraw, states.Seal}, acts)
	seen := map[string]bool{}
	for _, rule := range table.Rules {
		assert.Contains(t, acts, rule.Act)
		assert.Subset(t, names, rule.To)
		assert.NotEmpty(t, rule.To)
		for _, from := range rule.From {
			assert.Contains(t, names, from)
			key := string(from) + "/" + string(rule.Act)
			assert.False(t, seen[key], "two rules for %s", key)
			seen[key] = true
		}
	}
	assert.Equal(t, 2, table.Reviewers)
	assert.NotEmpty(t, table.Reason)
	assert.NotEmpty(t, table.Source)
}

// A comment is compulsory to approve a fail, to reject what is safe, and whatever
// is decided on what the check left to a person.
func TestDecisionsThatNeedAComment(t *testing.T) {
	needs := map[string]bool{
		"approve safe": false, "changes safe": true, "reject safe": true,
		"approve review": true, "changes review": true, "reject review": true,
		"approve fail": true, "changes fail": false, "reject fail": false,
	}
	for _, decision := range states.Decisions() {
		for _, verdict := range []string{"safe", "review", "fail"} {
			because, needed := states.NeedsComment(decision, verdict)
			assert.Equal(t, needs[string(decision)+" "+verdict], needed, "%s %s", decision, verdict)
			assert.Equal(t, needed, because != "")
		}
	}
}

func TestStatesFollowFromFacts(t *testing.T) {
	for state, facts := range map[states.State]states.Facts{
		states.Submitted:      {},
		states.InReview:       {Begun: true},
		states.PartlyReviewed: {Begun: true, Finished: 1},
		states.Conflicted:     {Begun: true, Finished: 2, Differ: true, Changes: true, Approved: true},
		states.Returned:       {Begun: true, Finished: 2, Changes: true, Approved: true},
		states.Approved:       {Begun: true, Finished: 2, Approved: true},
		states.Rejected:       {Begun: true, Finished: 2},
		states.Released:       {Begun: true, Finished: 2, Approved: true, Sealed: true},
		states.Withdrawn:      {Begun: true, Finished: 2, Differ: true, Withdrawn: true},
	} {
		assert.Equal(t, state, states.Of(facts))
		assert.NotEmpty(t, state.Means())
	}
	assert.Empty(t, states.Released.Acts())
	assert.Empty(t, states.Withdrawn.Acts())
	assert.Contains(t, states.Approved.Acts(), states.Seal)
	assert.Nil(t, states.Returned.Leads(states.Seal))
}

func TestParseDecision(t *testing.T) {
	for _, decision := range states.Decisions() {
		parsed, err := states.ParseDecision(string(decision))
		require.NoError(t, err)
		assert.Equal(t, decision, parsed)
	}
	_, err := states.ParseDecision("perhaps")
	assert.ErrorContains(t, err, "one of [approve changes reject]")
}

// The tables and the diagram in docs/review.md are those of states.toml; UPDATE
// writes them again.
func TestTheDocumentHasTheTable(t *testing.T) {
	const page, begin, end = "../../../docs/review.md", "<!-- Written from states.toml. -->\n", "<!-- End of what is written from states.toml. -->\n"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)
	var written bytes.Buffer
	require.NoError(t, states.WriteTables(&written))
	current := before + begin + "\n" + written.String() + "\n" + end + after
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(page, []byte(current), 0o644))
		return
	}
	assert.Equal(t, current, string(text), "UPDATE=1 go test ./internal/review/states writes it again")
}
