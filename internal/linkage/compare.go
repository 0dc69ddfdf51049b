package linkage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/warehouse"
)

// Comparison is what changed between two freezes, as it may be shown.
type Comparison struct {
	Earlier Freeze        `json:"earlier"`
	Later   Freeze        `json:"later"`
	Rules   string        `json:"rules"`
	Studies []StudyChange `json:"studies"`
	Total   StudyChange   `json:"total"` // of what is shown
}

// StudyChange is how many people joined those who are linked in a study, and how
// many left them. Of no other step of the funnel is the same told: what one step's
// newcomers are more than the next one's would be a group of its own.
type StudyChange struct {
	Study  string          `json:"study"`
	Joined disclosure.Cell `json:"joined"`
	Left   disclosure.Cell `json:"left"`
}

// changed is a group of a study's people in two freezes.
type changed struct {
	study, people                         string
	before, after, stayed, joined, parted disclosure.Count
}

// Compare says how many people joined and left each study between two freezes. It
// is refused, with a *diagnostic.Refusal that names the rule and neither study nor
// number, where the two freezes' numbers beside it would tell of fewer people than
// the profile shows: of the freezes' counts a reader has both, and can subtract.
//
// Freezes with another between them are refused too: three comparisons of three
// freezes tell more than each of them does.
func Compare(ctx context.Context, w *warehouse.Warehouse, earlier, later int, profile disclosure.Profile) (Comparison, error) {
	comparison := Comparison{Rules: profile.Name(), Studies: []StudyChange{}}
	var err error
	if comparison.Earlier, err = Find(ctx, w, earlier); err != nil {
		return Comparison{}, err
	}
	if comparison.Later, err = Find(ctx, w, later); err != nil {
		return Comparison{}, err
	}
	if err := mayBeCompared(ctx, w, earlier, later); err != nil {
		return Comparison{}, err
	}
	var groups []changed
	err = w.Each(ctx, statements["70_changes"], warehouse.Args{"earlier": earlier, "later": later}, func(scan func(...any) error) error {
		var one changed
		err := scan(&one.study, &one.people, &one.before, &one.after, &one.stayed, &one.joined, &one.parted)
		groups = append(groups, one)
		return err
	})
	if err != nil {
		return Comparison{}, err
	}
	if comparison.Studies, err = protectChanges(groups, profile); err != nil {
		var refusal *protect.Refusal
		if errors.As(err, &refusal) || errors.Is(err, errTells) {
			err = tooFew(earlier, later)
		}
		return Comparison{}, err
	}
	comparison.Total = totalOf(comparison.Studies, profile)
	return comparison, nil
}

// tooFew is one refusal for every reason: which of them it was would tell
// something, and so would the study.
func tooFew(earlier, later int) error {
	return &diagnostic.Refusal{
		Rule:    "differencing",
		Message: fmt.Sprintf("comparing freezes %d and %d would tell of too few people: some joined or left, or two counts lie too close together", earlier, later),
		Hint:    "show the counts of one of the two freezes only, or make the later one when more has changed",
	}
}

// mayBeCompared refuses freezes whose difference means something else than who
// joined and left.
func mayBeCompared(ctx context.Context, w *warehouse.Warehouse, earlier, later int) error {
	var between int
	if _, err := w.One(ctx, statements["71_count_between"], warehouse.Args{"earlier": earlier, "later": later}, &between); err != nil {
		return err
	}
	if between > 0 {
		return &diagnostic.Refusal{
			Rule:    "differencing",
			Message: fmt.Sprintf("freezes %d and %d have another between them: its numbers beside these would tell of the people in the difference", earlier, later),
			Hint:    "compare freezes that follow one another",
		}
	}
	var applied [2]string
	for i, number := range []int{earlier, later} {
		optOuts, err := findOptOuts(ctx, w, number)
		if err != nil {
			return err
		}
		applied[i] = ByNHSEngland
		if optOuts != nil {
			applied[i] = optOuts.AppliedBy
		}
	}
	if applied[0] == applied[1] {
		return nil
	}
	return &diagnostic.Refusal{
		Rule:    "differencing of opt-out rules",
		Message: fmt.Sprintf("opt-outs were applied by %s in freeze %d and by %s in freeze %d: the difference would tell who has opted out", applied[0], earlier, applied[1], later),
		Hint:    "compare freezes in which they were applied in the same way",
	}
}

// errTells is that two shown counts differ by a number that must not be shown.
var errTells = errors.New("two counts that are shown lie too close together")

// protectChanges returns what may be told of every study, in the groups' order.
func protectChanges(groups []changed, profile disclosure.Profile) ([]StudyChange, error) {
	list := []StudyChange{}
	for len(groups) > 0 {
		study := studyGroups{name: groups[0].study, of: map[string]changed{}}
		for len(groups) > 0 && groups[0].study == study.name {
			study.of[groups[0].people], groups = groups[0], groups[1:]
		}
		change, err := study.protect(profile)
		if err != nil {
			return nil, err
		}
		list = append(list, change)
	}
	return list, nil
}

// steps are the groups whose counts are taken for known even where a funnel of ours
// hides them beside another: other pages on a freeze print them.
var steps = []string{"enrolled", "permitted", "linked"}

// studyGroups are the groups of one study's people, by what they are called in
// 70_changes.sql.
type studyGroups struct {
	name string
	of   map[string]changed
}

// visible returns the groups whose counts a reader of a freeze's funnel knows: those
// that are shown, and the differences of two that are.
func (s studyGroups) visible(profile disclosure.Profile, count func(changed) disclosure.Count) map[string]bool {
	of := func(people string) disclosure.Count { return count(s.of[people]) }
	enrolled := profile.Beside(of("enrolled"))
	var above []disclosure.Count
	if !enrolled.Masked() {
		above = append(above, of("enrolled"))
	}
	permitted := profile.Beside(of("permitted"), above...)
	if !permitted.Masked() {
		above = append(above, of("permitted"))
	}
	_, linked := profile.Split(of("linked by consent"), of("linked by section 251"), above, above)
	return map[string]bool{
		"enrolled":              !enrolled.Masked(),
		"permitted":             !permitted.Masked(),
		"not permitted":         !enrolled.Masked() && !permitted.Masked(),
		"linked":                !linked.Masked(),
		"linked by consent":     !linked.Masked(),
		"linked by section 251": !linked.Masked(),
		"permitted, not linked": !permitted.Masked() && !linked.Masked(),
	}
}

// protect says who joined the linked and who left them. What is refused or withheld
// depends on numbers that are shown, so that it tells nothing of the others.
func (s studyGroups) protect(profile disclosure.Profile) (StudyChange, error) {
	before := s.visible(profile, func(c changed) disclosure.Count { return c.before })
	after := s.visible(profile, func(c changed) disclosure.Count { return c.after })
	for people, group := range s.of {
		known := before[people] && after[people] || slices.Contains(steps, people)
		if known && !group.isLow(profile) && profile.Beside(group.after, group.before).Masked() {
			return StudyChange{}, errTells
		}
	}
	linked := s.of["linked"]
	if !before["linked"] || !after["linked"] || linked.isSmall(profile) {
		return StudyChange{s.name, profile.Withhold(), profile.Withhold()}, nil
	}
	return linked.protect(profile)
}

// isLow reports whether the profile hides one of the two counts for its own sake.
func (c changed) isLow(profile disclosure.Profile) bool {
	return profile.Cell(c.before).Masked() || profile.Cell(c.after).Masked()
}

// isSmall reports whether a few who come or go could leave only a few who stay: then
// the one number could not be hidden without the other.
func (c changed) isSmall(profile disclosure.Profile) bool {
	few := disclosure.CountOf(2*profile.Rules().Threshold.Value - 1)
	return !c.before.IsZero() && !c.after.IsZero() && (few.Exceeds(c.before) || few.Exceeds(c.after))
}

// protect takes both counts for published, as the freezes' funnels publish them.
func (c changed) protect(profile disclosure.Profile) (StudyChange, error) {
	result, err := protect.Protect(protect.Table{
		Cells: []protect.Cell{
			{Name: "before", Count: c.before, Published: true},
			{Name: "after", Count: c.after, Published: true},
			{Name: "stayed", Count: c.stayed, Unprinted: true},
			{Name: "joined", Count: c.joined},
			{Name: "left", Count: c.parted},
		},
		Sums: []protect.Sum{{Total: 0, Parts: []int{2, 4}}, {Total: 1, Parts: []int{2, 3}}},
	}, profile)
	if err != nil {
		return StudyChange{}, err
	}
	return StudyChange{c.study, result.Cells[3], result.Cells[4]}, nil
}

// totalOf adds up what is shown of the studies.
func totalOf(list []StudyChange, profile disclosure.Profile) StudyChange {
	var joined, left []disclosure.Cell
	for _, study := range list {
		joined, left = append(joined, study.Joined), append(left, study.Left)
	}
	return StudyChange{"Total", profile.Total(joined), profile.Total(left)}
}
