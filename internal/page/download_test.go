package page

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// downloads returns the files that a page holds, by their names.
func downloads(t *testing.T, page string) map[string]string {
	files := map[string]string{}
	for _, link := range elements(parse(t, page), "a") {
		name := attribute(link, "download")
		if name == "" {
			continue
		}
		encoded, isCSV := strings.CutPrefix(attribute(link, "href"), "data:text/csv;charset=utf-8,")
		require.True(t, isCSV, name)
		text, err := url.PathUnescape(encoded)
		require.NoError(t, err)
		files[name] = text
	}
	return files
}

func TestEveryTableCanBeDownloaded(t *testing.T) {
	files := downloads(t, htmlOf(t, seedModel(t)))
	require.Len(t, files, 1+len(auxiliaryTables))

	all := files["NHSE_IAPT_v0003_participants.csv"]
	assert.True(t, strings.HasPrefix(all, "study,table,participants\nALSPAC,care_activities,940\n"), all[:60])
	assert.Contains(t, all, "\nELSA,internet_enabled_therapies,<10\n")
	assert.Contains(t, all, "\nTotal,waiting_time_pauses,1906\n")
	assert.Equal(t, 1+18*9, strings.Count(all, "\n"))

	one := files["NHSE_IAPT_v0003_participants_care_cluster.csv"]
	assert.True(t, strings.HasPrefix(one, "study,table,participants\nALSPAC,care_cluster,450\n"), one)
	assert.Equal(t, 1+18, strings.Count(one, "\n"))

	assert.Contains(t, markdownOf(t, seedModel(t)), "```csv\n"+all+"```\n")
}

func TestDownloadsHoldWhateverTheFiguresSay(t *testing.T) {
	page := htmlOf(t, hostileModel(t))
	for name, text := range downloads(t, page) {
		assert.Contains(t, name, hostile)
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, []string{hostile, hostile, hostile}, lines[1])
	}
	for _, link := range elements(parse(t, page), "a") {
		if attribute(link, "download") != "" {
			assert.NotRegexp(t, `[^A-Za-z0-9%._~-]`, strings.TrimPrefix(attribute(link, "href"), "data:text/csv;charset=utf-8,"))
		}
	}
}

// FuzzDownload: what a data: address holds is what was put in, and no sign that
// has a meaning in an address or an attribute stands in it.
func FuzzDownload(f *testing.F) {
	for _, seed := range []string{"", "<10", "a,b\n", `"'><script>`, "100% #?&", "\x00\xff", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded := strings.TrimPrefix(string(dataLink(text)), "data:text/csv;charset=utf-8,")
		assert.NotRegexp(t, `[^A-Za-z0-9%._~-]`, encoded)
		decoded, err := url.PathUnescape(encoded)
		require.NoError(t, err)
		assert.Equal(t, text, decoded)
	})
}
