package disclosure

import (
	"fmt"
	"strings"
)

// Counts are several counts that the database gives as one list.
type Counts []Count

// Scan reads the list straight from the database.
func (c *Counts) Scan(value any) error {
	list, err := listOf(value)
	if err != nil {
		return err
	}
	*c = make(Counts, len(list))
	for i, one := range list {
		if err := (*c)[i].Scan(one); err != nil {
			return err
		}
	}
	return nil
}

// Statistics are several statistics that the database gives as one list.
type Statistics []Statistic

// Scan reads the list straight from the database.
func (s *Statistics) Scan(value any) error {
	list, err := listOf(value)
	if err != nil {
		return err
	}
	*s = make(Statistics, len(list))
	for i, one := range list {
		if err := (*s)[i].Scan(one); err != nil {
			return err
		}
	}
	return nil
}

func listOf(value any) ([]any, error) {
	if value == nil {
		return nil, nil
	}
	list, is := value.([]any)
	if !is {
		return nil, fmt.Errorf("a list was expected, not a %T", value)
	}
	return list, nil
}

// Writing returns the profile that writes another of its own marks for low
// counts, such as a star in place of a blank. The mark of cells hidden for the
// sake of others goes with it where both were one.
func (p Profile) Writing(mark string) (Profile, error) {
	rules := p.Rules()
	for i, known := range rules.Marks.Value {
		if known != mark {
			continue
		}
		if rules.SecondaryMark.Value == rules.Marks.Value[0] {
			rules.SecondaryMark.Value = mark
		}
		rules.Marks.Value[0], rules.Marks.Value[i] = mark, rules.Marks.Value[0]
		return NewProfile(rules)
	}
	return Profile{}, fmt.Errorf("%q is no mark of the rules %s; they have %q", mark, rules.Name, rules.Marks.Value)
}

// ForAnySize returns the profile for tables in which a count of any size may be
// hidden: one whose mark states a bound writes the first of its marks that does not,
// where it has one that can be seen.
func (p Profile) ForAnySize() Profile {
	if p.MarksAnySize() {
		return p
	}
	for _, mark := range p.rules.Marks.Value {
		if mark == "" || strings.ContainsAny(mark, "0123456789") {
			continue
		}
		if other, err := p.Writing(mark); err == nil {
			return other
		}
	}
	return p
}
