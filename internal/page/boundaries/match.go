package boundaries

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// match finds the property that holds the codes, and returns the areas by code.
func (m *Map) match(name string, features []feature, codes []string) ([]area, error) {
	wanted := newCodes(codes)
	property, err := wanted.property(name, features)
	if err != nil {
		return nil, err
	}
	m.Property = property
	rings := map[string][]ring{}
	for _, one := range features {
		value := one.properties[property]
		if value == "" {
			return nil, fault(name, one.place(), "GEO011", "it has no code in its property %q", property)
		}
		code, known := wanted.of(value)
		if !known {
			code = value
		}
		rings[code] = append(rings[code], one.rings...)
		if len(rings[code]) == 0 {
			delete(rings, code)
		}
	}
	var areas []area
	for code, parts := range rings {
		areas = append(areas, area{code, parts})
		if !wanted.has(code) {
			m.WithoutCode = append(m.WithoutCode, code)
		}
	}
	for code := range wanted.known {
		if rings[code] == nil {
			m.WithoutArea = append(m.WithoutArea, code)
		}
	}
	slices.SortFunc(areas, func(a, b area) int { return strings.Compare(a.code, b.code) })
	slices.Sort(m.WithoutCode)
	slices.Sort(m.WithoutArea)
	if len(areas) == 0 {
		return nil, fault(name, "", "GEO003", "none of its features has a place")
	}
	return areas, nil
}

// codes are those that there are figures for.
type codes struct {
	known map[string]bool
	bare  map[string]string // by what follows after the last space, where that is a number
}

func newCodes(list []string) codes {
	c := codes{map[string]bool{}, map[string]string{}}
	for _, code := range list {
		code = strings.TrimSpace(code)
		if code == "" {
			continue
		}
		c.known[code] = true
		if _, number, found := cutLast(code, " "); found && strings.Trim(number, "0123456789") == "" {
			c.bare[number] = code
		}
	}
	return c
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// of returns the code that a value of the file means. Figures write an encrypted
// code that is a number with its level before it, such as ICB 4711.
func (c codes) of(value string) (string, bool) {
	if c.known[value] {
		return value, true
	}
	code, found := c.bare[value]
	return code, found
}

func (c codes) has(code string) bool { return c.known[code] }

// property returns the property whose values are most of the codes. Two that name
// the same areas alike are as good as each other.
func (c codes) property(name string, features []feature) (string, error) {
	found := map[string]map[string]bool{} // codes by property
	for _, one := range features {
		for property, value := range one.properties {
			if code, known := c.of(value); known {
				if found[property] == nil {
					found[property] = map[string]bool{}
				}
				found[property][code] = true
			}
		}
	}
	most := 0
	for _, matched := range found {
		most = max(most, len(matched))
	}
	if most == 0 {
		return "", fault(name, "", "GEO009", "no property of its areas has a code of the figures, which are such as %s; %s", c.example(), propertiesOf(features))
	}
	var best []string
	for _, property := range slices.Sorted(maps.Keys(found)) {
		if len(found[property]) == most {
			best = append(best, property)
		}
	}
	for _, other := range best[1:] {
		if !c.agree(features, best[0], other) {
			return "", fault(name, "", "GEO010", "its properties %q and %q both have %d codes of the figures, for different areas", best[0], other, most)
		}
	}
	return best[0], nil
}

// agree reports whether two properties give the same areas the same codes.
func (c codes) agree(features []feature, first, second string) bool {
	for _, one := range features {
		a, knownA := c.of(one.properties[first])
		b, knownB := c.of(one.properties[second])
		if a != b || knownA != knownB {
			return false
		}
	}
	return true
}

func (c codes) example() string {
	if len(c.known) == 0 {
		return "none"
	}
	return fmt.Sprintf("%q", slices.Min(slices.Collect(maps.Keys(c.known))))
}

const (
	mostNamed   = 12
	longestCode = 12
)

// propertiesOf lists the properties that the features have, with an example where
// values look like codes.
func propertiesOf(features []feature) string {
	examples := map[string]string{}
	for _, one := range features {
		for property, value := range one.properties {
			if examples[property] == "" && len(value) <= longestCode && !strings.Contains(value, " ") {
				examples[property] = value
			} else if _, seen := examples[property]; !seen {
				examples[property] = ""
			}
		}
	}
	if len(examples) == 0 {
		return "its areas have no properties"
	}
	var names []string
	for _, property := range slices.Sorted(maps.Keys(examples)) {
		named := fmt.Sprintf("%q", property)
		if example := examples[property]; example != "" {
			named += fmt.Sprintf(" (such as %q)", example)
		}
		names = append(names, named)
	}
	if len(names) > mostNamed {
		names = append(names[:mostNamed], "and others")
	}
	return "its areas have " + strings.Join(names, ", ")
}
