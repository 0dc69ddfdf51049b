package file1

// Severity says whether a finding keeps a file from being sent.
type Severity string

// An error does not fit the specification or cannot be true. A warning may be
// right, and somebody should look.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Rule is one thing that File 1 must keep to. Codes are stable.
type Rule struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Says     string   `json:"rule"` // what is wrong
	Fix      string   `json:"fix"`
}

type ruleID uint8

const (
	nameShape ruleID = iota
	nameStudy
	nameOldStudy
	nameDate
	nameFuture

	wideText
	nulByte
	notUTF8
	byteOrderMark
	controlCharacter
	loneReturn
	emptyFile
	brokenText

	noHeader
	columnMissing
	columnUnknown
	columnOrder
	columnTwice
	columnRetired
	columnSpelling

	fieldCount
	blankLine
	openQuote
	strayQuote
	longRecord
	noRows
	outerSpaces
	nullWord

	idMissing
	idLong
	idSpreadsheet

	statusMissing
	statusWrong
	statusSmall

	numberLength
	numberCharacters
	numberSpacing
	numberCheck
	numberDummy
	numberTest
	numberSpreadsheet
	numberUnallocated

	textLong
	namePlaceholder
	nameTitle
	nameDigits
	nameMissing

	postcodeWrong
	postcodePart
	postcodeSpacing
	postcodeSmall
	postcodePseudo
	postcodeArea

	dateLayout
	dateNone
	dateUnknown
	dateFuture
	dateLongAgo
	dateDefault
	dateOrder
	dateBeforeBirth
	dateSpike
	birthMissing

	genderWrong

	flagWrong
	flagMissing
	flagHistoric
	flagNoBasis
	flagWithdrawn

	secondCurrentRow
	noCurrentRow
	numberShared
	numberSecond
	numberBirths
	numberGenders
	personBirths

	ruleCount
)

var rules = [ruleCount]Rule{
	nameShape:    {"FNM001", Error, "the file's name is not STUDY_FILE1_v1_YYYYMMDD.csv", "name it by study code, version and the day that it was made, as in ALSPAC_FILE1_v1_20260501.csv"},
	nameStudy:    {"FNM002", Error, "the name begins with no study's code", "begin with the code that UK LLC gave the study, in capitals"},
	nameOldStudy: {"FNM003", Warning, "the name begins with an earlier code of a study", "begin with the code that UK LLC uses now"},
	nameDate:     {"FNM004", Error, "the last part of the name is no day", "end with the day that the file was made: year, month and day, eight digits"},
	nameFuture:   {"FNM005", Warning, "the day in the name is yet to come", "give the day that the file was made"},

	wideText:         {"ENC001", Error, "the file is UTF-16", "save it as CSV UTF-8"},
	nulByte:          {"ENC002", Error, "a NUL byte: this is no text, or was cut by a failing disk", "save the file again as CSV UTF-8"},
	notUTF8:          {"ENC003", Error, "a byte that is not UTF-8: the file may be Latin-1 or Windows-1252", "save it as CSV UTF-8, so that accents in names survive"},
	byteOrderMark:    {"ENC004", Warning, "a byte order mark before the header", "save it as UTF-8 without a mark; readers that keep it do not know the first column"},
	controlCharacter: {"ENC005", Error, "a control character in a cell", "remove it; it came with a copy from another program"},
	loneReturn:       {"ENC006", Error, "lines end with carriage returns alone", "save the file with line feeds (Unix) or both (Windows)"},
	emptyFile:        {"ENC007", Error, "the file is empty", "export it again"},
	brokenText:       {"ENC008", Warning, "text that was decoded wrongly before it came here", "export it again from the source, as UTF-8 all the way"},

	noHeader:       {"HDR001", Error, "the first line is not the header", "put the 34 column names on the first line; until then the columns are taken in their order"},
	columnMissing:  {"HDR002", Error, "the header lacks this column", "add it; a column without values stays empty"},
	columnUnknown:  {"HDR003", Error, "the header has a column that File 1 does not have", "remove it; identifiers that were not asked for must not be sent"},
	columnOrder:    {"HDR004", Error, "the columns are not in their order", "put them in the order of the specification"},
	columnTwice:    {"HDR005", Error, "the header has this column twice", "keep one of them"},
	columnRetired:  {"HDR006", Error, "the header has a column of an earlier specification", "remove it; the specification dropped it in 2024"},
	columnSpelling: {"HDR007", Error, "the column's name has other capitals or spaces around it", "write it as the specification does"},

	fieldCount:  {"ROW001", Error, "the row does not have as many cells as the header", "look for a comma in a cell without quotes, or for a cut line; the row was not checked further"},
	blankLine:   {"ROW002", Warning, "an empty line", "remove it"},
	openQuote:   {"ROW003", Error, "a quote is opened here and never closed: the file may be truncated", "close the quote, or export the file again; nothing behind it was checked"},
	strayQuote:  {"ROW004", Error, "a quote inside a cell that is not quoted, or text behind a closing quote", "put the cell in quotes, and write a quote in it twice"},
	longRecord:  {"ROW005", Error, "a row of more than a quarter of a mebibyte", "look for a quote that is not closed; nothing behind it was checked"},
	noRows:      {"ROW006", Error, "a header and no rows", "export the file again"},
	outerSpaces: {"ROW007", Warning, "spaces before or behind a cell's text", "remove them"},
	nullWord:    {"ROW008", Error, "a word that stands for nothing, such as NULL or NA", "leave the cell empty"},

	idMissing:     {"SID001", Error, "the study id is empty", "give every row its participant's study id"},
	idLong:        {"SID002", Error, "the study id has more than 50 characters", "send the id that the study's other files have"},
	idSpreadsheet: {"SID003", Error, "the study id is a number that a spreadsheet has rounded", "export it as text from the source; its digits are lost here"},

	statusMissing: {"STA001", Error, "the row status is empty", "write C for the current row and H for a historic one"},
	statusWrong:   {"STA002", Error, "the row status is neither C nor H", "write C for the current row and H for a historic one"},
	statusSmall:   {"STA003", Error, "the row status is a small letter", "write a capital C or H"},

	numberLength:      {"NHS001", Error, "the NHS number does not have ten digits", "look it up; a leading zero may have been lost. Leave the cell empty when it is not known"},
	numberCharacters:  {"NHS002", Error, "the NHS number has other characters than digits", "write ten digits, or leave the cell empty when it is not known"},
	numberSpacing:     {"NHS003", Error, "the NHS number is written with spaces, dashes or digits of another width", "write ten plain digits"},
	numberCheck:       {"NHS004", Error, "the NHS number's check digit (modulus 11) is wrong", "look it up: a digit is wrong or two have changed places"},
	numberDummy:       {"NHS005", Error, "the NHS number is a dummy, which would link everybody who has it", "leave the cell empty when the number is not known"},
	numberTest:        {"NHS006", Error, "the NHS number is of the test range (999), which nobody has", "remove test records; --synthetic allows the range for synthetic people"},
	numberSpreadsheet: {"NHS007", Error, "the NHS number is a number that a spreadsheet has rounded", "export it as text from the source; its digits are lost here"},
	numberUnallocated: {"NHS008", Warning, "the NHS number is of a range that nobody issues", "look it up"},

	textLong:        {"TXT001", Error, "the text is longer than its column", "shorten it to the length of the specification"},
	namePlaceholder: {"NAM001", Warning, "a name that stands for none, such as BABY, TWIN ONE or UNKNOWN", "leave the cell empty when the name is not known"},
	nameTitle:       {"NAM002", Warning, "a title before the name", "remove it; it is no part of the name that records have"},
	nameDigits:      {"NAM003", Warning, "a digit in a name", "look it up"},
	nameMissing:     {"NAM004", Warning, "a current row without surname and forename", "give the name; few records can be found without"},

	postcodeWrong:   {"PCD001", Error, "this is not a postcode", "look it up. For an address abroad leave the cell empty, or use its pseudo-postcode (ZZ99)"},
	postcodePart:    {"PCD002", Error, "the outward half of a postcode alone", "give the whole postcode, or leave the cell empty"},
	postcodeSpacing: {"PCD003", Error, "the postcode does not have one space before its last three characters", "write it as in SW1A 1AA"},
	postcodeSmall:   {"PCD004", Warning, "the postcode has small letters", "write it in capitals"},
	postcodePseudo:  {"PCD005", Warning, "a pseudo-postcode (ZZ99): no fixed abode, not known or abroad", "nothing, when it is meant; nobody is linked by it"},
	postcodeArea:    {"PCD006", Warning, "a postcode of an area that does not exist", "look it up"},

	dateLayout:      {"DAT001", Error, "the date is not DD/MM/YYYY", "write two digits for day and month and four for the year; 00 stands for a day or month that is not known"},
	dateNone:        {"DAT002", Error, "there is no such day", "look for day and month that have changed places"},
	dateUnknown:     {"DAT003", Error, "00/00/0000 on a current row", "give what is known of the date, or leave the cell empty; only a historic row may have 00/00/0000"},
	dateFuture:      {"DAT004", Error, "the date is later than the file", "look it up"},
	dateLongAgo:     {"DAT005", Error, "the date is more than 115 years before the file", "look it up; leave the cell empty when the date is not known"},
	dateDefault:     {"DAT006", Warning, "a date of birth that systems fill in when there is none", "leave the cell empty when the date is not known"},
	dateOrder:       {"DAT007", Error, "the address ends before it starts", "look up both dates"},
	dateBeforeBirth: {"DAT008", Warning, "the address starts before the date of birth", "look up both dates"},
	dateSpike:       {"DAT009", Warning, "far more dates of birth on one day than chance allows", "look whether a system fills in the day; write 00 for what is not known"},
	birthMissing:    {"DAT010", Warning, "a current row without a date of birth", "give it; few records can be found without"},

	genderWrong: {"SEX001", Error, "the gender is not 1, 2, 7, 8 or 9", "use the codes of the specification, or leave the cell empty"},

	flagWrong:     {"FLG001", Error, "the flag has a value that the specification does not give it", "use the values of the specification"},
	flagMissing:   {"FLG002", Warning, "a flag is empty on a current row, which permits nothing", "write 0 or 1"},
	flagHistoric:  {"FLG003", Warning, "a flag on a historic row, where it has no effect", "give flags on the current row only"},
	flagNoBasis:   {"FLG004", Warning, "NHS England linkage is permitted and National_Opt_Out is empty: there is no legal basis", "write 0 for consent held by the study, or 1 for section 251, where NHS England applies the national opt-out"},
	flagWithdrawn: {"FLG005", Warning, "UKLLC_STATUS is 0 and a linkage is permitted", "set the permissions of those who left to 0"},

	secondCurrentRow: {"XRW001", Error, "the participant has a current row already", "keep one row with C; make the others historic (H)"},
	noCurrentRow:     {"XRW002", Error, "the participant has no current row", "set ROW_STATUS to C in exactly one row of each study id; participants are never removed"},
	numberShared:     {"XRW003", Error, "another participant has this NHS number: one number, two people", "look both up: they may be one person enrolled twice, twins, or mother and baby"},
	numberSecond:     {"XRW004", Error, "the participant has another NHS number in an earlier row: one person, two numbers", "send the number that is current in every row; the older may be superseded or somebody else's"},
	numberBirths:     {"XRW005", Error, "the NHS number has another date of birth in an earlier row", "look up which is right"},
	numberGenders:    {"XRW006", Error, "the NHS number has another gender in an earlier row", "look up which is right; a new number is issued when gender is reassigned"},
	personBirths:     {"XRW007", Error, "the participant has another date of birth in an earlier row", "look up which is right"},
}

// Rules lists every rule, in the order of their codes' families.
func Rules() []Rule { return rules[:] }
