package main

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// mixedKinds are the tables that a mixed folder holds in turn: all that makes the
// checks over files work, in tables of about 100 kB.
var mixedKinds = []func(*mixedTable){
	(*mixedTable).longTotals, (*mixedTable).codesWithShares, (*mixedTable).wide, (*mixedTable).estimates, (*mixedTable).longTotals,
	(*mixedTable).family, (*mixedTable).codesWithShares, (*mixedTable).wide, (*mixedTable).estimates, (*mixedTable).revised,
}

// writeMixed writes a folder of tables such as research leaves behind: long and
// wide ones, codes with percentages, estimates, tables of one shape, sums of other
// tables, and a table of which every tenth file is another version. Low counts are
// masked, and many can be worked out. The same seed gives the same bytes.
func writeMixed(dir string, files int, seed uint64) error {
	for i := range files {
		out, err := os.Create(filepath.Join(dir, fmt.Sprintf("t%04d.csv", i)))
		if err != nil {
			return err
		}
		t := mixedTable{bufio.NewWriter(out), rand.New(rand.NewPCG(seed, uint64(i))), i}
		mixedKinds[i%len(mixedKinds)](&t)
		if err := errors.Join(t.out.Flush(), out.Close()); err != nil {
			return err
		}
	}
	return nil
}

// mixedTable is one table of a mixed folder while it is written.
type mixedTable struct {
	out    *bufio.Writer // Flush tells of an error
	random *rand.Rand
	file   int
}

// masked is a count as it is shown, and what of it a total of shown cells takes.
func masked(n int) (shown string, counted int) {
	if n > 0 && n < 10 {
		return "<10", 0
	}
	return fmt.Sprint(n), n
}

// people draws a count of people; few are low.
func (t *mixedTable) people(mean float64) int {
	return int(math.Exp(mean + 1.2*t.random.NormFloat64()))
}

// longTotals writes groups of three with their totals, one in a hundred of which
// includes what is masked.
func (t *mixedTable) longTotals() {
	fmt.Fprintln(t.out, "region,condition,sex,n")
	for region := range 40 {
		for condition := range 20 {
			total, hidden := 0, 0
			for _, sex := range []string{"female", "male", "other"} {
				n := t.people(4)
				shown, counted := masked(n)
				total, hidden = total+counted, hidden+n-counted
				fmt.Fprintf(t.out, "region_%d_%d,cond_%d,%s,%s\n", t.file, region, condition, sex, shown)
			}
			if t.random.IntN(100) == 0 {
				total += hidden
			}
			fmt.Fprintf(t.out, "region_%d_%d,cond_%d,Total,%d\n", t.file, region, condition, total)
		}
	}
}

// codesWithShares writes counts by code with their percentages.
func (t *mixedTable) codesWithShares() {
	fmt.Fprintln(t.out, "icd10,description,n,percent")
	counts, all, seen := make([]int, 2400), 0, 0
	for i := range counts {
		counts[i] = t.people(5)
		_, counted := masked(counts[i])
		all, seen = all+counts[i], seen+counted
	}
	for i, n := range counts {
		shown, counted := masked(n)
		share := ""
		if counted > 0 {
			share = fmt.Sprintf("%.2f", 100*float64(n)/float64(all))
		}
		fmt.Fprintf(t.out, "%c%02d.%d,A description of code %d in file %d,%s,%s\n", 'A'+i%26, i/26, t.file%10, i, t.file, shown, share)
	}
	if t.random.IntN(10) == 0 {
		seen = all
	}
	fmt.Fprintf(t.out, "Total,,%d,100.0\n", seen)
}

// wide writes a column a year and a total of what is shown.
func (t *mixedTable) wide() {
	const years = 25
	fmt.Fprint(t.out, "practice")
	for year := range years {
		fmt.Fprintf(t.out, ",y%d", 1990+year)
	}
	fmt.Fprintln(t.out, ",Total")
	for practice := range 700 {
		fmt.Fprintf(t.out, "practice %d-%d", t.file, practice)
		total := 0
		for range years {
			shown, counted := masked(t.people(4.5))
			total += counted
			fmt.Fprint(t.out, ",", shown)
		}
		fmt.Fprintf(t.out, ",%d\n", total)
	}
}

// estimates writes results of models, which hold few counts.
func (t *mixedTable) estimates() {
	fmt.Fprintln(t.out, "outcome,exposure,model,n,estimate,lower,upper,p_value")
	for i := range 1500 {
		estimate := t.random.NormFloat64()
		fmt.Fprintf(t.out, "outcome_%d,exposure_%d_%d,adjusted,%d,%.4f,%.4f,%.4f,%.4f\n",
			i%50, i/50, t.file%7, 500+t.random.IntN(90_000), estimate, estimate-.3, estimate+.3, t.random.Float64())
	}
}

// family writes, in turn, the tables of women, of men, of both, and the sums of
// both over the first label. The sets of four have labels of their own.
func (t *mixedTable) family() {
	member, set := t.file/10%4, t.file/40
	random := rand.New(rand.NewPCG(uint64(set), 1))
	if member == 3 {
		fmt.Fprintln(t.out, "condition,n")
	} else {
		fmt.Fprintln(t.out, "region,condition,n")
	}
	sums := make([]int, 50)
	for region := range 60 {
		for condition := range sums {
			women, men := int(math.Exp(4+random.NormFloat64())), int(math.Exp(4+random.NormFloat64()))
			n := []int{women, men, women + men, women + men}[member]
			sums[condition] += n
			if member < 3 {
				shown, _ := masked(n)
				fmt.Fprintf(t.out, "region_%d_%d,illness_%d_%d,%s\n", set, region, set, condition, shown)
			}
		}
	}
	for condition, n := range sums {
		if member == 3 {
			fmt.Fprintf(t.out, "illness_%d_%d,%d\n", set, condition, n)
		}
	}
}

// revised writes one table again, from which a few people left meanwhile.
func (t *mixedTable) revised() {
	fmt.Fprintln(t.out, "study,measure,participants")
	random := rand.New(rand.NewPCG(1, 1))
	for study := range 60 {
		for measure := range 60 {
			n := int(math.Exp(5 + random.NormFloat64()))
			if t.random.IntN(50) == 0 {
				n = max(0, n-1-t.random.IntN(3))
			}
			shown, _ := masked(n)
			fmt.Fprintf(t.out, "study_%d,measure_%d,%s\n", study, measure, shown)
		}
	}
}
