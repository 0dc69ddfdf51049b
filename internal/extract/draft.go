package extract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// NewDraft makes the folder in which an extract grows, beside its final place,
// so that appearing is one rename. The warehouse must be opened with it among
// its directories. When a run to the same place was killed, the draft is what it
// left; Run takes from it what is finished, if it is of the same plan.
func NewDraft(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if info, there := os.Stat(dir); len(entries) > 0 || (there == nil && !info.IsDir()) {
		return "", fmt.Errorf("%s: %w", dir, ErrOutputThere)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if info, err := os.Lstat(absolute); absolute == here || err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", fmt.Errorf("%s: %w", dir, ErrOutputLink)
	}
	parent := filepath.Dir(absolute)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	abandoned, err := abandonedDrafts(parent)
	if err != nil {
		return "", err
	}
	draft, err := os.MkdirTemp(parent, fmt.Sprintf("%s%d-*", draftPrefix, os.Getpid()))
	if err != nil {
		return "", err
	}
	return draft, takeOver(abandoned, filepath.Base(absolute), draft)
}

// draftPrefix begins the names of drafts; the process that makes one follows.
const draftPrefix = ".unfinished-extract-"

// abandonedDrafts lists the drafts of processes that were killed.
func abandonedDrafts(dir string) ([]string, error) {
	drafts, err := filepath.Glob(filepath.Join(dir, draftPrefix+"*"))
	return slices.DeleteFunc(drafts, func(draft string) bool {
		name := strings.TrimPrefix(filepath.Base(draft), draftPrefix)
		number, _, _ := strings.Cut(name, "-")
		process, err := strconv.Atoi(number)
		return err != nil || alive(process)
	}), err
}

// alive reports whether a process may still be running.
func alive(id int) bool {
	process, err := os.FindProcess(id)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// takeOver puts the finished part of an abandoned draft for a place into a new
// one. Every other is removed: they hold rows of participants.
func takeOver(abandoned []string, place, draft string) error {
	taken := false
	for _, old := range abandoned {
		if done, err := readProgress(old); !taken && err == nil && done.Place == place {
			if err := os.Remove(draft); err != nil {
				return err
			}
			if taken = os.Rename(old, draft) == nil; taken {
				continue
			}
			// Another process was faster.
			if err := os.Mkdir(draft, 0o700); err != nil {
				return err
			}
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	return nil
}

// progressFile says what of a draft is finished. It is no part of an extract.
const progressFile = ".progress.json"

// progress is what a killed run leaves to the next. What decides over a file's
// bytes must be the same: the plan, the key and the program.
type progress struct {
	Place string `json:"place"` // the name of the extract's folder
	Plan  string `json:"plan_hash"`
	Key   string `json:"key_id"`
	Tool  string `json:"tool_version"`
	Files []File `json:"files"`
}

func readProgress(draft string) (progress, error) {
	var done progress
	text, err := os.ReadFile(filepath.Join(draft, progressFile))
	if err != nil {
		return progress{}, err
	}
	return done, json.Unmarshal(text, &done)
}

func (p progress) write(draft string) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	fresh := filepath.Join(draft, progressFile+".new")
	if err := os.WriteFile(fresh, text, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(draft, progressFile))
}

// resume settles what of the draft is kept: the tables whose files all have the
// hashes that were written down. Everything else in the draft is removed.
func (r *runner) resume() error {
	place := filepath.Base(r.output.Dir)
	if absolute, err := filepath.Abs(r.output.Dir); err == nil {
		place = filepath.Base(absolute)
	}
	now := progress{Place: place, Plan: r.plan.Hash, Key: r.output.Root.ID(), Tool: r.output.Tool}
	before, err := readProgress(r.output.Draft)
	if err == nil && before.Plan == now.Plan && before.Key == now.Key && before.Tool == now.Tool {
		for _, table := range r.plan.Tables {
			now.Files = append(now.Files, r.finished(table, before)...)
		}
	}
	entries, err := os.ReadDir(r.output.Draft)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if now.has(entry.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(r.output.Draft, entry.Name())); err != nil {
			return err
		}
	}
	r.done = now
	return nil
}

func (p progress) has(name string) bool {
	return slices.ContainsFunc(p.Files, func(f File) bool { return f.Name == name })
}

// finished returns a table's files when each is as it was written down; none
// otherwise.
func (r *runner) finished(table PlannedTable, before progress) []File {
	var files []File
	for _, name := range table.files() {
		at := slices.IndexFunc(before.Files, func(f File) bool { return f.Name == name })
		if at < 0 {
			return nil
		}
		found, err := describeFile(r.output.Draft, name)
		if err != nil || found.SHA256 != before.Files[at].SHA256 {
			return nil
		}
		files = append(files, before.Files[at])
	}
	return files
}

// files are the names of the table's files.
func (t PlannedTable) files() []string {
	if t.CSV == "" {
		return []string{t.File}
	}
	return []string{t.File, t.CSV}
}

// tables writes the tables that are not finished, and writes down each that is.
func (r *runner) tables(write func(PlannedTable) ([]File, error)) ([]File, error) {
	var all []File
	for _, table := range r.plan.Tables {
		if files := r.finished(table, r.done); files != nil {
			all = append(all, files...)
			continue
		}
		r.output.Step(table.File)
		files, err := write(table)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table.File, err)
		}
		all, r.done.Files = append(all, files...), append(r.done.Files, files...)
		if err := r.done.write(r.output.Draft); err != nil {
			return nil, err
		}
	}
	return all, os.RemoveAll(filepath.Join(r.output.Draft, progressFile))
}
