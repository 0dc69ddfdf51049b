package identifier

import "strings"

// placeholders stand where a name should: they would link everybody who has one.
var placeholders = listed(`ANON ANONYMOUS BABY BABYBOY BABYGIRL DUMMY FEMALE INFANT MALE NEWBORN NFN NK NONAME NONE NOTKNOWN NOTSTATED
PATIENT TEST TESTPATIENT TRIPLET TRIPLETONE TRIPLETTWO TRIPLETTHREE TWIN TWINA TWINB TWINI TWINII TWINONE TWINTWO TWIN1 TWIN2
UNKNOWN UNNAMED WITHHELD X XX XXX XXXX`)

// titles come before a name and are no part of it.
var titles = listed("MR MRS MISS MS DR PROF REV SIR DAME LORD LADY MASTER")

// IsPlaceholderName reports whether a name is one that stands for none, such as
// BABY, TWIN ONE or UNKNOWN, however it is spaced.
func IsPlaceholderName[T Text](name T) bool {
	var capitals [16]byte // no placeholder is as long
	count := 0
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c == ' ' || c == '.' || c == '-' || c == '(' || c == ')':
			continue
		}
		if count == len(capitals) {
			return false
		}
		capitals[count] = c
		count++
	}
	return placeholders[string(capitals[:count])]
}

// HasTitle reports whether a name begins with a title, such as MRS.
func HasTitle[T Text](name T) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case i > 7:
			return false
		case c == ' ' || c == '.':
			return titles[strings.ToUpper(string(name[:i]))]
		}
	}
	return false
}
