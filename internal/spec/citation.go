package spec

import (
	"errors"
	"io/fs"
)

// Citation is how a work is cited that is no dataset version: as it was
// published, or as its project says. A DOI that is not minted is empty or TBC.
type Citation struct {
	DOI           string   `toml:"doi"`
	Title         string   `toml:"title"`
	Investigators []string `toml:"investigators"` // people, each "Family, Given"
	Creators      []string `toml:"creators"`      // organisations; never parsed as personal names
	Publisher     string   `toml:"publisher"`
	Year          int      `toml:"year"`
	Language      string   `toml:"language"`
	URL           string   `toml:"url"`      // landing page
	TakenOn       Date     `toml:"taken_on"` // when this metadata was read at the registry
}

// Freezes are the freezes that are published, which can be cited.
type Freezes struct {
	Freezes []PublishedFreeze `toml:"freezes"`
}

// PublishedFreeze is a freeze with its citation.
type PublishedFreeze struct {
	Number int `toml:"number"`
	Citation
}

// Freeze returns the published freeze of a number.
func (f Freezes) Freeze(number int) (PublishedFreeze, bool) {
	for _, freeze := range f.Freezes {
		if freeze.Number == number {
			return freeze, true
		}
	}
	return PublishedFreeze{}, false
}

const freezesFile = "freezes.toml"

// LoadFreezes reads freezes.toml. Specifications without it publish no freeze.
func LoadFreezes(files fs.FS) (Freezes, error) {
	if _, err := fs.Stat(files, freezesFile); errors.Is(err, fs.ErrNotExist) {
		return Freezes{}, nil
	}
	var freezes Freezes
	faults := decodeFile(files, freezesFile, &freezes)
	text, _ := fs.ReadFile(files, freezesFile) // if it cannot be read, that is a fault already
	for i, freeze := range freezes.Freezes {
		line := lineWhere(text, i+1, isHeading("[[freezes]]"))
		if freeze.Number < 1 || freeze.Number > 9999 {
			faults.add(freezesFile, line, "freeze %d is not a freeze number: 1 to 9999", freeze.Number)
		}
		if i > 0 && freeze.Number <= freezes.Freezes[i-1].Number {
			faults.add(freezesFile, line, "freeze %d does not follow %d", freeze.Number, freezes.Freezes[i-1].Number)
		}
		if freeze.Title == "" {
			faults.add(freezesFile, line, "freeze %d has no title", freeze.Number)
		}
	}
	return freezes, faults.err()
}
