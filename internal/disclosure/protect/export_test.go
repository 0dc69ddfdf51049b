package protect

import "tre-toolkit/internal/disclosure"

// Quickly protects a table as a large one is: without trying every choice.
func Quickly(table Table, profile disclosure.Profile) (Result, error) {
	return protect(table, profile, true)
}
