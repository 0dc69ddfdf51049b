// Package packed opens what is packed in another file: the members of archives
// and the streams of compressed files.
//
// It promises that a small file cannot become a large one: every byte that is
// unpacked is taken from a Budget, a member that grows out of all proportion is
// given up, and nothing is ever written to the disk. A member whose name leads
// out of its folder, a link, or an encrypted member is told and not opened.
package packed

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Budget is what may still be unpacked of one file and of what is in it.
type Budget struct {
	Members int
	Bytes   int64
}

// mostGrowth is how often its packed size a member may become. Tables of zeros
// come to some 200; bombs begin at 1,000.
const mostGrowth = 400

// smallGrowth is not worth a word, whatever its proportion.
const smallGrowth = 1 << 20

// Errors that say why something was not unpacked.
var (
	ErrTooLarge  = errors.New("it unpacks to more than is read")
	ErrBomb      = errors.New("it unpacks to many hundred times its size, as a zip bomb does")
	ErrTooMany   = errors.New("it has more members than are read")
	ErrBroken    = errors.New("it is broken")
	ErrEncrypted = errors.New("it is encrypted")
	ErrLink      = errors.New("it is a link, and links are not followed")
	ErrOutside   = errors.New("its name leads out of the folder that it is unpacked in")
	ErrSpecial   = errors.New("it is neither a file nor a folder")
)

// Member is one file of an archive.
type Member struct {
	Name    string
	Content []byte
	Err     error // why it was not unpacked
}

// take reads a stream of known packed size within the budget.
func (b *Budget) take(stream io.Reader, packed int64) ([]byte, error) {
	allowed := max(packed*mostGrowth, smallGrowth)
	most := min(b.Bytes, allowed)
	content, err := io.ReadAll(io.LimitReader(stream, most+1))
	b.Bytes -= min(b.Bytes, int64(len(content)))
	switch {
	case int64(len(content)) > most && most == allowed:
		return nil, ErrBomb
	case int64(len(content)) > most:
		return nil, ErrTooLarge
	case err != nil:
		return content, ErrBroken
	}
	return content, nil
}

// member counts one more member.
func (b *Budget) member() error {
	if b.Members--; b.Members < 0 {
		return ErrTooMany
	}
	return nil
}

// Zip is an opened zip file.
type Zip struct {
	budget *Budget
	files  []*zip.File
	byName map[string]*zip.File
}

// OpenZip reads the list of a zip file's members.
func OpenZip(content []byte, budget *Budget) (*Zip, error) {
	// The list is read whole: it is counted before memory is given to it.
	if bytes.Count(content, []byte("PK\x01\x02")) > 2*max(budget.Members, 0)+1000 {
		return nil, ErrTooMany
	}
	reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, ErrBroken
	}
	z := &Zip{budget: budget, files: reader.File, byName: map[string]*zip.File{}}
	for _, file := range reader.File {
		z.byName[file.Name] = file
	}
	return z, nil
}

// Names lists the members as the archive does.
func (z *Zip) Names() []string {
	names := make([]string, len(z.files))
	for i, file := range z.files {
		names[i] = file.Name
	}
	return names
}

// Has reports whether there is a member of the name.
func (z *Zip) Has(name string) bool { return z.byName[name] != nil }

// Read unpacks the member of a name; nothing when there is none.
func (z *Zip) Read(name string) ([]byte, error) {
	file := z.byName[name]
	if file == nil {
		return nil, nil
	}
	return z.read(file)
}

func (z *Zip) read(file *zip.File) ([]byte, error) {
	if err := z.budget.member(); err != nil {
		return nil, err
	}
	if file.Flags&1 != 0 {
		return nil, ErrEncrypted
	}
	if z.budget.Bytes <= 0 {
		return nil, ErrTooLarge
	}
	stream, err := file.Open()
	if err != nil {
		return nil, ErrBroken
	}
	defer stream.Close()
	return z.budget.take(stream, int64(file.CompressedSize64))
}

// Each unpacks every member in turn, folders left out. It ends early when the
// budget has no member left, and says so.
func (z *Zip) Each(each func(Member)) error {
	for _, file := range z.files {
		mode := file.Mode()
		member := Member{Name: file.Name}
		switch {
		case leadsOut(file.Name):
			member.Err = ErrOutside
		case mode&fs.ModeSymlink != 0:
			member.Err = ErrLink
		case strings.HasSuffix(file.Name, "/") || mode.IsDir():
			continue
		default:
			member.Content, member.Err = z.read(file)
		}
		if errors.Is(member.Err, ErrTooMany) {
			return ErrTooMany
		}
		each(member)
	}
	return nil
}

// leadsOut reports a name that is no plain path below a folder.
func leadsOut(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return name == "" || strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' ||
		strings.HasPrefix(path.Clean(name), "..") || strings.ContainsRune(name, 0)
}

// Tar unpacks every member of a tar file in turn.
func Tar(content []byte, budget *Budget, each func(Member)) error {
	reader := tar.NewReader(bytes.NewReader(content))
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return ErrBroken
		}
		if err := budget.member(); err != nil {
			return err
		}
		member := Member{Name: header.Name}
		switch {
		case header.Typeflag == tar.TypeDir || header.Typeflag == tar.TypeXGlobalHeader:
			continue
		case leadsOut(header.Name):
			member.Err = ErrOutside
		case header.Typeflag == tar.TypeSymlink || header.Typeflag == tar.TypeLink:
			member.Err = ErrLink
		case header.Typeflag != tar.TypeReg:
			member.Err = ErrSpecial
		default:
			member.Content, member.Err = budget.take(reader, int64(len(content)))
		}
		each(member)
	}
}

// Gzip unpacks a gzip file. What could be read of a broken one comes with the
// error.
func Gzip(content []byte, budget *Budget) ([]byte, error) {
	stream, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, ErrBroken
	}
	return budget.take(stream, int64(len(content)))
}

// Bzip2 unpacks a bzip2 file.
func Bzip2(content []byte, budget *Budget) ([]byte, error) {
	return budget.take(bzip2.NewReader(bytes.NewReader(content)), int64(len(content)))
}

// mostWindow bounds the memory that a zstandard file may ask for.
const mostWindow = 64 << 20

// Zstandard unpacks a zstandard file. What could be read of a broken one comes
// with the error.
func Zstandard(content []byte, budget *Budget) ([]byte, error) {
	stream, err := zstd.NewReader(bytes.NewReader(content), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, ErrBroken
	}
	defer stream.Close()
	return budget.take(stream, int64(len(content)))
}

// Zlib unpacks a zlib stream, as in PDF and PNG.
func Zlib(content []byte, budget *Budget) ([]byte, error) {
	stream, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, ErrBroken
	}
	return budget.take(stream, int64(len(content)))
}

// Head unpacks the first bytes of a gzip or bzip2 file: enough to tell what is
// in it. It is free of any budget.
func Head(content []byte) []byte {
	const enough = 512
	var stream io.Reader
	if zipped, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
		stream = zipped
	} else {
		stream = bzip2.NewReader(bytes.NewReader(content))
	}
	head := make([]byte, enough)
	n, _ := io.ReadFull(stream, head) // a short or broken stream gives what it has
	return head[:n]
}
