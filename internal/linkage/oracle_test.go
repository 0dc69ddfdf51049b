package linkage_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// participant is a row of the permissions and its row of the mapping, if any.
type participant struct{ id, study, status, permission, optOut, key string }

// register is what a data manager would keep by hand, in the plainest way: who has
// withdrawn, who has withdrawn as a person, which keys those people have had, and
// every key that anybody was linked with in a freeze.
type register struct {
	withdrawn, people, keys map[string]bool
	links                   map[[2]string]bool
}

func (r register) copy() register {
	return register{maps.Clone(r.withdrawn), maps.Clone(r.people), maps.Clone(r.keys), maps.Clone(r.links)}
}

// spread follows people along links, one link at a time, until nothing changes.
func (r register) spread(links map[[2]string]bool) {
	for changed := true; changed; {
		changed = false
		for link := range links {
			id, key := link[0], link[1]
			if r.people[id] && !r.keys[key] {
				r.keys[key], changed = true, true
			}
			if r.keys[key] && !r.people[id] {
				r.people[id], r.withdrawn[id], changed = true, true, true
			}
		}
	}
}

func (r register) withdraw(ids []string, byPerson bool) {
	for _, id := range ids {
		r.withdrawn[id] = true
		if byPerson {
			r.people[id] = true
		}
	}
	r.spread(r.links)
}

// freeze says who stands how; refused is why no freeze is made, when none is.
func (r register) freeze(rows []participant, list map[string]bool) (spine []string, refused string) {
	links := maps.Clone(r.links)
	for _, row := range rows {
		if row.key != "" {
			links[[2]string{row.id, row.key}] = true
		}
	}
	r.spread(links)
	mapped, matched, cleared := false, false, false
	for _, row := range rows {
		mapped = mapped || row.key != "" && list[row.key]
		line := strings.Join([]string{row.id, "-", "-", "-", "-"}, " ")
		if row.status == "1" && row.permission == "1" && row.study != "GENSCOT" && !r.withdrawn[row.id] {
			basis := map[string]string{"0": "consent", "1": "section 251"}[row.optOut]
			linked := basis != "" && row.key != ""
			if basis == "section 251" && list != nil && linked {
				matched, linked = true, list[row.key]
				cleared = cleared || linked
			}
			line = row.id + " permitted " + basis + " - -"
			if basis == "" {
				line = row.id + " permitted - - -"
			}
			if linked {
				line = row.id + " permitted " + basis + " linked " + row.key
				r.links[[2]string{row.id, row.key}] = true
			}
		}
		spine = append(spine, line)
	}
	slices.Sort(spine)
	switch {
	case list != nil && !mapped:
		return nil, "LST010"
	case matched && !cleared:
		return nil, "LST011"
	}
	return spine, ""
}

// Permissions, mapping, positive list and withdrawals, in any order and any
// number of times, against the register kept by hand. Nobody who has withdrawn is
// ever linked again: not when the permissions say 1 again, not under another key.
func TestFreezesAgainstARegisterKeptByHand(t *testing.T) {
	f := newFixtureInMemory(t)
	checks, number := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		checks++
		world := worldOf(t, checks)
		hand := register{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[[2]string]bool{}}
		made := map[int][]participant{}
		for range rapid.IntRange(2, 5).Draw(t, "events") {
			if rapid.IntRange(0, 2).Draw(t, "event") == 0 {
				ids := rapid.SliceOfN(rapid.SampledFrom(append(world.ids, world.ids[0]+"x")), 1, 3).Draw(t, "ids")
				byPerson := rapid.Bool().Draw(t, "by person")
				_, err := f.withdraw(t, ids, func(w *linkage.Withdrawals) { w.ByPerson, w.Everybody = byPerson, true })
				require.NoError(t, err)
				hand.withdraw(ids, byPerson)
				continue
			}
			number++
			rows, list := world.rows(t), world.list(t)
			next := hand.copy()
			wanted, refused := next.freeze(rows, list)
			err := f.freezeRows(t, number, rows, list)
			if refused != "" {
				var input *diagnostic.Input
				require.True(t, errors.As(err, &input), "%v", err)
				require.Equal(t, refused, input.Findings[0].Code)
				continue
			}
			require.NoError(t, err)
			hand = next
			require.Equal(t, wanted, f.spine(t, number))
			made[number] = linkedOf(rows, wanted)
		}
		f.requireAffected(t, hand, made)
	})
}

// linkedOf returns the participants of rows who are linked in a spine.
func linkedOf(rows []participant, spine []string) []participant {
	return slices.DeleteFunc(slices.Clone(rows), func(row participant) bool {
		return !slices.ContainsFunc(spine, func(line string) bool {
			return strings.HasPrefix(line, row.id+" ") && strings.Contains(line, " linked ")
		})
	})
}

// requireAffected compares the freezes of one check that hold somebody who has
// withdrawn since, with how many people, and what may still be provisioned.
func (f fixture) requireAffected(t fatal, hand register, made map[int][]participant) {
	people := map[string]map[string]bool{}
	for number, rows := range made {
		for _, row := range rows {
			if hand.withdrawn[row.id] {
				place := fmt.Sprintf("%d %s", number, row.study)
				if people[place] == nil {
					people[place] = map[string]bool{}
				}
				people[place][row.key] = true
			}
		}
	}
	list, err := linkage.ListAffected(f.context, f.workspace.Warehouse)
	require.NoError(t, err)
	found := 0
	for _, one := range list {
		if _, is := made[one.Freeze]; !is {
			continue // of another check
		}
		found++
		wanted := disclosure.CountOf(int64(len(people[fmt.Sprintf("%d %s", one.Freeze, one.Study)])))
		require.False(t, wanted.IsZero() || wanted.Exceeds(one.Withdrawn) || one.Withdrawn.Exceeds(wanted), "freeze %d, %s", one.Freeze, one.Study)
	}
	require.Equal(t, len(people), found)
	for number := range made {
		for _, study := range []spec.Study{"ALSPAC", "BCS70"} {
			err := linkage.MayProvision(f.context, f.workspace.Warehouse, number, []spec.Study{study}, f.policy)
			require.Equal(t, people[fmt.Sprintf("%d %s", number, study)] != nil, err != nil)
		}
	}
}

// world is the ids and keys of one check. They are nobody else's, since the ledger
// of the workspace forgets nobody between checks.
type world struct{ ids, keys []string }

func worldOf(t *rapid.T, check int) world {
	var w world
	for i := range 5 {
		w.ids = append(w.ids, fmt.Sprintf("C%dS%d", check, i))
	}
	for i := range 4 {
		w.keys = append(w.keys, fmt.Sprintf("C%dK%d", check, i))
	}
	return w
}

func (w world) rows(t *rapid.T) []participant {
	flag := rapid.SampledFrom([]string{"1", "1", "1", "1", "0", "9", ""})
	rows := make([]participant, len(w.ids))
	for i, id := range w.ids {
		rows[i] = participant{
			id: id, study: rapid.SampledFrom([]string{"ALSPAC", "BCS70", "GENSCOT"}).Draw(t, "study"),
			status: flag.Draw(t, "status"), permission: flag.Draw(t, "permission"),
			optOut: rapid.SampledFrom([]string{"0", "1", "1", "9", ""}).Draw(t, "opt-out"),
			key:    rapid.SampledFrom(append([]string{""}, w.keys...)).Draw(t, "key"),
		}
	}
	return rows
}

// list returns the people on a positive list, or nil when there is none.
func (w world) list(t *rapid.T) map[string]bool {
	if rapid.Bool().Draw(t, "no list") {
		return nil
	}
	list := map[string]bool{}
	for _, key := range rapid.SliceOfN(rapid.SampledFrom(w.keys), 1, 6).Draw(t, "list") {
		list[key] = true
	}
	return list
}

type fatal interface {
	require.TestingT
	Helper()
}

func (f fixture) write(t fatal, name, text string) string {
	path := filepath.Join(f.dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (f fixture) withdraw(t fatal, ids []string, change func(*linkage.Withdrawals)) (linkage.WithdrawalFile, error) {
	request := linkage.Withdrawals{Path: f.write(t, "withdrawals.csv", "study_id_e\n"+strings.Join(ids, "\n")+"\n"), Received: day(t, "2026-06-01"), Now: noon}
	if change != nil {
		change(&request)
	}
	return linkage.Withdraw(f.context, f.workspace, request)
}

func (f fixture) freezeRows(t fatal, number int, rows []participant, list map[string]bool) error {
	// One row of the mapping always belongs to the permissions.
	permissions, mapping := permissionsHeader+fmt.Sprintf("GENSCOT,anchor%d,0,0,9\n", number), mappingHeader+fmt.Sprintf("anchor%d,anchorkey%d\n", number, number)
	for _, row := range rows {
		permissions += strings.Join([]string{row.study, row.id, row.status, row.permission, row.optOut}, ",") + "\n"
		if row.key != "" {
			mapping += row.id + "," + row.key + "\n"
		}
	}
	request := linkage.Request{
		Freeze: linkage.Freeze{Number: number, Date: day(t, "2026-05-01")}, Cohorts: f.cohorts, Policy: f.policy, Now: noon,
		Permissions: f.write(t, "permissions.csv", permissions), Mapping: f.write(t, "mapping.csv", mapping),
	}
	if list != nil {
		text := ""
		for _, key := range slices.Sorted(maps.Keys(list)) {
			text += key + ",\n"
		}
		request.List = &linkage.PositiveList{Path: f.write(t, "list.dat", text), Received: day(t, "2026-06-14")}
	}
	_, err := linkage.Make(f.context, f.workspace, request)
	return err
}

// noon is the clock of these tests.
var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func day(t require.TestingT, text string) spec.Date {
	parsed, err := spec.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

// spine returns a freeze's participants, without the one that the mapping needs.
func (f fixture) spine(t fatal, number int) []string {
	var lines []string
	require.NoError(t, f.workspace.Each(f.context, readSpine["spine"], warehouse.Args{"freeze": number}, func(scan func(...any) error) error {
		var cells [5]string
		err := scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4])
		if !strings.HasPrefix(cells[0], "anchor") {
			lines = append(lines, strings.Join(cells[:], " "))
		}
		return err
	}))
	return lines
}
