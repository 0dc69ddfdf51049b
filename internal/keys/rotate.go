package keys

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"filippo.io/age"
)

var versionedFile = regexp.MustCompile(`^root_v([0-9]{4})\.age$`)

// fileOf returns the file of a version of the root key.
func fileOf(version int) string {
	if version == 1 {
		return rootFile
	}
	return fmt.Sprintf("root_v%04d.age", version)
}

func crosswalkFile(from, to int) string {
	return fmt.Sprintf("crosswalk_v%04d_v%04d.age", from, to)
}

// Versions lists the versions of a workspace's root key, the oldest first. All
// are kept: what an older one made must be found again.
func Versions(keysDir string) ([]int, error) {
	entries, err := os.ReadDir(keysDir)
	if err != nil {
		return nil, err
	}
	var versions []int
	for _, entry := range entries {
		if entry.Name() == rootFile {
			versions = append(versions, 1)
		}
		if found := versionedFile.FindStringSubmatch(entry.Name()); found != nil {
			version, _ := strconv.Atoi(found[1]) // four digits
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	return versions, nil
}

// Pair is an id under two versions of a key.
type Pair struct{ Kind, Old, New string }

// Rotate makes the next version of a workspace's root key, and the crosswalk
// from the newest to it, which is sealed to the same identity and lies beside
// the keys. The pairs are made by a function that is given both keys.
//
// The crosswalk is written first: a rotation that is cut short leaves one that
// leads to no key, and the next rotation replaces it.
func Rotate(keysDir, identityFile string, pairs func(old, next Root) ([]Pair, error)) (next Root, crosswalk string, err error) {
	old, err := Open(keysDir, identityFile)
	if err != nil {
		return Root{}, "", err
	}
	identity, err := readIdentity(identityFile)
	if err != nil {
		return Root{}, "", err
	}
	next, sealed, err := newSecret(identity, old.version+1)
	if err != nil {
		return Root{}, "", err
	}
	list, err := pairs(old, next)
	if err != nil {
		return Root{}, "", err
	}
	crosswalk = filepath.Join(keysDir, crosswalkFile(old.version, next.version))
	if err := os.Remove(crosswalk); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Root{}, "", err
	}
	if err := writeCrosswalk(crosswalk, list, identity.Recipient()); err != nil {
		return Root{}, "", err
	}
	if err := writeNew(filepath.Join(keysDir, fileOf(next.version)), sealed); err != nil {
		return Root{}, "", errors.Join(err, os.Remove(crosswalk))
	}
	return next, crosswalk, nil
}

// writeCrosswalk writes pairs in the order of their old ids, which carries no
// meaning.
func writeCrosswalk(path string, pairs []Pair, to age.Recipient) error {
	slices.SortFunc(pairs, func(a, b Pair) int { return bytes.Compare([]byte(a.Kind+a.Old), []byte(b.Kind+b.Old)) })
	var text bytes.Buffer
	table := csv.NewWriter(&text)
	records := [][]string{{"kind", "old_id", "new_id"}}
	for _, pair := range slices.Compact(pairs) {
		records = append(records, []string{pair.Kind, pair.Old, pair.New})
	}
	if err := table.WriteAll(records); err != nil {
		return err
	}
	sealed, err := seal(text.Bytes(), to)
	if err != nil {
		return err
	}
	return writeNew(path, sealed)
}

// ReadCrosswalk opens a crosswalk with the identity in a file.
func ReadCrosswalk(path, identityFile string) ([]Pair, error) {
	identity, err := readIdentity(identityFile)
	if err != nil {
		return nil, err
	}
	sealed, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer sealed.Close()
	plain, err := age.Decrypt(sealed, identity)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", identityFile, ErrNotReadable)
	}
	var pairs []Pair
	table := csv.NewReader(plain)
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return pairs, nil
		}
		if err != nil || len(record) != 3 {
			return nil, fmt.Errorf("%s: %w", path, ErrNotReadable)
		}
		if record[0] != "kind" {
			pairs = append(pairs, Pair{record[0], record[1], record[2]})
		}
	}
}
