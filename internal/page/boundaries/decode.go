package boundaries

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// feature is one feature of the file. One that has no place has no rings.
type feature struct {
	number     int // from 1
	properties map[string]string
	rings      []ring
}

func (f feature) place() string { return "feature " + strconv.Itoa(f.number) }

// decoder reads a file token by token, so that what it holds is the points alone.
type decoder struct {
	name     string
	json     *json.Decoder
	features []feature
	points   int
	most     int    // points
	system   string // the name of the coordinate system, where the file has one
}

var errTooLarge = errors.New("too large")

// bounded passes so many bytes on, and then an error.
type bounded struct {
	from io.Reader
	left int
}

func (b *bounded) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.from.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func newDecoder(name string, r *bufio.Reader) *decoder {
	if start, err := r.Peek(len(byteOrderMark)); err == nil && slices.Equal(start, byteOrderMark) {
		_, _ = r.Discard(len(byteOrderMark)) // they were there
	}
	return &decoder{name: name, json: json.NewDecoder(&bounded{r, mostFileBytes}), most: mostPoints}
}

func (d *decoder) token() (json.Token, error) {
	token, err := d.json.Token()
	if err == nil {
		return token, nil
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errTooLarge):
		return nil, fault(d.name, "", "GEO005", "it is larger than %d MB", mostFileBytes>>20)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fault(d.name, "", "GEO004", "it ends before its end, after %d bytes", d.json.InputOffset())
	case errors.As(err, &syntax):
		return nil, fault(d.name, "", "GEO004", "it is no JSON, near byte %d", d.json.InputOffset())
	case errors.As(err, &kind):
		return nil, fault(d.name, "", "GEO004", "a number is too large, near byte %d", d.json.InputOffset())
	}
	return nil, fmt.Errorf("reading %s: %w", d.name, err)
}

// object reads the members of an object, whose brace was read.
func (d *decoder) object(member func(name string) error) error {
	for d.json.More() {
		token, err := d.token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder takes nothing else
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// skip reads one value and keeps nothing of it.
func (d *decoder) skip() error {
	depth := 0
	for {
		token, err := d.token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// text reads one value, and returns it if it is text.
func (d *decoder) text() (string, error) {
	token, err := d.token()
	if err != nil {
		return "", err
	}
	if _, opens := token.(json.Delim); opens {
		return "", d.rest()
	}
	text, _ := token.(string)
	return text, nil
}

// rest reads an object or a list to its end, whose beginning was read.
func (d *decoder) rest() error {
	for d.json.More() {
		if err := d.skip(); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// opens reads the beginning of an object or a list, and reports whether the value
// is one. Another value is read to its end.
func (d *decoder) opens(want json.Delim) (bool, error) {
	token, err := d.token()
	if err != nil || token == want {
		return err == nil, err
	}
	if _, other := token.(json.Delim); other {
		return false, d.rest()
	}
	return false, nil
}

// collection reads the file.
func (d *decoder) collection() error {
	isObject, err := d.opens('{')
	if err != nil {
		return err
	}
	if !isObject {
		return fault(d.name, "", "GEO001", "it is no GeoJSON: it holds no object")
	}
	kind := ""
	err = d.object(func(name string) error {
		switch name {
		case "type":
			if kind, err = d.text(); err != nil {
				return err
			}
			return d.collectionKind(kind)
		case "features":
			return d.list()
		case "crs":
			return d.coordinateSystem()
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if kind == "" {
		return fault(d.name, "", "GEO001", "it is no GeoJSON: it has no type")
	}
	if len(d.features) == 0 {
		return fault(d.name, "", "GEO003", "it has no feature")
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return fault(d.name, "", "GEO004", "something follows after its end, near byte %d", d.json.InputOffset())
	}
	return nil
}

var geometryKinds = []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}

func (d *decoder) collectionKind(kind string) error {
	switch {
	case kind == "FeatureCollection":
		return nil
	case kind == "Topology":
		return fault(d.name, "", "GEO002", "it is TopoJSON")
	case kind == "Feature" || slices.Contains(geometryKinds, kind):
		return fault(d.name, "", "GEO003", "it is one %s and no FeatureCollection", kind)
	}
	return fault(d.name, "", "GEO001", "it is no GeoJSON: its type is none of GeoJSON's")
}

func (d *decoder) list() error {
	isList, err := d.opens('[')
	if err != nil {
		return err
	}
	if !isList {
		return fault(d.name, "", "GEO003", "its features are no list")
	}
	for d.json.More() {
		if len(d.features) == mostFeatures {
			return fault(d.name, "", "GEO005", "it has more than %d features", mostFeatures)
		}
		if err := d.feature(); err != nil {
			return err
		}
	}
	_, err = d.token()
	return err
}

// coordinateSystem reads the member crs of the format's first version.
func (d *decoder) coordinateSystem() error {
	isObject, err := d.opens('{')
	if err != nil || !isObject {
		return err
	}
	return d.object(func(name string) error {
		if name != "properties" {
			return d.skip()
		}
		isObject, err := d.opens('{')
		if err != nil || !isObject {
			return err
		}
		return d.object(func(name string) error {
			if name != "name" {
				return d.skip()
			}
			d.system, err = d.text()
			return err
		})
	})
}

func (d *decoder) feature() error {
	one := feature{number: len(d.features) + 1, properties: map[string]string{}}
	isObject, err := d.opens('{')
	if err != nil {
		return err
	}
	if !isObject {
		return fault(d.name, one.place(), "GEO003", "it is no object")
	}
	kind, id := "", ""
	err = d.object(func(name string) error {
		switch name {
		case "type":
			kind, err = d.text()
			return err
		case "id":
			id, err = d.value()
			return err
		case "properties":
			return d.properties(one)
		case "geometry":
			one.rings, err = d.geometry(one)
			return err
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if kind != "Feature" {
		return fault(d.name, one.place(), "GEO003", "its type is not Feature")
	}
	if _, has := one.properties["id"]; !has && id != "" {
		one.properties["id"] = id
	}
	d.features = append(d.features, one)
	return nil
}

// A property that may hold codes is short, and there are not many.
const (
	longestValue   = 200
	mostProperties = 200
)

func (d *decoder) properties(one feature) error {
	isObject, err := d.opens('{')
	if err != nil || !isObject {
		return err
	}
	return d.object(func(name string) error {
		value, err := d.value()
		if err == nil && value != "" && len(value) <= longestValue && len(name) <= longestValue && len(one.properties) < mostProperties {
			one.properties[name] = value
		}
		return err
	})
}

// value reads one value, and returns it if it is text or a whole number.
func (d *decoder) value() (string, error) {
	token, err := d.token()
	if err != nil {
		return "", err
	}
	switch value := token.(type) {
	case string:
		return strings.TrimSpace(value), nil
	case float64:
		if value == float64(int64(value)) {
			return strconv.FormatInt(int64(value), 10), nil
		}
	case json.Delim:
		return "", d.rest()
	}
	return "", nil
}
