package document

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
)

// Family says what sort of thing a kind of file is.
type Family string

// The families of kinds.
const (
	Output  Family = ""        // may be a finished output
	Archive Family = "archive" // holds other files
	Data    Family = "data"    // rows for a program, not for people
	Program Family = "program" // would run
	Secret  Family = "secret"  // keys and passwords
	Working Family = "working" // what programs leave beside one's work
)

var sayFamily = map[Family]string{
	Data:    "it is a file of data for a program",
	Program: "it is a program",
	Secret:  "files of its name hold keys or passwords",
	Working: "it is a working file of a program and no output",
}

// kinds maps the endings of names to kinds of files.
var kinds = endings(map[string]string{
	"csv": "csv", "tsv": "tsv tab", "markdown": "md markdown rmd qmd", "text": "txt", "log": "log lst out smcl",
	"json": "json geojson jsonld", "citation": "bib ris", "json lines": "jsonl ndjson", "html": "html htm xhtml", "notebook": "ipynb",
	"code":  "r py do ado sql sas jl sh bash ps1 bat sps rnw js m go java c cpp h scala stan",
	"latex": "tex", "restructuredtext": "rst", "org": "org", "xml": "xml", "yaml": "yaml yml cff", "toml": "toml ini cfg", "rtf": "rtf",
	"svg": "svg", "png": "png", "jpeg": "jpg jpeg", "gif": "gif", "webp": "webp", "tiff": "tif tiff", "bitmap": "bmp", "pdf": "pdf", "postscript": "ps eps",
	"xlsx": "xlsx xlsm xltx xltm", "ods": "ods", "xls": "xls xlsb", "word": "docx docm doc odt", "slides": "pptx ppt odp", "mail": "msg eml",
	"zip": "zip", "gzip": "gz tgz svgz", "bzip2": "bz2", "tar": "tar", "xz": "xz", "zstandard": "zst", "7z": "7z", "rar": "rar",
	"parquet": "parquet pq", "feather": "feather arrow", "stata data": "dta", "stata graph": "gph", "spss data": "sav zsav por", "spss output": "spv", "sas data": "sas7bdat sas7bcat xpt",
	"r data": "rds rdata rda", "pickle": "pkl pickle joblib", "numpy": "npy npz", "hdf5": "h5 hdf5 he5", "matlab": "mat", "sqlite": "sqlite sqlite3 db",
	"duckdb": "duckdb", "avro": "avro", "orc": "orc", "access": "mdb accdb", "dbase": "dbf", "binary": "bin dat", "enterprise guide": "egp",
	"executable": "exe dll so dylib com scr msi jar class pyc",
	"key":        "pem key p12 pfx kdbx ppk gpg asc age", "database log": "wal",
})

func endings(list map[string]string) map[string]string {
	byEnding := map[string]string{}
	for kind, all := range list {
		for _, ending := range strings.Fields(all) {
			byEnding["."+ending] = kind
		}
	}
	return byEnding
}

// families holds the kinds that are no outputs.
var families = map[string]Family{
	"zip": Archive, "gzip": Archive, "bzip2": Archive, "tar": Archive, "xz": Archive, "zstandard": Archive, "7z": Archive, "rar": Archive,
	"parquet": Data, "feather": Data, "stata data": Data, "spss data": Data, "sas data": Data, "r data": Data, "pickle": Data, "numpy": Data,
	"hdf5": Data, "matlab": Data, "sqlite": Data, "duckdb": Data, "avro": Data, "orc": Data, "access": Data, "dbase": Data, "binary": Data,
	"enterprise guide": Data, "spss output": Data, "stata graph": Data, "database log": Data,
	"executable": Program, "key": Secret, "settings with secrets": Secret, "history": Working, "lock": Working, "leftover": Working, "hidden file": Working,
}

// hasMagic holds the kinds whose files begin with known bytes.
var hasMagic = map[string]bool{
	"xlsx": true, "ods": true, "pdf": true, "png": true, "jpeg": true, "gif": true, "webp": true, "tiff": true,
	"zip": true, "gzip": true, "bzip2": true, "tar": true, "zstandard": true, "word": true, "slides": true,
}

// wholeNames are files that are known by their whole name.
var wholeNames = map[string]string{
	".rhistory": "history", ".python_history": "history", ".bash_history": "history", ".duckdb_history": "history", ".rdata": "r data",
	".env": "settings with secrets", ".renviron": "settings with secrets", ".netrc": "settings with secrets", ".pgpass": "settings with secrets",
	"credentials": "settings with secrets", "id_rsa": "key", "id_ed25519": "key", "id_ecdsa": "key", "known_hosts": "key",
	"thumbs.db": "leftover", ".ds_store": "leftover", "desktop.ini": "leftover", "makefile": "code", "dockerfile": "code", "readme": "text", "licence": "text", "license": "text",
}

// KindOf returns the kind of a file by its name, or nothing when the name tells
// nothing.
func KindOf(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if inWorkingFolder(path.Dir(name)) {
		return "hidden file"
	}
	base := strings.ToLower(path.Base(name))
	if kind, known := wholeNames[base]; known {
		return kind
	}
	switch {
	case strings.HasPrefix(base, ".env."):
		return "settings with secrets"
	case strings.HasPrefix(base, "~$"), strings.HasPrefix(base, ".~lock."):
		return "lock"
	case strings.HasPrefix(base, "._"), strings.HasSuffix(base, "~"), strings.HasSuffix(base, ".bak"), strings.HasSuffix(base, ".swp"), strings.HasSuffix(base, ".tmp"):
		return "leftover"
	case strings.HasPrefix(base, "."):
		return "hidden file"
	case strings.HasSuffix(base, ".duckdb.wal"):
		return "database log"
	}
	return kinds[path.Ext(base)]
}

// inWorkingFolder reports a folder that is hidden, or that programs keep for
// themselves.
func inWorkingFolder(folder string) bool {
	for _, part := range strings.Split(folder, "/") {
		if strings.HasPrefix(part, ".") && strings.Trim(part, ".") != "" || part == "__MACOSX" || part == "__pycache__" {
			return true
		}
	}
	return false
}

// magics are the first bytes of kinds of files.
var magics = []struct {
	at    int
	bytes string
	kind  string
}{
	{0, "PK\x03\x04", "zip"}, {0, "PK\x05\x06", "zip"}, {0, "\x1f\x8b\x08", "gzip"}, {0, "BZh", "bzip2"}, {0, "\xfd7zXZ\x00", "xz"},
	{0, "\x28\xb5\x2f\xfd", "zstandard"}, {0, "7z\xbc\xaf\x27\x1c", "7z"}, {0, "Rar!\x1a\x07", "rar"}, {257, "ustar", "tar"},
	{0, "%PDF-", "pdf"}, {0, "\x89PNG\r\n\x1a\n", "png"}, {0, "\xff\xd8\xff", "jpeg"}, {0, "GIF87a", "gif"}, {0, "GIF89a", "gif"},
	{8, "WEBPVP8", "webp"}, {0, "II*\x00", "tiff"}, {0, "MM\x00*", "tiff"}, {0, "%!PS", "postscript"}, {0, `{\rtf`, "rtf"},
	{0, "PAR1", "parquet"}, {0, "ARROW1", "feather"}, {0, "FEA1", "feather"}, {0, "SQLite format 3\x00", "sqlite"}, {8, "DUCK", "duckdb"},
	{0, "\x89HDF\r\n\x1a\n", "hdf5"}, {0, "MATLAB 5.0 MAT-file", "matlab"}, {0, "\x93NUMPY", "numpy"}, {0, "<stata_dta>", "stata data"},
	{0, "$FL2", "spss data"}, {0, "$FL3", "spss data"}, {0, "HEADER RECORD*******LIBRARY HEADER RECORD", "sas data"},
	{12, "\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", "sas data"},
	{0, "RDX2\n", "r data"}, {0, "RDX3\n", "r data"}, {0, "RDA2\n", "r data"}, {0, "RDA3\n", "r data"}, {0, "X\n\x00\x00\x00", "r data"},
	{0, "Obj\x01", "avro"}, {0, "\x00\x01\x00\x00Standard ", "access"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"}, {0, "MZ\x90\x00", "executable"}, {0, "\x7fELF", "executable"},
	{0, "\xcf\xfa\xed\xfe", "executable"}, {0, "\xca\xfe\xba\xbe", "executable"},
	{0, "age-encryption.org/", "key"}, {0, "-----BEGIN PGP", "key"}, {0, "-----BEGIN OPENSSH PRIVATE", "key"},
	{0, "-----BEGIN RSA PRIVATE", "key"}, {0, "-----BEGIN PRIVATE", "key"}, {0, "-----BEGIN ENCRYPTED PRIVATE", "key"}, {0, "-----BEGIN EC PRIVATE", "key"},
}

// sniff tells the kind of a file by its first bytes; nothing when they are of
// text or of no known kind.
func sniff(content []byte) string {
	for _, magic := range magics {
		if len(content) >= magic.at+len(magic.bytes) && string(content[magic.at:magic.at+len(magic.bytes)]) == magic.bytes {
			return sniffInside(magic.kind, content)
		}
	}
	if len(content) > 4 && content[0] == 0x80 && content[1] >= 2 && content[1] <= 5 && content[len(content)-1] == '.' {
		return "pickle"
	}
	return ""
}

// sniffInside looks into what is packed: most formats of offices are zip files,
// and R packs its data with gzip.
func sniffInside(kind string, content []byte) string {
	switch kind {
	case "zip":
		return sniffZip(content)
	case "gzip", "bzip2":
		head := packed.Head(content)
		if inner := sniff(head); inner == "r data" {
			return inner
		}
	}
	return kind
}

// zipParts are the first letters of a member that tells what a zip file is.
var zipParts = []struct{ part, kind string }{
	{"xl/workbook.", "xlsx"}, {"word/document.xml", "word"}, {"ppt/presentation.xml", "slides"}, {"META-INF/MANIFEST.MF", "executable"},
}

// openMimes begin the member of an OpenDocument file that says what it is.
var openMimes = []struct{ mime, kind string }{
	{"application/vnd.oasis.opendocument.spreadsheet", "ods"}, {"application/vnd.oasis.opendocument.presentation", "slides"},
	{"application/vnd.oasis.opendocument", "word"},
}

// sniffZip looks at the list of a zip file's members, or, where that is broken,
// for their names anywhere.
func sniffZip(content []byte) string {
	archive, err := packed.OpenZip(content, &packed.Budget{Members: DefaultLimits.Members, Bytes: 1 << 20})
	said := content
	if err == nil {
		said, _ = archive.Read("mimetype") // what cannot be read says nothing
	}
	for _, open := range openMimes {
		if err == nil && bytes.HasPrefix(said, []byte(open.mime)) || err != nil && bytes.Contains(said, []byte("mimetype"+open.mime)) {
			return open.kind
		}
	}
	for _, inside := range zipParts {
		begins := func(name string) bool { return strings.HasPrefix(name, inside.part) }
		if err == nil && slices.ContainsFunc(archive.Names(), begins) || err != nil && bytes.Contains(content, []byte(inside.part)) {
			return inside.kind
		}
	}
	return "zip"
}

// containers are kinds whose bytes are those of another kind.
var containers = map[string][]string{
	"zip":  {"numpy", "enterprise guide", "spss output", "executable", "spss data", "xls"},
	"gzip": {"r data", "pickle", "matlab", "svg"},
	"xz":   {"r data"}, "bzip2": {"r data"},
	"ole":        {"xls", "xlsx", "word", "slides", "mail", "leftover", "executable"},
	"hdf5":       {"matlab"},
	"word":       {"slides"},
	"executable": {"zip"},
	"xlsx":       {"xls"},
}

// agree reports whether a file's bytes are those that its name claims.
func agree(named, found string) bool {
	if named == "" || named == found || named == "binary" || families[named] == Working {
		return true
	}
	for _, container := range containers[found] {
		if container == named {
			return true
		}
	}
	return false
}
