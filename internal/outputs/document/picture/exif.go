package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"tre-toolkit/internal/outputs/document/unseen"
)

// exifTags are the fields of TIFF and Exif that say more than how a picture was
// taken. Exif 2.32, section 4.6.
var exifTags = map[uint16]struct {
	name  string
	class unseen.Class
}{
	0x010e: {"ImageDescription", unseen.Words},
	0x013b: {"Artist", unseen.Person},
	0x013c: {"HostComputer", unseen.Place},
	0x8298: {"Copyright", unseen.Person},
	0x9286: {"UserComment", unseen.Words},
	0x9c9b: {"XPTitle", unseen.Words},
	0x9c9c: {"XPComment", unseen.Words},
	0x9c9d: {"XPAuthor", unseen.Person},
	0x9c9e: {"XPKeywords", unseen.Words},
	0x9c9f: {"XPSubject", unseen.Words},
	0xa430: {"CameraOwnerName", unseen.Person},
	0xa431: {"BodySerialNumber", unseen.Place},
}

const (
	tagExif      = 0x8769
	tagGPS       = 0x8825
	tagXMP       = 0x02bc
	tagThumbnail = 0x0201
	gpsLatitude  = 0x0002
	mostFields   = 2000
	mostFolders  = 64
)

// typeSizes are the bytes of a value by TIFF type, TIFF 6.0 section 2.
var typeSizes = [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

// exifReader walks the image file directories of a TIFF structure.
type exifReader struct {
	finding *Finding
	content []byte
	order   binary.ByteOrder
	seen    map[uint32]bool
}

// exif reads a TIFF structure, which is also what Exif blocks are.
func (f *Finding) exif(content []byte) {
	r := &exifReader{finding: f, content: content, seen: map[uint32]bool{}}
	switch {
	case len(content) < 8:
		f.Broken = true
		return
	case bytes.HasPrefix(content, []byte("II")):
		r.order = binary.LittleEndian
	case bytes.HasPrefix(content, []byte("MM")):
		r.order = binary.BigEndian
	default:
		f.Broken = true
		return
	}
	r.folder(r.order.Uint32(content[4:]), false)
}

// folder reads one directory and those that follow it. Directories that point
// at each other are read once.
func (r *exifReader) folder(offset uint32, gps bool) {
	for offset != 0 && !r.seen[offset] && len(r.seen) < mostFolders {
		r.seen[offset] = true
		if int64(offset)+2 > int64(len(r.content)) {
			r.finding.Broken = true
			return
		}
		count := int(r.order.Uint16(r.content[offset:]))
		at := int64(offset) + 2
		for range min(count, mostFields) {
			if at+12 > int64(len(r.content)) {
				r.finding.Broken = true
				return
			}
			r.field(r.content[at:at+12], gps)
			at += 12
		}
		if at+4 > int64(len(r.content)) {
			return
		}
		offset = r.order.Uint32(r.content[at:])
	}
}

func (r *exifReader) field(field []byte, gps bool) {
	tag := r.order.Uint16(field)
	pointer := r.order.Uint32(field[8:])
	switch {
	case gps:
		if tag == gpsLatitude {
			r.finding.note(unseen.Place, "GPS position", "")
		}
	case tag == tagExif:
		r.folder(pointer, false)
	case tag == tagGPS:
		r.folder(pointer, true)
	case tag == tagThumbnail:
		r.finding.note(unseen.Picture, "thumbnail", "")
	case tag == tagXMP:
		r.finding.xmp(string(r.value(field)))
	default:
		known, ok := exifTags[tag]
		if text := plainText(known.name, r.value(field)); ok && text != "" {
			r.finding.note(known.class, "Exif field "+known.name, text)
		}
	}
}

// value returns the bytes of a field.
func (r *exifReader) value(field []byte) []byte {
	kind, count := r.order.Uint16(field[2:]), int64(r.order.Uint32(field[4:]))
	if int(kind) >= len(typeSizes) {
		return nil
	}
	size := min(count*typeSizes[kind], 64<<10)
	if size <= 4 {
		return field[8 : 8+size]
	}
	offset := int64(r.order.Uint32(field[8:]))
	if offset >= int64(len(r.content)) {
		return nil
	}
	return r.content[offset:min(offset+size, int64(len(r.content)))]
}

// plainText decodes the text of a field: XP fields are UTF-16, a user comment
// begins with the name of its alphabet.
func plainText(name string, value []byte) string {
	switch {
	case strings.HasPrefix(name, "XP"):
		units := make([]uint16, len(value)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(value[2*i:])
		}
		return strings.Trim(string(utf16.Decode(units)), "\x00 ")
	case name == "UserComment" && len(value) >= 8:
		value = value[8:]
	}
	return strings.Trim(string(value), "\x00 ")
}

// xmpPerson and xmpPlace are the properties of XMP that name somebody or
// somewhere.
var (
	xmpPerson = regexp.MustCompile(`<(?:dc:creator|dc:rights|photoshop:AuthorsPosition|xmpRights:Owner|photoshop:Credit)[\s>]|(?:Artist|OwnerName|CameraOwnerName)="`)
	xmpPlace  = regexp.MustCompile(`GPSLatitude|photoshop:City|Iptc4xmpCore:Location|xmpMM:History|stRef:filePath|xmpMM:Ingredients`)
	xmpTags   = regexp.MustCompile(`<[^<>]*>|xmlns:\w+="[^"]*"`)
	spaces    = regexp.MustCompile(`\s+`)
)

// xmp reads an XMP packet.
func (f *Finding) xmp(text string) {
	text = text[:min(len(text), 1<<20)]
	if xmpPerson.MatchString(text) {
		f.note(unseen.Person, "XMP block", "")
	}
	if xmpPlace.MatchString(text) {
		f.note(unseen.Place, "XMP block", "")
	}
	if words := strings.TrimSpace(spaces.ReplaceAllString(xmpTags.ReplaceAllString(text, " "), " ")); words != "" {
		f.note(Harmless, fmt.Sprintf("XMP block of %d bytes", len(text)), words)
	}
}
