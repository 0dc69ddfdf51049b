package spec

import "regexp"

// Decode reads a TOML document that a user wrote beside the specifications, as
// strictly as those: a key that nothing reads is a fault. The error is an
// *Invalid with the faults' lines under the document's name.
func Decode(name string, text []byte, into any) error {
	return decodeText(name, text, into).err()
}

// LineInBlock finds the line that sets a key within the nth block of an array of
// tables, counted from 1, for a fault's position. It returns the block's own line
// when the key is not set there, and 0 when there is no such block.
func LineInBlock(text []byte, array string, nth int, key string) int {
	header := regexp.MustCompile(`^\s*\[\[\s*` + regexp.QuoteMeta(array) + `\s*\]\]`)
	first := lineWhere(text, nth, header.MatchString)
	if first == 0 {
		return 0
	}
	end := lineWhere(text, nth+1, header.MatchString)
	setting := regexp.MustCompile(`^\s*` + regexp.QuoteMeta(key) + `\s*=`)
	for candidate := 1; ; candidate++ {
		line := lineWhere(text, candidate, setting.MatchString)
		switch {
		case line == 0 || end > 0 && line > end:
			return first
		case line > first:
			return line
		}
	}
}
