package versions

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Activity is one recorded change, in the shape of DataCite's activities: of a
// DOI's metadata as the registry keeps it, or of the data as Log writes it.
type Activity struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"` // always activities
	Attributes Attributes `json:"attributes"`
}

// Attributes say what was changed, when and in what. The link to who did it may
// be null.
type Attributes struct {
	GeneratedBy  string                     `json:"prov:wasGeneratedBy"`
	GeneratedAt  string                     `json:"prov:generatedAtTime"`
	DerivedFrom  *string                    `json:"prov:wasDerivedFrom"` // the DOI's link; null when none is minted
	AttributedTo *string                    `json:"prov:wasAttributedTo"`
	Action       string                     `json:"action"`
	Version      int                        `json:"version"` // of the record of changes, rising for each DOI
	Changes      map[string]json.RawMessage `json:"changes"`
}

// What an activity may be.
const (
	Create = "create" // changes are plain values
	Update = "update" // changes are pairs of before and after
	Delete = "delete" // changes are plain values, the last there were
)

// Page is a list of activities as the registry answers it.
type Page struct {
	Data []Activity `json:"data"`
	Meta Meta       `json:"meta"`
}

// Meta counts the activities.
type Meta struct {
	Total int `json:"total"`
}

// Changed is one field of an activity with both of its values.
type Changed struct {
	Field         string
	Before, After json.RawMessage // null where there was none
}

// Fields returns an activity's changes by field. Whether a value is a pair is
// decided by the action and never by its shape: many values are lists.
func (a Activity) Fields() ([]Changed, error) {
	null := json.RawMessage("null")
	var fields []Changed
	for name, value := range a.Attributes.Changes {
		field := Changed{name, null, null}
		switch a.Attributes.Action {
		case Create:
			field.After = value
		case Delete:
			field.Before = value
		case Update:
			var pair []json.RawMessage
			if err := json.Unmarshal(value, &pair); err != nil || len(pair) != 2 {
				return nil, fmt.Errorf("%s is not a pair of before and after, as an update has", name)
			}
			field.Before, field.After = pair[0], pair[1]
		default:
			return nil, errors.New("the action is none of create, update, delete")
		}
		fields = append(fields, field)
	}
	slices.SortFunc(fields, func(a, b Changed) int { return strings.Compare(a.Field, b.Field) })
	return fields, nil
}

// newActivity makes an activity whose id and time follow from what it says, so
// that the same change has the same bytes whenever it is written.
func newActivity(version Version, number int, action string, changes map[string]any) (Activity, error) {
	raw := map[string]json.RawMessage{}
	for name, value := range changes {
		text, err := encode(value)
		if err != nil {
			return Activity{}, err
		}
		raw[name] = text
	}
	activity := Activity{Type: "activities", Attributes: Attributes{
		GeneratedAt: version.Date.Time().Format("2006-01-02T15:04:05.000Z"),
		Action:      action, Version: number, Changes: raw,
	}}
	if link := version.link(); link != "" {
		activity.Attributes.DerivedFrom = &link
	}
	content, err := encode([]any{version.Name, activity})
	if err != nil {
		return Activity{}, err
	}
	activity.ID = contentID(content)
	activity.Attributes.GeneratedBy = "urn:uuid:" + activity.ID
	return activity, nil
}

// encode writes JSON without HTML escapes: a mark stays "<10".
func encode(value any) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(text.Bytes()), err
}

// contentID returns a UUID of version 8 (RFC 9562) made of the content's hash.
func contentID(content []byte) string {
	sum := sha256.Sum256(content)
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// generatedAt reads the time of an activity.
func (a Activity) generatedAt() (time.Time, error) {
	return time.Parse(time.RFC3339, a.Attributes.GeneratedAt)
}

// WritePage writes a page as JSON to read by eye.
func WritePage(page Page) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(page)
	return text.Bytes(), err
}
