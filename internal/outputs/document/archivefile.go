package document

import (
	"errors"
	"path"
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
)

// readZip reads every member of a zip file.
func (r *reader) readZip(content []byte) {
	archive, err := packed.OpenZip(content, r.budget)
	if err != nil {
		r.Unread = err.Error()
		return
	}
	r.members(archive.Each(r.member))
}

// readTar reads every member of a tar file.
func (r *reader) readTar(content []byte) { r.members(packed.Tar(content, r.budget, r.member)) }

// members tells what kept an archive from being read to its end.
func (r *reader) members(err error) {
	switch {
	case err != nil && len(r.Members) == 0:
		r.Unread = err.Error()
	case err != nil:
		r.gap("it was not read to its end: %v", err)
	}
}

func (r *reader) member(m packed.Member) { r.attach(m.Name, m.Content, m.Err) }

// readCompressed reads the one file that is in a gzip, bzip2 or zstandard file.
func (r *reader) readCompressed(name string, content []byte) {
	unpack := map[string]func([]byte, *packed.Budget) ([]byte, error){
		"gzip": packed.Gzip, "bzip2": packed.Bzip2, "zstandard": packed.Zstandard,
	}[r.Kind]
	inner, err := unpack(content, r.budget)
	if errors.Is(err, packed.ErrBroken) && len(inner) > 0 {
		r.gap("it is cut off; what came before was read")
		err = nil
	}
	r.attach(innerName(name), inner, err)
}

// innerName is the name of a file without the ending of its packing.
func innerName(name string) string {
	base := path.Base(name)
	lower := strings.ToLower(base)
	switch {
	case strings.HasSuffix(lower, ".tgz"):
		return base[:len(base)-len(".tgz")] + ".tar"
	case strings.HasSuffix(lower, ".svgz"):
		return base[:len(base)-1]
	case strings.HasSuffix(lower, ".gz"), strings.HasSuffix(lower, ".bz2"), strings.HasSuffix(lower, ".zst"):
		return strings.TrimSuffix(base, path.Ext(base))
	}
	return base + " unpacked"
}
