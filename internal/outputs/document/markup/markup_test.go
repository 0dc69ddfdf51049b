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

// FuzzReader reads whatever comes in each of the ways that readers use: nothing
// deeper than asked, no panic, an end, and no end in silence where elements are
// still open.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`<a><b n="7">text <i>more</i></b><c><d/></c></a>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;&#7;</a>`, "<a><", "<a></b>", "</a>", "<a/><b/>",
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>caf\xe9</a>", "<a:b xmlns:a=\"c\"><![CDATA[<7>]]></a:b>", strings.Repeat("<a>", 20),
	} {
		f.Add([]byte(seed), uint8(0))
	}
	const deepest = 10
	f.Fuzz(func(t *testing.T, content []byte, way uint8) {
		r := markup.New(content, deepest)
		depth, tokens := 0, 0
		for token := r.Next(); token != nil; token = r.Next() {
			tokens++
			switch token.(type) {
			case xml.StartElement:
				depth++
				assert.LessOrEqual(t, depth, deepest)
				if way%4 == 0 {
					continue
				}
				depth--
				switch way % 4 {
				case 1:
					r.Skip()
				case 2:
					assert.LessOrEqual(t, len(r.Text()), 4*len(content))
				case 3:
					for _, text := range r.Texts() {
						assert.NotEmpty(t, text)
					}
				}
			case xml.EndElement:
				depth--
			}
		}
		assert.LessOrEqual(t, tokens, len(content)+1)
		assert.Nil(t, r.Next(), "nothing comes after the end")
		if depth > 0 {
			assert.NotEmpty(t, r.Problems(), "elements were left open in silence")
		}
	})
}
