package file1

import "tre-toolkit/internal/identifier"

// people is what is kept of participants and of NHS numbers, in a few bytes
// each, to compare rows that may be anywhere in the file.
type people struct {
	ids     *places[[2]uint64] // of study ids, in list
	list    []participant
	numbers *places[uint64] // in holders
	holders []holder
}

type participant struct {
	number  uint64 // the first that was given
	born    uint32 // the first date of birth that was given
	first   uint32 // line of the first row
	current bool
}

// holder is the first row of an NHS number.
type holder struct {
	participant uint32
	born        uint32
	gender      byte
}

const (
	usualRow  = 150       // bytes, at least
	mostAhead = 2_000_000 // participants that memory is set aside for
)

// newPeople sets memory aside for as many participants as a file of a size may
// have, so that nothing needs to grow.
func newPeople(size int64) *people {
	ahead := int(min(size/usualRow, mostAhead))
	return &people{
		ids:     newPlaces[[2]uint64](ahead),
		list:    make([]participant, 0, ahead),
		numbers: newPlaces[uint64](ahead),
		holders: make([]holder, 0, ahead),
	}
}

// add takes a row and appends what speaks against earlier ones.
func (p *people) add(r *row, found []finding) []finding {
	if r.id == [2]uint64{} {
		return found
	}
	which, known := p.ids.of(r.id)
	if !known {
		p.list = append(p.list, participant{first: r.line})
	}
	who := &p.list[which]
	add := func(rule ruleID, column uint8) { found = append(found, finding{rule, column, r.line}) }
	if r.current() {
		if who.current {
			add(secondCurrentRow, rowStatus)
		}
		who.current = true
	}
	birthsTold := false
	if r.number != 0 {
		if who.number != 0 && who.number != r.number {
			add(numberSecond, nhsNumber)
		}
		if who.number == 0 {
			who.number = r.number
		}
		birthsTold = p.compare(r, which, add)
	}
	if conflict(who.born, r.born) && !birthsTold {
		add(personBirths, dateOfBirth)
	}
	who.born = better(who.born, r.born)
	return found
}

// compare compares a row with the first one of its NHS number, and reports
// whether their dates of birth differ.
func (p *people) compare(r *row, which uint32, add func(ruleID, uint8)) (births bool) {
	place, known := p.numbers.of(r.number)
	if !known {
		p.holders = append(p.holders, holder{which, r.born, r.gender})
		return false
	}
	held := &p.holders[place]
	if held.participant != which {
		add(numberShared, nhsNumber)
	}
	if births = conflict(held.born, r.born); births {
		add(numberBirths, dateOfBirth)
	}
	if known := isSex(held.gender) && isSex(r.gender); known && held.gender != r.gender {
		add(numberGenders, gender)
	}
	held.born = better(held.born, r.born)
	if !isSex(held.gender) {
		held.gender = r.gender
	}
	return births
}

// isSex reports whether a gender code is male or female; the others do not
// speak against either.
func isSex(code byte) bool { return code == '1' || code == '2' }

func conflict(a, b uint32) bool {
	return a != b && identifier.UnpackDate(a).Conflicts(identifier.UnpackDate(b))
}

// better returns the first date that was given.
func better(held, given uint32) uint32 {
	if held == 0 {
		return given
	}
	return held
}

// withoutCurrentRow calls a function with the first line of each participant
// who has no current row, in the file's order.
func (p *people) withoutCurrentRow(each func(line uint32)) {
	for i := range p.list {
		if !p.list[i].current {
			each(p.list[i].first)
		}
	}
}
