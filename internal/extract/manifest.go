package extract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
)

// Manifest says what an extract holds, from what and under which plan it was
// made. It has no time and no key, so that the same plan makes the same bytes.
type Manifest struct {
	Project    string          `json:"project"`
	PlanHash   string          `json:"plan_hash"`
	SpecSHA256 string          `json:"spec_sha256"`
	KeyID      string          `json:"key_id"`
	Freeze     int             `json:"freeze"`
	FreezeDate string          `json:"freeze_date"`
	Rules      string          `json:"rules"`
	Studies    []PlannedStudy  `json:"studies"`
	Total      disclosure.Cell `json:"participants"`
	Tables     []PlannedTable  `json:"tables"`
	Files      []File          `json:"files"`
}

// File is one file of an extract. Rows and participants have gone through the
// gate; only data files have them.
type File struct {
	Name         string           `json:"name"` // relative to the manifest, with forward slashes
	SHA256       string           `json:"sha256"`
	Bytes        int64            `json:"bytes"`
	Dataset      string           `json:"dataset,omitempty"`
	Table        string           `json:"table,omitempty"`
	Rows         *disclosure.Cell `json:"rows,omitempty"`
	Participants *disclosure.Cell `json:"participants,omitempty"`
}

func (p Plan) manifest(keyID string) Manifest {
	return Manifest{
		Project: p.Project, PlanHash: p.Hash, SpecSHA256: p.Spec, KeyID: keyID,
		Freeze: p.Freeze, FreezeDate: p.Date, Rules: p.Rules,
		Studies: p.Studies, Total: p.Total, Tables: p.Tables,
	}
}

func (m Manifest) write(dir string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifestFile), text.Bytes(), 0o644)
}

func describeFile(dir, name string) (File, error) {
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return File{}, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	return File{Name: filepath.ToSlash(name), SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: size}, err
}

// Verify compares an extract's folder with its manifest, exactly: every file
// hashed, none missing, none that does not belong. It returns how many files
// were verified, or a refusal that lists all that differs.
func Verify(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: dir, Code: "EXT001", Message: "has no " + manifestFile + ": it is not an extract"}},
		}
	}
	if err != nil {
		return 0, err
	}
	listed, err := listedFiles(text)
	if err != nil {
		return 0, &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: filepath.Join(dir, manifestFile), Code: "EXT002", Message: "is not a manifest of this program"}},
		}
	}
	differences, err := compare(dir, listed)
	if err != nil {
		return 0, err
	}
	if len(differences) > 0 {
		return 0, &diagnostic.Refusal{Rule: "verify", Message: strings.Join(differences, "\n"), Hint: "the extract must not be released as it is; run it again"}
	}
	return len(listed), nil
}

func listedFiles(text []byte) ([]File, error) {
	var manifest struct {
		Files []struct {
			Name   string `json:"name"`
			SHA256 string `json:"sha256"`
		} `json:"files"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil || len(manifest.Files) == 0 {
		return nil, errors.Join(err, errors.New("no files listed"))
	}
	files := make([]File, len(manifest.Files))
	for i, file := range manifest.Files {
		if !fs.ValidPath(file.Name) {
			return nil, errors.New("a name leads out of the folder")
		}
		files[i] = File{Name: file.Name, SHA256: file.SHA256}
	}
	return files, nil
}

func compare(dir string, listed []File) ([]string, error) {
	var differences []string
	known := map[string]bool{manifestFile: true}
	for _, file := range listed {
		known[file.Name] = true
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file.Name)))
		if err == nil && !info.Mode().IsRegular() {
			differences = append(differences, file.Name+": is no regular file")
			continue
		}
		found, err := describeFile(dir, filepath.FromSlash(file.Name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			differences = append(differences, file.Name+": missing")
		case err != nil:
			return nil, err
		case found.SHA256 != file.SHA256:
			differences = append(differences, file.Name+": changed since the extract was made")
		}
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case !known[name]:
			differences = append(differences, name+": is not in the manifest")
		case !entry.Type().IsRegular():
			differences = append(differences, name+": is a link and not a file")
		}
		return nil
	})
	slices.Sort(differences)
	return differences, err
}
