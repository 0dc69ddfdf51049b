package file1

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"tre-toolkit/internal/identifier"
)

// checkCells checks every cell of a row by itself, and the row's cells against
// each other.
func (w *worker) checkCells() {
	w.order()
	w.checkStudyID(w.cell(studyID))
	w.checkStatus(w.cell(rowStatus))
	w.checkNumber(w.cell(nhsNumber))
	w.checkNames()
	for column := address1; column <= address5; column++ {
		w.checkText255(column)
	}
	w.checkPostcode(w.cell(postcode))
	w.checkDates()
	w.checkGender(w.cell(gender))
	w.checkFlags()
}

// nullWords are what programs write for nothing. In a name they may be a name.
var nullWords = map[string]bool{"NULL": true, "NA": true, "N/A": true, "NAN": true, "NONE": true, "NIL": true, "-": true, ".": true, "#N/A": true}

// isNullWord reports whether a cell is such a word.
func isNullWord(cell []byte) bool {
	if len(cell) > 4 {
		return false
	}
	var capitals [4]byte
	for i, c := range cell {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		capitals[i] = c
	}
	return nullWords[string(capitals[:len(cell)])]
}

// empty reports whether a cell holds nothing, and reports a word that means it.
func (w *worker) empty(column int, cell []byte) bool {
	if len(cell) == 0 {
		return true
	}
	if c := cell[0]; c >= '0' && c <= '9' || !isNullWord(cell) {
		return false
	}
	w.add(nullWord, column)
	return true
}

func longer(cell []byte, width int) bool {
	return len(cell) > width && utf8.RuneCount(cell) > width
}

func (w *worker) checkStudyID(cell []byte) {
	switch {
	case w.empty(studyID, cell):
		w.add(idMissing, studyID)
		return
	case longer(cell, columns[studyID].width):
		w.add(idLong, studyID)
	case identifier.IsSpreadsheetNumber(cell):
		w.add(idSpreadsheet, studyID)
	}
	w.row.id = w.id(cell)
}

func (w *worker) checkStatus(cell []byte) {
	switch string(cell) {
	case "C", "H":
		w.row.status = cell[0]
	case "c", "h":
		w.row.status = cell[0] - 'a' + 'A'
		w.add(statusSmall, rowStatus)
	case "":
		w.add(statusMissing, rowStatus)
	default:
		w.add(statusWrong, rowStatus)
	}
}

// issuers are the ranges that a report counts.
var issuers = [...]identifier.Range{
	"", identifier.EnglandAndWales, identifier.NorthernIreland, identifier.Scotland, identifier.TestRange, identifier.Unallocated,
}

func (w *worker) checkNumber(cell []byte) {
	if w.empty(nhsNumber, cell) {
		return
	}
	number, err := identifier.ParseNHSNumber(cell, identifier.Synthetic)
	if rule, wrong := numberRule(cell, err); wrong {
		w.add(rule, nhsNumber)
	}
	if err != nil {
		return
	}
	w.row.number = number.Number()
	issuer := number.Range()
	for i, one := range issuers {
		if one == issuer {
			w.row.issuer = uint8(i)
		}
	}
	switch {
	case issuer == identifier.TestRange && !w.synthetic:
		w.add(numberTest, nhsNumber)
	case issuer == identifier.Unallocated:
		w.add(numberUnallocated, nhsNumber)
	}
	if len(cell) != columns[nhsNumber].width {
		w.add(numberSpacing, nhsNumber)
	}
}

// numberRule returns the rule that an NHS number breaks by itself.
func numberRule(cell []byte, err error) (ruleID, bool) {
	switch err {
	case nil:
		return 0, false
	case identifier.CheckDigit:
		return numberCheck, true
	case identifier.Dummy:
		return numberDummy, true
	case identifier.Spreadsheet:
		return numberSpreadsheet, true
	}
	for _, c := range cell {
		if (c < '0' || c > '9') && c != ' ' && c != '-' {
			return numberCharacters, true
		}
	}
	return numberLength, true
}

func (w *worker) checkNames() {
	named := false
	for column := surname; column <= middleNames; column++ {
		cell := w.cell(column)
		if len(cell) == 0 {
			continue
		}
		named = named || column != middleNames
		switch {
		case longer(cell, columns[column].width):
			w.add(textLong, column)
		case identifier.IsPlaceholderName(cell):
			w.add(namePlaceholder, column)
		case identifier.HasTitle(cell):
			w.add(nameTitle, column)
		case hasDigit(cell):
			w.add(nameDigits, column)
		}
	}
	if !named && w.row.current() {
		w.add(nameMissing, surname)
	}
}

func hasDigit(cell []byte) bool {
	for _, c := range cell {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

func (w *worker) checkText255(column int) {
	cell := w.cell(column)
	if !w.empty(column, cell) && longer(cell, columns[column].width) {
		w.add(textLong, column)
	}
}

func (w *worker) checkPostcode(cell []byte) {
	if w.empty(postcode, cell) {
		return
	}
	code, err := identifier.ParsePostcode(cell)
	switch err {
	case nil:
	case identifier.Partial:
		w.add(postcodePart, postcode)
		return
	default:
		w.add(postcodeWrong, postcode)
		return
	}
	switch code.Kind() {
	case identifier.Pseudo:
		w.add(postcodePseudo, postcode)
	case identifier.UnknownArea:
		w.add(postcodeArea, postcode)
	}
	var buffer [9]byte
	written := code.AppendTo(buffer[:0])
	if bytes.Equal(cell, written) {
		return
	}
	if !bytes.EqualFold(cell, written) {
		w.add(postcodeSpacing, postcode)
	}
	if bytes.ContainsFunc(cell, unicode.IsLower) {
		w.add(postcodeSmall, postcode)
	}
}

func (w *worker) checkDates() {
	w.born = w.date(dateOfBirth)
	from, to := w.date(addressStart), w.date(addressEnd)
	w.date(createDate)
	w.row.born = w.born.Packed()
	switch {
	case w.born.IsZero() && w.row.current() && len(w.cell(dateOfBirth)) == 0:
		w.add(birthMissing, dateOfBirth)
	case isDefault(w.born):
		w.add(dateDefault, dateOfBirth)
	}
	if !to.IsZero() && from.After(to) {
		w.add(dateOrder, addressEnd)
	}
	if !from.IsZero() && w.born.After(from) {
		w.add(dateBeforeBirth, addressStart)
	}
}

// date reads a date that is not later than the file and not a life before it.
func (w *worker) date(column int) identifier.PartialDate {
	cell := w.cell(column)
	if w.empty(column, cell) {
		return identifier.PartialDate{}
	}
	date, err := identifier.ParsePartialDate(cell)
	switch {
	case err == identifier.NoSuchDay:
		w.add(dateNone, column)
	case err == identifier.Unknown:
		if w.row.current() {
			w.add(dateUnknown, column)
		}
	case err != nil:
		w.add(dateLayout, column)
	case date.After(w.file):
		w.add(dateFuture, column)
	case date.Year() < w.earliest:
		w.add(dateLongAgo, column)
	default:
		return date
	}
	if isDefault(date) { // reported as that too
		return date
	}
	return identifier.PartialDate{}
}

// isDefault reports whether a date is one of those that systems fill in.
func isDefault(date identifier.PartialDate) bool {
	return date.Is(1, 1) && (date.Year() == 1900 || date.Year() == 1901)
}

func (w *worker) checkGender(cell []byte) {
	switch {
	case w.empty(gender, cell):
	case len(cell) == 1 && strings.IndexByte(columns[gender].values, cell[0]) >= 0:
		w.row.gender = cell[0]
	default:
		w.add(genderWrong, gender)
	}
}

// checkFlags checks the flags, which count on the current row only, and the
// studies' own numbers between them.
func (w *worker) checkFlags() {
	permitted := false
	for column := ukllcStatus; column < columnCount; column++ {
		if columns[column].kind == text {
			w.checkText255(column)
			continue
		}
		value := w.flag(column)
		switch {
		case column == ukllcStatus:
			w.row.active = value
		case column != multipleBirth && column != nationalOptOut:
			permitted = permitted || value == '1' || value == '2'
		}
	}
	if !w.row.current() {
		return
	}
	if w.row.active == '0' && permitted {
		w.add(flagWithdrawn, ukllcStatus)
	}
	if string(w.cell(nhsEngland)) == "1" && len(w.cell(nationalOptOut)) == 0 {
		w.add(flagNoBasis, nationalOptOut)
	}
}

// flag returns a flag's value, or 0.
func (w *worker) flag(column int) byte {
	cell := w.cell(column)
	historic := w.row.status == 'H' && column != multipleBirth
	if len(cell) == 1 && strings.IndexByte(columns[column].values, cell[0]) >= 0 {
		if historic {
			w.add(flagHistoric, column)
		}
		return cell[0]
	}
	switch {
	case w.empty(column, cell):
		if w.row.current() && column != multipleBirth {
			w.add(flagMissing, column)
		}
		return 0
	case historic:
		w.add(flagHistoric, column)
	}
	w.add(flagWrong, column)
	return 0
}
