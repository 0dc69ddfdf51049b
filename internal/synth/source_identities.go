package synth

import (
	"time"

	"tre-toolkit/internal/identifier"
)

// identities are what the source tables identify people by. None is anybody's:
// NHS numbers are of the range that is kept for tests, postcodes of an area that
// does not exist. Numbers of people repeat past as many as there are, some
// 909,000.
type identities struct {
	numbers []uint64 // NHS numbers, of ten digits
	order   shuffle
	locals  identifiers // a provider's own number of a person
}

const testRange = 999_000_000 // the first nine digits of the first number

func newIdentities(p *population) *identities {
	made := &identities{locals: newIdentifiers(prime12, 0, mix(p.seed, 16))}
	for nine := uint64(testRange); nine < testRange+1_000_000; nine++ {
		if digit, issued := identifier.NHSCheckDigit(nine); issued {
			made.numbers = append(made.numbers, nine*10+digit)
		}
	}
	made.order = newShuffle(int64(len(made.numbers)), mix(p.seed, 17))
	return made
}

func (ids *identities) appendNHSNumber(b []byte, p *person) []byte {
	return appendNumber(b, ids.numbers[ids.order.at(p.index%int64(len(ids.numbers)))])
}

// appendLocal writes the number that a provider knows a person by.
func (ids *identities) appendLocal(b []byte, p *person, provider int) []byte {
	return appendPadded(append(b, 'L', 'P'), uint64(ids.locals.at(p.index*providers+int64(provider))), 12)
}

// appendServiceID writes the number that a provider of v1.5 knows a referral by.
func (w *pathway) appendServiceID(b []byte) []byte {
	return appendPadded(append(b, 'S', 'R'), mix(uint64(w.traits), 18)%1_000_000_000_000, 12)
}

// Fields of a person's traits that say where they live.
const (
	fieldDistrict uint64 = iota + 5000
	fieldSector
	fieldUnit
)

// unitLetters are those that the last two of a postcode may be.
const unitLetters = "ABDEFGHJLNPQRSTUWXYZ"

// appendDistrict writes a postcode's district, in an area that does not exist.
func (p *person) appendDistrict(b []byte) []byte {
	return appendNumber(append(b, "ZA"...), uint64(1+p.traits.below(fieldDistrict, 99)))
}

func (p *person) appendPostcode(b []byte) []byte {
	b = append(p.appendDistrict(b), ' ', byte('0'+p.traits.below(fieldSector, 10)))
	unit := p.traits.below(fieldUnit, len(unitLetters)*len(unitLetters))
	return append(b, unitLetters[unit/len(unitLetters)], unitLetters[unit%len(unitLetters)])
}

func (p *person) appendBirthDate(b []byte) []byte {
	return dayZero.AddDate(0, 0, p.born).AppendFormat(b, time.DateOnly)
}
