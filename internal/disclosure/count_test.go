package disclosure_test

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log"
	"log/slog"
	"testing"
	texttemplate "text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
)

// secret is a number that occurs nowhere else, in no base that fmt knows.
const secret = 91735

var secretTexts = []string{"91735", "263127", "16657", "10110011001010111"} // decimal, octal, hexadecimal, binary

func assertWithheld(t *testing.T, text string, doing string) {
	t.Helper()
	for _, digits := range secretTexts {
		assert.NotContains(t, text, digits, doing)
	}
}

type (
	openHolder   struct{ People disclosure.Count }
	hiddenHolder struct{ people disclosure.Count }
	deepHolder   struct {
		byStudy map[string]map[string]disclosure.Count
		list    []disclosure.Count
		inside  hiddenHolder
		any     any
		pointer *disclosure.Count
	}
)

// Package fmt calls no method on an unexported field: what is inside is what it
// prints. That is how exact counts most easily reach a log.
func TestCountIsWithheldByEveryVerbOfFmt(t *testing.T) {
	count := disclosure.CountOf(secret)
	deep := deepHolder{
		byStudy: map[string]map[string]disclosure.Count{"ALSPAC": {"hub": count}},
		list:    []disclosure.Count{count},
		inside:  hiddenHolder{count},
		any:     count,
		pointer: &count,
	}
	values := map[string]any{
		"a count":                      count,
		"a pointer to one":             &count,
		"a list":                       []disclosure.Count{count},
		"an array":                     [1]disclosure.Count{count},
		"a map":                        map[string]disclosure.Count{"ALSPAC": count},
		"an exported field":            openHolder{count},
		"a pointer to such":            &openHolder{count},
		"an unexported field":          hiddenHolder{count},
		"a pointer to such unexported": &hiddenHolder{count},
		"fields within fields":         deep,
		"a pointer to those":           &deep,
	}
	flags := []string{"", "+", "#", "-", " ", "0", "20", ".3", "+#", "-20.10"}
	for name, value := range values {
		for verb := 'A'; verb <= 'z'; verb++ {
			for _, flag := range flags {
				format := "%" + flag + string(verb)
				assertWithheld(t, fmt.Sprintf(format, value), format+" of "+name)
			}
		}
		assertWithheld(t, fmt.Sprint(value), "Sprint of "+name)
		assertWithheld(t, fmt.Sprintln(value), "Sprintln of "+name)
	}
}

func TestCountIsWithheldFromErrors(t *testing.T) {
	count := disclosure.CountOf(secret)
	assertWithheld(t, fmt.Errorf("%v of %d, %+v", count, count, hiddenHolder{count}).Error(), "an error")
	assertWithheld(t, errors.Join(errors.New(count.String())).Error(), "a joined error")
}

func TestCountIsWithheldFromLogs(t *testing.T) {
	count := disclosure.CountOf(secret)
	var text bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&text, nil)} {
		logger := slog.New(handler)
		logger.Info("counted", "n", count, "open", openHolder{count}, "hidden", hiddenHolder{count},
			slog.Group("group", "n", count), slog.Any("list", []disclosure.Count{count}))
		logger.With("n", count).Error("counted")
	}
	log.New(&text, "", 0).Printf("%v %d %+v", count, count, hiddenHolder{count})
	assertWithheld(t, text.String(), "a log")
}

func TestCountIsWithheldFromTemplates(t *testing.T) {
	count := disclosure.CountOf(secret)
	var text bytes.Buffer
	page := template.Must(template.New("").Parse(`<b title="{{.People}}">{{.People}} {{printf "%d" .People}}</b>`))
	require.NoError(t, page.Execute(&text, openHolder{count}))
	plain := texttemplate.Must(texttemplate.New("").Parse(`{{.People}} {{printf "%d" .People}} {{.}}`))
	require.NoError(t, plain.Execute(&text, openHolder{count}))
	script := template.Must(template.New("").Parse(`<script>let n = {{.People}}</script>`))
	if err := script.Execute(&text, openHolder{count}); err != nil {
		assertWithheld(t, err.Error(), "the template's error")
	}
	assertWithheld(t, text.String(), "a template")
}

// Every encoder refuses, or leaves the number out.
func TestCountIsWithheldFromEncoders(t *testing.T) {
	count := disclosure.CountOf(secret)
	for name, value := range map[string]any{"a count": count, "an exported field": openHolder{count}, "a map": map[string]disclosure.Count{"n": count}} {
		_, err := json.Marshal(value)
		assert.ErrorIs(t, err, disclosure.ErrWithheld, "JSON of %s", name)
		assert.Error(t, gob.NewEncoder(&bytes.Buffer{}).Encode(value), "gob of %s", name)
		_, err = xml.Marshal(value)
		assert.Error(t, err, "XML of %s", name)
		assert.Error(t, binary.Write(&bytes.Buffer{}, binary.BigEndian, value), "binary of %s", name)
	}
	text, err := json.Marshal(map[string]any{"hidden": hiddenHolder{count}})
	require.NoError(t, err)
	assertWithheld(t, string(text), "JSON of an unexported field")
	_, err = count.MarshalText()
	assert.ErrorIs(t, err, disclosure.ErrWithheld)
	_, err = count.GobEncode()
	assert.ErrorIs(t, err, disclosure.ErrWithheld)
}

// A value that is no count must not be quoted in the message either.
func TestCountScansWholeNumbersOnly(t *testing.T) {
	var count disclosure.Count
	require.NoError(t, count.Scan(int64(7)))
	assert.True(t, count.Exceeds(disclosure.CountOf(6)) && !count.Exceeds(disclosure.CountOf(7)))
	require.NoError(t, count.Scan(int32(8)))
	assert.True(t, count.Exceeds(disclosure.CountOf(7)))
	require.NoError(t, count.Scan(nil))
	assert.True(t, count.IsZero())
	for _, wrong := range []any{int64(-secret), "91735", 91735.5, []byte("91735"), true} {
		err := count.Scan(wrong)
		require.Error(t, err)
		assertWithheld(t, err.Error(), "the error")
	}
}

func TestCountsAreValues(t *testing.T) {
	var none disclosure.Count
	three := disclosure.CountOf(3)
	five := three.Plus(disclosure.CountOf(2))
	assert.True(t, none.IsZero())
	assert.True(t, five.Exceeds(disclosure.CountOf(4)) && disclosure.CountOf(6).Exceeds(five))
	assert.False(t, three.Exceeds(disclosure.CountOf(3)), "adding changes neither of the two")
	assert.True(t, none.Plus(three).Exceeds(disclosure.CountOf(2)))
	copied := three
	require.NoError(t, copied.Scan(int64(100)))
	assert.False(t, three.Exceeds(disclosure.CountOf(3)), "reading into a copy leaves the first as it was")
}
