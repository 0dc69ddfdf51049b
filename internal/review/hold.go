package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// holdsFolder holds a file for every process that has something open.
const holdsFolder = "holds"

// HoldLasts is how long somebody is said to have a file open after they last said
// so. Who has it open says so again well before.
const HoldLasts = 45 * time.Second

// Hold says that somebody has a file open.
type Hold struct {
	By   string    `json:"by"`
	Path string    `json:"path"`
	At   time.Time `json:"at"` // when they last said so
}

// Hold says that the person has a file open, and no other; it is said again while
// they have (HoldLasts). An empty path says that they have none. Others see it and
// may decide all the same; they cannot correct what the file's tables mean.
func (r *Review) Hold(path string) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	name := r.holdName()
	if path == "" {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	text, err := json.Marshal(Hold{r.options.Me.Name, path, r.options.Now().UTC()})
	if err != nil {
		return err
	}
	if err := makeShared(filepath.Dir(name), r.options.Dir); err != nil {
		return err
	}
	draft := name + ".new"
	if err := os.WriteFile(draft, text, 0o644); err != nil { // the folder keeps strangers out
		return err
	}
	if err := os.Rename(draft, name); err != nil {
		return err
	}
	return r.sweep(filepath.Dir(name))
}

// sweep takes away what processes left that died long ago.
func (r *Review) sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		info, gone := entry.Info()
		if gone != nil || time.Since(info.ModTime()) < longDead {
			continue
		}
		if removing := os.Remove(filepath.Join(dir, entry.Name())); !errors.Is(removing, fs.ErrNotExist) {
			err = errors.Join(err, removing)
		}
	}
	return err
}

// longDead is after what time nobody asks any longer who had a file open.
const longDead = 24 * time.Hour

// makeShared makes a folder that everybody may write who may write another.
func makeShared(dir, like string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	info, err := os.Stat(like)
	if err != nil {
		return err
	}
	return os.Chmod(dir, 0o700|info.Mode().Perm()&0o070)
}

// holdName is the file of this process's hold.
func (r *Review) holdName() string {
	sum := sha256.Sum256([]byte(r.options.Me.Name))
	return filepath.Join(r.options.Dir, holdsFolder, fmt.Sprintf("%s-%d.json", hex.EncodeToString(sum[:8]), os.Getpid()))
}

// Close lets go of what the person has open.
func (r *Review) Close() error { return r.Hold("") }

// Holds lists who has which file open, the person too.
func (r *Review) Holds() ([]Hold, error) {
	dir := filepath.Join(r.options.Dir, holdsFolder)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now := r.options.Now()
	var holds []Hold
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") || !entry.Type().IsRegular() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		var hold Hold
		if err != nil || json.Unmarshal(text, &hold) != nil {
			continue // it was let go of a moment ago
		}
		if age := now.Sub(hold.At); age < HoldLasts && age > -HoldLasts {
			holds = append(holds, hold)
		}
	}
	return holds, nil
}

// holders lists the others who have a file open.
func (r *Review) holders(path string) ([]string, error) {
	holds, err := r.Holds()
	var names []string
	for _, hold := range holds {
		if hold.Path == path && hold.By != r.options.Me.Name && !slices.Contains(names, hold.By) {
			names = append(names, hold.By)
		}
	}
	return names, err
}

// addHolds says of each file which others have it open.
func (r *Review) addHolds(o *Overview) error {
	holds, err := r.Holds()
	if err != nil {
		return err
	}
	index := map[string]int{}
	for i, item := range o.Files {
		index[item.Path] = i
	}
	for _, hold := range holds {
		i, known := index[hold.Path]
		if known && hold.By != o.Me && !slices.Contains(o.Files[i].HeldBy, hold.By) {
			o.Files[i].HeldBy = append(o.Files[i].HeldBy, hold.By)
		}
	}
	return nil
}
