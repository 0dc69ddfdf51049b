package bundle

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// CheckName says why a name cannot be that of a file in a bundle, which may be
// unpacked on any system: it would lead out of the folder, or mean something else
// there.
func CheckName(name string) error {
	fault := func(why string) error {
		return fmt.Errorf("%.200q cannot be the name of a released file: %s", name, why)
	}
	switch {
	case !utf8.ValidString(name):
		return fault("it is no text")
	case path.IsAbs(name) || strings.ContainsAny(name, `\:`):
		return fault("it is absolute, or has a backslash or a colon in it")
	case !fs.ValidPath(name) || name == ".":
		return fault("it leads out of the folder")
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fault("it holds characters that cannot be seen")
	case strings.ContainsAny(name, `<>"|?*`):
		return fault("it holds a character that not every system takes")
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " ") {
			return fault("a part of it begins or ends with a space or ends with a dot")
		}
		if isDevice(part) {
			return fault("a part of it is the name of a device")
		}
	}
	return nil
}

// isDevice reports whether a system of Microsoft takes a name for a device,
// whatever its ending.
func isDevice(part string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(part), ".")
	switch stem {
	case "con", "prn", "aux", "nul":
		return true
	}
	numbered := strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")
	digit, size := utf8.DecodeRuneInString(stem[min(len(stem), 3):])
	return numbered && len(stem) == 3+size && strings.ContainsRune("123456789¹²³", digit)
}

// CheckNames says why names cannot stand beside each other in a bundle: one of
// them could not stand there alone, or two of them collide.
func CheckNames(names []string) error {
	for _, name := range names {
		if err := CheckName(name); err != nil {
			return err
		}
	}
	found := Collisions(names)
	for _, name := range names {
		if other, collides := found[name]; collides {
			return collision(name, other)
		}
	}
	return nil
}

// Collisions returns, for every name that some system takes for another, that
// other one: where upper and lower case, or forms of the same character, are not
// told apart, and where one name is the other's folder.
func Collisions(names []string) map[string]string {
	taken := map[string]place{}
	found := map[string]string{}
	for _, name := range names {
		for part := name; part != "." && part != "/"; part = path.Dir(part) {
			now := place{part, part == name, name}
			before, known := taken[folded(part)]
			if !known {
				taken[folded(part)] = now
			} else if now.part != before.part || now.isFile || before.isFile {
				found[name], found[before.of] = before.of, name
			}
		}
	}
	return found
}

// place is a file, or a folder of one, by the name of the file.
type place struct {
	part   string
	isFile bool
	of     string
}

func collision(name, other string) error {
	return fmt.Errorf("%.200q and %.200q are the same name on some systems: rename one of them", min(name, other), max(name, other))
}

// folded is the same for names that some system takes for one.
func folded(name string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
}
