package cite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPAReference(t *testing.T) {
	const freeze = "Freeze number 16 dated May 2026"
	for _, c := range []struct {
		name string
		work Work
		want string
	}{
		{"the seed", seed(t),
			"Data Services, NHS England (NHSE). (2024). NHS England: Talking Therapies for Anxiety and Depression (IAPT) (Version 3) [Dataset]. UK Longitudinal Linkage Collaboration (UK LLC). https://doi.org/10.71760/ukllc-dataset-00360-03"},
		{"no version", Work{Title: "T", Creators: Organisations("A"), Year: 2024}, "A. (2024). T [Dataset]."},
		{"a version as the interface names it", Work{Title: "T", Version: "v0003"}, "T (Version 3) [Dataset]. (n.d.)."},
		{"a version that says so", Work{Title: "T", Version: "Version 3.0"}, "T (Version 3.0) [Dataset]. (n.d.)."},
		{"version nought point one", Work{Title: "T", Version: "v0.1"}, "T (Version 0.1) [Dataset]. (n.d.)."},
		{"a version with its date", Work{Title: "T", Version: "2 (06 Jan 2022)"}, "T (Version 2 (06 Jan 2022)) [Dataset]. (n.d.)."},
		{"no year", Work{Title: "T", Creators: Organisations("A"), Publisher: "P"}, "A. (n.d.). T [Dataset]. P."},
		{"no author", Work{Title: "T", Year: 2024, Publisher: "P"}, "T [Dataset]. (2024). P."},
		{"author is publisher", Work{Title: "T", Year: 2024, Creators: Organisations("P"), Publisher: "P"}, "P. (2024). T [Dataset]."},
		{"author is publisher, with its short name in one place", Work{Title: "T", Year: 2024, Creators: Organisations("UK Longitudinal Linkage Collaboration"), Publisher: "UK Longitudinal Linkage Collaboration (UK LLC)"},
			"UK Longitudinal Linkage Collaboration. (2024). T [Dataset]."},
		{"author is publisher, but not alone", Work{Title: "T", Year: 2024, Creators: Organisations("P", "Q"), Publisher: "P"}, "P & Q. (2024). T [Dataset]. P."},
		{"no double stop", Work{Title: "T.", Year: 2025, Creators: Organisations("National Records of Scotland; UK Data Service."), Publisher: "P."},
			"National Records of Scotland; UK Data Service. (2025). T. [Dataset]. P."},
		{"a question", Work{Kind: "report", Title: "Why?"}, "Why? (n.d.)."},
		{"a quoted question", Work{Kind: "report", Title: "“Why?”"}, "“Why?” (n.d.)."},
		{"a freeze", Work{Kind: "freeze", Title: freeze, Year: 2026, Creators: Organisations("UK Longitudinal Linkage Collaboration (UK LLC)"),
			Publisher: "UK Longitudinal Linkage Collaboration (UKLLC)", DOI: mustDOI(t, "10.71760/ukllc-freeze-00016")},
			"UK Longitudinal Linkage Collaboration (UK LLC). (2026). Freeze number 16 dated May 2026. https://doi.org/10.71760/ukllc-freeze-00016"},
		{"a person and an organisation", Work{Title: "T", Year: 2024, Creators: []Creator{{"Gómez, Francis", true}, {"NHS", false}}}, "Gómez, F., & NHS. (2024). T [Dataset]."},
		{"three organisations", Work{Title: "T", Year: 2024, Creators: Organisations("P", "Q", "R")}, "P, Q, & R. (2024). T [Dataset]."},
		{"persons", Work{Title: "T", Year: 2024, Creators: []Creator{{"Gómez, Francis", true}, {"Dupont, Jean-Paul A.", true}, {"Data Services, NHS England", false}}},
			"Gómez, F., Dupont, J.-P. A., & Data Services, NHS England. (2024). T [Dataset]."},
	} {
		assert.Equal(t, c.want+"\n", write(t, APA, c.work), c.name)
	}
}

func TestAPANamesTwentyAuthorsOrTheFirstNineteenAndTheLast(t *testing.T) {
	var names []string
	for i := range 21 {
		names = append(names, fmt.Sprintf("Unit %d", i+1))
	}
	twenty := write(t, APA, Work{Title: "T", Creators: Organisations(names[:20]...)})
	assert.True(t, strings.HasPrefix(twenty, strings.Join(names[:19], ", ")+", & Unit 20. "), twenty)
	more := write(t, APA, Work{Title: "T", Creators: Organisations(names...)})
	assert.True(t, strings.HasPrefix(more, strings.Join(names[:19], ", ")+", . . . Unit 21. "), more)
}

func TestFormsOfTheLines(t *testing.T) {
	awkward := Work{Title: `A*B_c <i> & [x](y)`, Creators: Organisations("1"), Year: 2024}
	for _, c := range []struct {
		style Style
		want  string
	}{
		{Style{Format: APA, Form: HTML},
			`<p>Data Services, NHS England (NHSE). (2024). <i>NHS England: Talking Therapies for Anxiety and Depression (IAPT)</i> (Version 3) [Dataset]. UK Longitudinal Linkage Collaboration (UK LLC). <a href="https://doi.org/10.71760/ukllc-dataset-00360-03">https://doi.org/10.71760/ukllc-dataset-00360-03</a></p>
<p>1. (2024). <i>A*B_c &lt;i&gt; &amp; [x](y)</i> [Dataset].</p>
`},
		{Style{Format: APA, Form: Markdown},
			`Data Services, NHS England (NHSE). (2024). *NHS England: Talking Therapies for Anxiety and Depression (IAPT)* (Version 3) \[Dataset\]. UK Longitudinal Linkage Collaboration (UK LLC). <https://doi.org/10.71760/ukllc-dataset-00360-03>

1\. (2024). *A\*B\_c \<i\> \& \[x\](y)* \[Dataset\].
`},
		{Style{Format: APAPage, Form: Markdown},
			`Data Services, NHS England (NHSE). (2024). *NHS England: Talking Therapies for Anxiety and Depression (IAPT).* UK Longitudinal Linkage Collaboration (UK LLC). <https://doi.org/10.71760/ukllc-dataset-00360-03>

1\. (2024). *A\*B\_c \<i\> \& \[x\](y).*
`},
	} {
		out, err := c.style.Write(seed(t), awkward)
		require.NoError(t, err)
		assert.Equal(t, c.want, string(out))
	}
	assert.Equal(t, ".apa.md", Style{Format: APA, Form: Markdown}.Extension())
	assert.Equal(t, ".html", Style{Format: APAPage, Form: HTML}.Extension())
	assert.Equal(t, ".txt", Style{Format: APAPage}.Extension())
	assert.Equal(t, ".bib", Style{Format: BibTeX, Form: HTML}.Extension())
}
