package metrics

import (
	"encoding/json"
	"path"
	"regexp"
	"strconv"
	"strings"

	"tre-toolkit/internal/spec"
)

// MetadataSuffix is what the name of a CSV file's metadata adds to the file's.
const MetadataSuffix = "-metadata.json"

// StampOf returns the stamp that a file carries: a metadata file, or a table of
// this package as JSON or Markdown. It reports false for every other file.
func StampOf(name string, text []byte) (Stamp, bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".json":
		return stampOfJSON(text)
	case ".md":
		return stampOfMarkdown(string(text))
	}
	return Stamp{}, false
}

func stampOfJSON(text []byte) (Stamp, bool) {
	var carrier struct {
		Stamp
		Beside *Stamp `json:"tre:stamp"`
	}
	if err := json.Unmarshal(text, &carrier); err != nil {
		return Stamp{}, false
	}
	if carrier.Beside != nil {
		return *carrier.Beside, carrier.Beside.isWhole()
	}
	return carrier.Stamp, carrier.isWhole()
}

// sentence is how Sentence begins and ends, on a line of its own.
var sentence = regexp.MustCompile(`(?m)^(\S+) version (\d{1,9}) \(([^,()]{0,40}), DOI ([^()]{1,200})\), freeze (\d{1,9}) \(([^()]{0,40})\), rules (\S{1,80})\.$`)

func stampOfMarkdown(text string) (Stamp, bool) {
	found := sentence.FindStringSubmatch(text)
	if found == nil {
		return Stamp{}, false
	}
	version, _ := strconv.Atoi(found[2]) // nine digits at most
	freeze, _ := strconv.Atoi(found[5])
	stamp := Stamp{Dataset: found[1], Version: version, VersionDate: found[3], DOI: found[4], Freeze: freeze, FreezeDate: found[6], Rules: found[7]}
	return stamp, stamp.isWhole()
}

// isWhole reports whether a stamp names all that a table is made from.
func (s Stamp) isWhole() bool {
	_, versionDate := spec.ParseDate(s.VersionDate)
	_, freezeDate := spec.ParseDate(s.FreezeDate)
	return s.Dataset != "" && s.Rules != "" && s.Version > 0 && s.Freeze > 0 && versionDate == nil && freezeDate == nil
}

// Differences names what two stamps say differently, such as "freeze 15 and 16".
// The rules do not count: they change what is shown, not what was counted.
func (s Stamp) Differences(other Stamp) []string {
	var list []string
	differ := func(what, one, two string) {
		if one != two {
			list = append(list, what+" "+one+" and "+two)
		}
	}
	differ("dataset", s.Dataset, other.Dataset)
	differ("version", strconv.Itoa(s.Version), strconv.Itoa(other.Version))
	if s.Version == other.Version {
		differ("version of", s.VersionDate, other.VersionDate)
	}
	differ("freeze", strconv.Itoa(s.Freeze), strconv.Itoa(other.Freeze))
	return list
}
