package boundaries

import (
	"encoding/json"
	"slices"
	"strconv"
)

// geometry reads where a feature is. A feature without a place has no rings.
func (d *decoder) geometry(of feature) ([]ring, error) {
	isObject, err := d.opens('{')
	if err != nil || !isObject {
		return nil, err
	}
	kind := ""
	read := coordinates{decoder: d, of: of}
	err = d.object(func(name string) error {
		switch name {
		case "type":
			kind, err = d.text()
			return err
		case "coordinates":
			return read.all()
		}
		return d.skip()
	})
	if err != nil {
		return nil, err
	}
	nesting := map[string]int{"Polygon": 3, "MultiPolygon": 4}[kind]
	switch {
	case nesting == 0 && slices.Contains(geometryKinds, kind):
		return nil, fault(d.name, of.place(), "GEO006", "it is a %s and no area", kind)
	case nesting == 0:
		return nil, fault(d.name, of.place(), "GEO006", "its geometry has no type of GeoJSON's")
	case read.leaf != 0 && read.leaf != nesting:
		return nil, fault(d.name, of.place(), "GEO007", "its coordinates are nested %d deep, those of a %s are %d", read.leaf, kind, nesting)
	}
	return read.rings, read.wrong
}

// coordinates reads nested lists of positions, of which the innermost lists hold
// the numbers. How deep they are nested is known when the first number comes, and
// what it should be may be said after the last.
type coordinates struct {
	decoder *decoder
	of      feature
	rings   []ring

	leaf    int    // how deep the numbers are; 0 before the first
	depth   int    // how many lists are open
	members [6]int // of each open list, by its depth
	current position
	open    ring
	wrong   error // with a ring, kept until the type is known
}

const deepest = 4

func (c *coordinates) fault(format string, args ...any) error {
	return fault(c.decoder.name, c.of.place(), "GEO007", format, args...)
}

func (c *coordinates) all() error {
	if c.leaf != 0 || len(c.rings) > 0 {
		return c.fault("it has coordinates twice")
	}
	isList, err := c.decoder.opens('[')
	if err != nil {
		return err
	}
	if !isList {
		return c.fault("its coordinates are no list")
	}
	c.depth = 1
	for c.depth > 0 {
		token, err := c.decoder.token()
		if err != nil {
			return err
		}
		if err := c.take(token); err != nil {
			return err
		}
	}
	return nil
}

func (c *coordinates) take(token json.Token) error {
	switch token := token.(type) {
	case float64:
		return c.number(token)
	case json.Delim:
		if token == '[' {
			return c.begin()
		}
		if token == ']' {
			return c.end()
		}
	}
	return c.fault("its coordinates hold something that is no number")
}

func (c *coordinates) begin() error {
	c.members[c.depth]++
	c.depth++
	c.members[c.depth] = 0
	if c.depth > deepest || c.leaf > 0 && c.depth > c.leaf {
		return c.fault("its coordinates are nested unevenly, or too deep")
	}
	return nil
}

func (c *coordinates) number(number float64) error {
	if c.leaf == 0 {
		c.leaf = c.depth
	}
	if c.leaf != c.depth {
		return c.fault("its coordinates are nested unevenly, or too deep")
	}
	switch c.members[c.depth] {
	case 0:
		c.current.x = number
	case 1:
		c.current.y = number
	}
	c.members[c.depth]++
	return nil
}

func (c *coordinates) end() error {
	if c.members[c.depth] == 0 && c.depth > 1 {
		return c.fault("its coordinates hold an empty list")
	}
	if c.depth == c.leaf {
		if c.members[c.depth] < 2 {
			return c.fault("a point has one coordinate")
		}
		if c.decoder.points++; c.decoder.points > c.decoder.most {
			return fault(c.decoder.name, c.of.place(), "GEO005", "the file has more than %d points", c.decoder.most)
		}
		c.open = append(c.open, c.current)
	}
	if c.depth == c.leaf-1 {
		c.close()
	}
	c.depth--
	return nil
}

// close ends a ring.
func (c *coordinates) close() {
	ended := slices.Clip(c.open)
	c.open = nil
	number := strconv.Itoa(len(c.rings) + 1)
	switch {
	case c.wrong != nil:
	case len(ended) < 4:
		c.wrong = c.fault("its ring %s has %d points", number, len(ended))
	case ended[0] != ended[len(ended)-1]:
		c.wrong = c.fault("its ring %s is open: it does not end where it begins", number)
	}
	c.rings = append(c.rings, ended)
}
