package outputs

// fileExplanations tell the checks of files, their content and the declaration.
var fileExplanations = map[string]Explanation{
	"FIL001": {
		Why:       "What is not read can hold anything.",
		Example:   "results.xyz",
		Proof:     "none",
		Reference: ownRule,
	},
	"FIL002": {
		Why:       "A part that was not read, or not understood, can hold what the rest does not.",
		Example:   "group,cases\nA,3 in 50 in 2 places",
		Proof:     "none",
		Reference: ownRule,
	},
	"FIL003": {
		Why:       "Rows about single people do not leave, however their key was made.",
		Example:   "stud_id,age_band,score\n...",
		Proof:     "the column's place; its values are never printed",
		Reference: ukllcGuide + ": identifiers of a project may not leave",
	},
	"FIL004": {
		Why:       "An NHS number is one person.",
		Example:   "a number of ten digits whose last is the check digit of the others",
		Proof:     "the cell's place; the number is never printed",
		Reference: "NHS Data Dictionary, NHS NUMBER, modulus 11",
	},
	"FIL005": {
		Why:       "A spreadsheet runs a cell that begins as a formula on the machine of whoever opens it.",
		Example:   "=HYPERLINK(...)",
		Proof:     "none",
		Reference: owaspInjection,
	},
	"FIL006": {
		Why:       "A link shows a file that was not checked, and can lead out of the folder.",
		Example:   "table.csv -> elsewhere",
		Proof:     "none",
		Reference: ownRule,
	},
	"FIL007": {
		Why:       "Characters that cannot be seen let a low count pass for another, or a label for none.",
		Example:   "<U+202E>01",
		Proof:     "none",
		Reference: "Unicode Technical Report 36",
	},
	"FIL008": {
		Why:       "A hidden sheet, a comment or a number behind a format leaves with the file.",
		Example:   "a cell that shows <10 and stores its number",
		Proof:     "its place in the file",
		Reference: "mySociety, hidden data in published workbooks",
	},
	"FIL009": {
		Why:       "Metadata name people, machines and folders that nobody meant to release.",
		Example:   "the author of a workbook, the place of a picture",
		Proof:     "the kind and the place",
		Reference: "mySociety, hidden data in published workbooks",
	},
	"FIL010": {
		Why:       "A file under a wrong name is opened by another program than the one it was checked for.",
		Example:   "an archive named table.csv",
		Proof:     "none",
		Reference: ownRule,
	},
	"FIL011": {
		Why:       "Files of data hold rows about people; programs can do anything.",
		Example:   "cohort.rds",
		Proof:     "none",
		Reference: ukllcGuide + ": derived data do not leave",
	},
	"FIL012": {
		Why:       "What leaves in an archive is seen by nobody at the gate.",
		Example:   "results.zip",
		Proof:     "none",
		Reference: "OCWA, blocked types",
	},
	"FIL013": {
		Why:       "A key that has left opens what it opens for everybody.",
		Example:   "id_rsa, .env",
		Proof:     "none",
		Reference: ownRule,
	},
	"FIL014": {
		Why:       "Postcodes, dates of birth, addresses and names identify people.",
		Example:   "a postcode in a log",
		Proof:     "the place and the class; the value is never printed",
		Reference: ukllcGuide,
	},
	"FIL015": {
		Why:       "Paths and addresses tell of the environment, and passwords open it.",
		Example:   "a traceback with the folder of the data",
		Proof:     "the place and the class",
		Reference: ownRule,
	},
	"FIL030": {
		Why:       "Reviewers can judge only some kinds of files, and owners name those that hold rows of data.",
		Example:   "figure.svg under rules that keep it in, since it holds its points",
		Proof:     "none",
		Reference: openSAFELYGate + "; ACRO 1.0, blocked_extensions",
	},
	"FIL031": {
		Why:       "A file that no person can read through has not been reviewed.",
		Example:   "table.csv of 40 MB",
		Proof:     "none",
		Reference: openSAFELYGate,
	},
	"FIL032": {
		Why:       "A table of many thousand rows is seldom a summary.",
		Example:   "table.csv of 60,000 rows",
		Proof:     "none",
		Reference: openSAFELYGate,
	},
	"FIL033": {
		Why:       "Supporting files help a checker and are not released; they were not checked, so they must stay.",
		Example:   "units.csv, declared with supporting = true",
		Proof:     "none",
		Reference: "OpenSAFELY Airlock: supporting files",
	},
	"FIL034": {
		Why:       "A declaration of other files or columns than these changes nothing, and its author believes that it does.",
		Example:   "path = \"tabels/counts.csv\"",
		Proof:     "none",
		Reference: ownRule,
	},
}
