package file1

// The columns of File 1, in their order.
const (
	studyID = iota
	rowStatus
	nhsNumber
	surname
	forename
	middleNames
	address1
	address2
	address3
	address4
	address5
	postcode
	addressStart
	addressEnd
	dateOfBirth
	gender
	createDate
	ukllcStatus
	nhsEngland
	nhsDigitalNumber
	nhsScotland
	nhsScotlandNumber
	nhsWales
	nhsNorthernIreland
	nhsNorthernIrelandNumber
	geocoding
	smallArea
	environment
	propertyLevel
	multipleBirth
	nationalOptOut
	education
	workAndPensions
	revenueAndCustoms
	columnCount

	wholeRow = columnCount // of a finding that concerns no single column
)

type kind uint8

const (
	text  kind = iota // a text of a length
	flag              // one of a few characters
	other             // a grammar of its own
)

// column is what the specification says of one.
type column struct {
	name   string
	kind   kind
	width  int    // characters, of a text
	values string // that a flag may have
}

var columns = [columnCount]column{
	studyID:                  {"STUDY_ID", other, 50, ""},
	rowStatus:                {"ROW_STATUS", other, 1, "CH"},
	nhsNumber:                {"NHS_NUMBER", other, 10, ""},
	surname:                  {"SURNAME", text, 255, ""},
	forename:                 {"FORENAME", text, 255, ""},
	middleNames:              {"MIDDLENAMES", text, 255, ""},
	address1:                 {"ADDRESS_1", text, 255, ""},
	address2:                 {"ADDRESS_2", text, 255, ""},
	address3:                 {"ADDRESS_3", text, 255, ""},
	address4:                 {"ADDRESS_4", text, 255, ""},
	address5:                 {"ADDRESS_5", text, 255, ""},
	postcode:                 {"POSTCODE", other, 8, ""},
	addressStart:             {"ADDRESS_START_DATE", other, 10, ""},
	addressEnd:               {"ADDRESS_END_DATE", other, 10, ""},
	dateOfBirth:              {"DATE_OF_BIRTH", other, 10, ""},
	gender:                   {"GENDER_CD", other, 1, "12789"},
	createDate:               {"CREATE_DATE", other, 10, ""},
	ukllcStatus:              {"UKLLC_STATUS", flag, 1, "01"},
	nhsEngland:               {"NHS_E_Linkage_Permission", flag, 1, "01"},
	nhsDigitalNumber:         {"NHS_Digital_Study_Number", text, 50, ""},
	nhsScotland:              {"NHS_S_Linkage_Permission", flag, 1, "01"},
	nhsScotlandNumber:        {"NHS_S_Study_Number", text, 50, ""},
	nhsWales:                 {"NHS_W_Linkage_Permission", flag, 1, "01"},
	nhsNorthernIreland:       {"NHS_NI_Linkage_Permission", flag, 1, "01"},
	nhsNorthernIrelandNumber: {"NHS_NI_Study_Number", text, 50, ""},
	geocoding:                {"Geocoding_Permission", flag, 1, "012"},
	smallArea:                {"Small_Area_Permission", flag, 1, "01"},
	environment:              {"Environment_Permission", flag, 1, "01"},
	propertyLevel:            {"Property_Level_Permission", flag, 1, "01"},
	multipleBirth:            {"Multiple_Birth", flag, 1, "019"},
	nationalOptOut:           {"National_Opt_Out", flag, 1, "01"},
	education:                {"DFE_Linkage_Permission", flag, 1, "01"},
	workAndPensions:          {"DWP_Linkage_Permission", flag, 1, "01"},
	revenueAndCustoms:        {"HMRC_Linkage_Permission", flag, 1, "01"},
}

// retired are columns of earlier specifications.
var retired = map[string]bool{"ZOESYMPTOMTRACKER_PERMISSION": true}

// Columns returns the names of File 1's columns, in their order.
func Columns() []string {
	names := make([]string, columnCount)
	for i, column := range columns {
		names[i] = column.name
	}
	return names
}

// Identifying returns the names of the columns that identify a person or give a
// study's own number of one: those that may never be in a research environment.
// The flags behind them may: a permissions file has them too.
func Identifying() []string {
	names := Columns()[:ukllcStatus]
	for _, number := range []int{nhsDigitalNumber, nhsScotlandNumber, nhsNorthernIrelandNumber} {
		names = append(names, columns[number].name)
	}
	return names
}
