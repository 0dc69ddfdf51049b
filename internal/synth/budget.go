package synth

// part is one of the two spans of extract periods that rows are counted in:
// what version 2 had, and what version 3 adds to it.
type part int

const (
	upToVersion2 part = iota
	sinceVersion2
	parts
)

// tally is what the people of a chunk need and want of each table: one row
// each at least, and a weight for the rest.
type tally struct {
	least, weight [parts][tableCount]int64
	fixed         [tableCount]int64 // rows of those who are gone from version 3
}

func (t *tally) add(other tally) {
	for p := range parts {
		for i := range tableCount {
			t.least[p][i] += other.least[p][i]
			t.weight[p][i] += other.weight[p][i]
		}
	}
	for i := range tableCount {
		t.fixed[i] += other.fixed[i]
	}
}

// budget holds how many rows the people share, so that the rows of a table are
// exactly as many as wanted. Those who left have theirs apart.
type budget struct {
	all  tally
	rows [2][tableCount]int64 // wanted, of version 2 and version 3
}

// spare returns the rows of a part that are left when everybody has one.
func (b *budget) spare(p part, t table) int64 {
	ofStayers := b.rows[0][t] - b.all.fixed[t]
	earlier := max(ofStayers, b.all.least[upToVersion2][t])
	if p == upToVersion2 {
		return earlier - b.all.least[upToVersion2][t]
	}
	if b.all.weight[upToVersion2][t] == 0 {
		earlier = b.all.least[upToVersion2][t]
	}
	return max(b.rows[1][t]-earlier-b.all.least[sinceVersion2][t], 0)
}

// claim is what one person needs and wants of one table in one part.
type claim struct{ least, weight int64 }

// rowsFor returns a person's rows, given what those before them claimed.
func (b *budget) rowsFor(p part, t table, c claim, before *tally) int64 {
	rows := c.least + share(b.spare(p, t), before.weight[p][t], c.weight, b.all.weight[p][t])
	before.least[p][t] += c.least
	before.weight[p][t] += c.weight
	return rows
}
