package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/spec"
)

const projectsFile = "projects.register"

// Errors that a caller may test for.
var (
	ErrUnknownProject = errors.New("no such project is registered in this workspace")
	ErrRegistered     = errors.New("the project is registered already")
	ErrOtherKey       = errors.New("the project was registered under another key")
	ErrRegistry       = errors.New("the register of projects is damaged")
)

// Registration says that a workspace makes ids for a project, and by which key. A
// project is a domain of pseudonyms: without a register, a mistyped project id would
// silently make a new one, whose ids join nothing. Its amendments are of the same
// domain, so that a project is registered without a letter.
type Registration struct {
	Project    spec.ProjectID
	KeyVersion int
	KeyID      string
}

// Projects lists the projects that are registered, by their ids. A workspace in which
// none ever was has none.
func Projects(keysDir string) ([]Registration, error) {
	text, err := os.ReadFile(filepath.Join(keysDir, projectsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	registered, err := parseRegistrations(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(keysDir, projectsFile), err)
	}
	return registered, nil
}

// parseRegistrations reads lines of project id, key version and key id, each once and
// in order: any other text was not written here, and is ErrRegistry.
func parseRegistrations(text string) ([]Registration, error) {
	var registered []Registration
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 3 {
			return nil, ErrRegistry
		}
		project, err := spec.ParseProjectID(cells[0])
		version, errVersion := strconv.Atoi(cells[1])
		if err != nil || project != project.Number() || errVersion != nil || version < 1 || cells[2] == "" {
			return nil, ErrRegistry
		}
		registered = append(registered, Registration{project, version, cells[2]})
	}
	if writeRegistrations(registered) != text || !slices.IsSortedFunc(registered, inOrder) || twice(registered) {
		return nil, ErrRegistry
	}
	return registered, nil
}

func writeRegistrations(registered []Registration) string {
	var text strings.Builder
	for _, one := range registered {
		fmt.Fprintf(&text, "%s\t%d\t%s\n", one.Project, one.KeyVersion, one.KeyID)
	}
	return text.String()
}

func inOrder(a, b Registration) int { return strings.Compare(a.Project.String(), b.Project.String()) }

func twice(registered []Registration) bool {
	unique := slices.CompactFunc(slices.Clone(registered), func(a, b Registration) bool { return inOrder(a, b) == 0 })
	return len(unique) < len(registered)
}

// AddProject registers a project under a root key of the workspace, whose writer the
// caller must be. The register is replaced by one rename: it is whole at any moment.
func AddProject(keysDir string, root Root, project spec.ProjectID) error {
	registered, err := Projects(keysDir)
	if err != nil {
		return err
	}
	added := Registration{project.Number(), root.Version(), root.ID()}
	at, there := slices.BinarySearchFunc(registered, added, inOrder)
	if there {
		return fmt.Errorf("%s: %w", project, ErrRegistered)
	}
	draft := filepath.Join(keysDir, "."+projectsFile)
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(draft, []byte(writeRegistrations(slices.Insert(registered, at, added)))); err != nil {
		return err
	}
	return os.Rename(draft, filepath.Join(keysDir, projectsFile))
}

// CheckProject returns nil when a project is registered under this root key, and else
// ErrUnknownProject or ErrOtherKey. Whoever makes ids for a project asks first.
func CheckProject(keysDir string, root Root, project spec.ProjectID) error {
	registered, err := Projects(keysDir)
	if err != nil {
		return err
	}
	at, there := slices.BinarySearchFunc(registered, Registration{Project: project.Number()}, inOrder)
	if !there {
		return fmt.Errorf("%s: %w", project, ErrUnknownProject)
	}
	if registered[at].KeyID != root.ID() {
		return fmt.Errorf("%s: %w: version %d, not %d", project, ErrOtherKey, registered[at].KeyVersion, root.Version())
	}
	return nil
}
