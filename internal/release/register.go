package release

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/spec"
)

// format is the layout of a release's file.
const format = 1

// mostBytes bounds a release's file: a register is untrusted as every input is. It
// is read and written table by table.
const mostBytes = 4 << 30

// Errors of a register.
var (
	ErrTampered = errors.New("the register is not as it was written")
	ErrTaken    = errors.New("a release of that name is in the register")
	ErrBusy     = errors.New("another program is adding to the register")
)

// Register is a folder of releases in the order in which they left.
type Register struct {
	Releases []Release
	hashes   []string // of each release's file
	dir      string
}

// Head is the SHA-256 of the newest release's file. It stands for all that the
// register holds: who notes it elsewhere can later tell that nothing was taken
// away.
func (r Register) Head() string {
	if len(r.hashes) == 0 {
		return ""
	}
	return r.hashes[len(r.hashes)-1]
}

// SHA256 returns the hash of a release's file, by its index.
func (r Register) SHA256(index int) string { return r.hashes[index] }

// fileName is NUMBER_NAME_HASH.json; the hash is the content's.
var fileName = regexp.MustCompile(`^(\d{6})_([A-Za-z0-9][A-Za-z0-9.-]{0,63})_([0-9a-f]{64})\.json$`)

// lockFile is held by who adds.
const lockFile = "lock"

// OpenRegister reads a register. An absent folder is an empty register. It
// returns ErrTampered when a file is missing, renamed, out of order or not as it
// was written.
func OpenRegister(dir string) (Register, error) {
	register := Register{dir: dir}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return register, nil
	}
	if err != nil {
		return register, err
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, entry := range entries {
		if entry.Name() == lockFile || strings.HasPrefix(entry.Name(), draftPrefix) {
			continue
		}
		release, hash, err := register.read(entry)
		if err != nil {
			return register, err
		}
		register.Releases, register.hashes = append(register.Releases, release), append(register.hashes, hash)
	}
	return register, nil
}

// read reads the next release and checks that it is the next.
func (r Register) read(entry os.DirEntry) (Release, string, error) {
	tampered := func(why string) (Release, string, error) {
		return Release{}, "", fmt.Errorf("%w: %.120q %s", ErrTampered, entry.Name(), why)
	}
	parts := fileName.FindStringSubmatch(entry.Name())
	if parts == nil || !entry.Type().IsRegular() {
		return tampered("is no file of it")
	}
	file, err := os.Open(filepath.Join(r.dir, entry.Name()))
	if err != nil {
		return Release{}, "", err
	}
	defer file.Close()
	sum := sha256.New()
	if n, err := io.Copy(sum, io.LimitReader(file, mostBytes+1)); err != nil || n > mostBytes {
		return Release{}, "", cmp.Or(err, fmt.Errorf("%.120q is larger than %d MB", entry.Name(), mostBytes>>20))
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	if hash != parts[3] {
		return tampered("has another content than its name says")
	}
	sum.Reset()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Release{}, "", err
	}
	read := io.TeeReader(file, sum)
	release, err := Read(read)
	if _, rest := io.Copy(io.Discard, read); rest != nil || hex.EncodeToString(sum.Sum(nil)) != hash {
		return tampered("changed while it was read")
	}
	switch {
	case err != nil:
		return Release{}, "", fmt.Errorf("%.120q: %w", entry.Name(), err)
	case release.Number != len(r.Releases)+1 || fmt.Sprintf("%06d", release.Number) != parts[1]:
		return tampered("is out of order: a release before it is missing or there twice")
	case release.Previous != r.Head():
		return tampered("does not follow the release before it")
	case string(release.Name) != parts[2]:
		return tampered("has another name inside")
	}
	return release, hash, nil
}

// Parse reads the file of a release.
func Parse(content []byte) (Release, error) { return Read(bytes.NewReader(content)) }

// Read reads the file of a release, one table at a time.
func Read(r io.Reader) (Release, error) {
	release, err := decode(r)
	if err != nil {
		return Release{}, fmt.Errorf("it is no release: %w", err)
	}
	if release.Format != format {
		return Release{}, fmt.Errorf("it has format %d, and this program reads %d", release.Format, format)
	}
	if _, err := ParseName(string(release.Name)); err != nil {
		return Release{}, err
	}
	if _, err := spec.ParseDate(release.Date); err != nil {
		return Release{}, err
	}
	for _, held := range release.Tables {
		if err := checkTable(held.Open().PublishedTable); err != nil {
			return Release{}, fmt.Errorf("a table of %.120q %w", held.table.File, err)
		}
	}
	return release, nil
}

// decode reads a release's JSON: one object, with nothing behind it.
func decode(r io.Reader) (Release, error) {
	decoder := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	var release Release
	fields := map[string]any{
		"format": &release.Format, "number": &release.Number, "release": &release.Name, "date": &release.Date,
		"rules": &release.Rules, "previous": &release.Previous, "files": &release.Files,
	}
	if err := expect(decoder, json.Delim('{')); err != nil {
		return release, err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return release, err
		}
		name, _ := key.(string)
		switch field, known := fields[name]; {
		case known:
			err = decoder.Decode(field)
		case name == "tables":
			release.Tables, err = decodeTables(decoder)
		default:
			err = decoder.Decode(new(json.RawMessage))
		}
		if err != nil {
			return release, err
		}
	}
	if err := expect(decoder, json.Delim('}')); err != nil {
		return release, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return release, errors.New("something follows it")
	}
	return release, nil
}

func decodeTables(decoder *json.Decoder) ([]Held, error) {
	if err := expect(decoder, json.Delim('[')); err != nil {
		return nil, err
	}
	tables := []Held{}
	for decoder.More() {
		var t Table
		if err := decoder.Decode(&t); err != nil {
			return nil, err
		}
		tables = append(tables, Hold(t))
	}
	return tables, expect(decoder, json.Delim(']'))
}

func expect(decoder *json.Decoder, wanted json.Delim) error {
	token, err := decoder.Token()
	if err == nil && token != wanted {
		err = fmt.Errorf("it has no %s where one belongs", wanted)
	}
	return err
}

// encode writes a release's JSON, one table at a time.
func (r Release) encode(w io.Writer) error {
	tables := r.Tables
	r.Tables = nil
	head, err := encoded(r)
	if err != nil {
		return err
	}
	const none = `"tables":null}`
	if _, err := w.Write(append(bytes.TrimSuffix(head, []byte(none)), `"tables":[`...)); err != nil {
		return err
	}
	for i, held := range tables {
		content, err := encoded(held.Open())
		if err != nil {
			return err
		}
		if i > 0 {
			content = append([]byte{','}, content...)
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "]}\n")
	return err
}

func encoded(value any) ([]byte, error) {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(content.Bytes(), []byte("\n")), err
}

// checkTable keeps numbers from a file that somebody wrote by hand within what
// the attacker reckons with.
func checkTable(t outputs.PublishedTable) error {
	for _, cell := range t.Cells {
		if cell.Lower > cell.Upper || cell.Lower < -largest || cell.Upper > largest || cell.Value < -largest || cell.Value > largest {
			return errors.New("has a cell whose bounds are no bounds")
		}
	}
	for _, relation := range t.Relations {
		for _, term := range relation.Terms {
			if term[0] < 0 || term[0] >= int64(len(t.Cells)) || term[1] < -largest || term[1] > largest {
				return errors.New("has a sum over a cell that it lacks")
			}
		}
	}
	return nil
}

// Add appends a release to the register in a folder, which is made when it is
// absent, and returns the register as it then is. The release gets its number
// and the hash of the one before.
func Add(ctx context.Context, dir string, release Release) (Register, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Register{}, err
	}
	lock := flock.New(filepath.Join(dir, lockFile))
	held, err := lock.TryLockContext(ctx, 100*time.Millisecond)
	if err != nil || !held {
		return Register{}, errors.Join(ErrBusy, err)
	}
	defer lock.Close()
	register, err := OpenRegister(dir)
	if err != nil {
		return register, err
	}
	if slices.ContainsFunc(register.Releases, func(r Release) bool { return strings.EqualFold(string(r.Name), string(release.Name)) }) {
		return register, fmt.Errorf("%w: %s", ErrTaken, release.Name)
	}
	release.Number, release.Previous = len(register.Releases)+1, register.Head()
	if err := register.write(release); err != nil {
		return register, err
	}
	return OpenRegister(dir)
}

const draftPrefix = ".unfinished-"

// write makes the release's file: whole and on the disk before it has its name.
func (r Register) write(release Release) error {
	draft, err := os.CreateTemp(r.dir, draftPrefix+"*")
	if err != nil {
		return err
	}
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(draft, sum), 1<<20)
	err = release.encode(buffered)
	err = errors.Join(err, buffered.Flush(), draft.Chmod(0o600), draft.Sync(), draft.Close())
	if err == nil {
		name := fmt.Sprintf("%06d_%s_%s.json", release.Number, release.Name, hex.EncodeToString(sum.Sum(nil)))
		err = os.Rename(draft.Name(), filepath.Join(r.dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return syncFolder(r.dir)
}

// syncFolder puts a rename on the disk.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
