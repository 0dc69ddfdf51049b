package markup_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs/document/markup"
)

// names lists the elements that a reader begins.
func names(r *markup.Reader) []string {
	var list []string
	for token := r.Next(); token != nil; token = r.Next() {
		if start, ok := token.(xml.StartElement); ok {
			list = append(list, start.Name.Local)
		}
	}
	return list
}

func TestReader(t *testing.T) {
	r := markup.New([]byte(`<a><b n="7">text <i>more</i></b><c><d/></c></a>`), 10)
	assert.Equal(t, "a", r.Next().(xml.StartElement).Name.Local)
	b := r.Next().(xml.StartElement)
	assert.Equal(t, "7", markup.Attribute(b, "n"))
	assert.Empty(t, markup.Attribute(b, "m"))
	assert.Equal(t, "text more", r.Text())
	assert.Equal(t, "c", r.Next().(xml.StartElement).Name.Local)
	r.Skip()
	assert.Equal(t, "a", r.Next().(xml.EndElement).Name.Local)
	assert.Nil(t, r.Next())
	assert.Empty(t, r.Problems())
}

func TestProblemsAreTold(t *testing.T) {
	for content, problem := range map[string]string{
		strings.Repeat("<a>", 20): "its XML is nested too deeply",
		"<a><":                    "its XML is broken",
		`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`:     "it declares entities of its own, which were not expanded",
		`<!DOCTYPE a [<!ENTITY b SYSTEM "file">]><a/>`: "it declares entities of its own, which were not expanded",
	} {
		r := markup.New([]byte(content), 10)
		names(r)
		assert.Contains(t, r.Problems(), problem, content)
		assert.Nil(t, r.Next(), "nothing comes after the end")
	}
}

func TestSingleByteLettersAreRead(t *testing.T) {
	r := markup.New([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>caf\xe9</a>"), 10)
	for token := r.Next(); token != nil; token = r.Next() {
		if _, ok := token.(xml.StartElement); ok {
			assert.Equal(t, "café", r.Text())
		}
	}
}
