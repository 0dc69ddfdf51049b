package outputs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// relatives are tables that have something to say about each other: sums of one
// another, one table twice, women, men and all, codes and their groups.
func relatives() map[string]string {
	files := map[string]string{}
	for set := range 6 {
		var women, men, all, sums, codes, groups strings.Builder
		for _, table := range []*strings.Builder{&women, &men, &all} {
			table.WriteString("region,illness,n\n")
		}
		sums.WriteString("illness,n\n")
		codes.WriteString("icd10,n\n")
		groups.WriteString("icd10,n\n")
		for illness := range 5 {
			sum := 0
			for region := range 4 {
				w, m := 3+(7*set+11*illness+5*region)%40, 12+(3*set+illness+region)%30
				fmt.Fprintf(&women, "r%d_%d,i%d_%d,%s\n", set, region, set, illness, shown(w))
				fmt.Fprintf(&men, "r%d_%d,i%d_%d,%s\n", set, region, set, illness, shown(m))
				fmt.Fprintf(&all, "r%d_%d,i%d_%d,%s\n", set, region, set, illness, shown(w+m))
				fmt.Fprintf(&codes, "%c0%d.%d,%s\n", 'A'+set, illness, region, shown(w))
				sum += w
			}
			fmt.Fprintf(&sums, "i%d_%d,%d\n", set, illness, sum)
			fmt.Fprintf(&groups, "%c0%d,%d\n", 'A'+set, illness, sum)
		}
		for name, table := range map[string]*strings.Builder{"women": &women, "men": &men, "all": &all, "sums": &sums, "codes": &codes, "groups": &groups} {
			files[fmt.Sprintf("%d_%s.csv", set, name)] = table.String()
		}
		files[fmt.Sprintf("%d_again.csv", set)] = strings.ReplaceAll(women.String(), ",2", ",1")
	}
	return files
}

func shown(n int) string {
	if n < 10 {
		return "<10"
	}
	return fmt.Sprint(n)
}

// The report of a folder is the same to the byte on any number of processors.
func TestReportsDoNotDependOnProcessors(t *testing.T) {
	folder := t.TempDir()
	for name, content := range relatives() {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	before := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	var first []byte
	for _, processors := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(processors)
		for range 3 {
			found, err := outputs.Check(t.Context(), []string{folder}, outputs.Options{Profile: rules(t, "ukllc-metrics", nil)})
			require.NoError(t, err)
			require.NotEmpty(t, found.Hidden)
			require.True(t, found.Disclosive, "the tables tell something together")
			written, err := json.Marshal(found)
			require.NoError(t, err)
			if first == nil {
				first = written
			}
			require.Equal(t, string(first), string(written), "%d processors", processors)
		}
	}
}
