// Package picture reads what an image file says beside its pixels: Exif and XMP
// blocks, text chunks, comments, thumbnails, and bytes after the image's end.
//
// It promises never to look at a pixel and never to trust a length: each block
// is bounded by the bytes that are there. What it finds is words for a person
// and texts to be searched; it does not fail.
package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// Note is one thing that stands beside the pixels.
type Note struct {
	Where string // such as "text chunk Author"
	Class unseen.Class
	Text  string // what it says, where it is text
}

// Harmless is the class of a note of the program, the date or the resolution.
const Harmless unseen.Class = ""

// Finding is what was read of an image.
type Finding struct {
	Notes  []Note
	Broken bool // it ends before its end, or is no image of its kind
}

func (f *Finding) note(class unseen.Class, where, text string) {
	f.Notes = append(f.Notes, Note{where, class, text})
}

// mostBlocks bounds the chunks and segments of one image.
const mostBlocks = 10_000

// Read reads an image of a kind: png, jpeg, gif, webp or tiff.
func Read(kind string, content []byte, budget *packed.Budget) Finding {
	f := &Finding{}
	switch kind {
	case "png":
		f.png(content, budget)
	case "jpeg":
		f.jpeg(content)
	case "gif":
		f.gif(content)
	case "webp":
		f.webp(content)
	case "tiff":
		f.exif(content)
	}
	return *f
}

// classOf tells what a named text of a picture is about.
func classOf(key string) unseen.Class {
	key = strings.ToLower(key)
	switch {
	case strings.Contains(key, "author"), strings.Contains(key, "artist"), strings.Contains(key, "creator") && !strings.Contains(key, "tool"),
		strings.Contains(key, "copyright"), strings.Contains(key, "owner"):
		return unseen.Person
	case strings.Contains(key, "gps"), strings.Contains(key, "location"):
		return unseen.Place
	case key == "software", strings.HasPrefix(key, "date:"), strings.HasPrefix(key, "creation"), strings.HasPrefix(key, "png:"), key == "source":
		return Harmless
	}
	return unseen.Words
}

func (f *Finding) keyed(what, key, text string) {
	if strings.HasPrefix(key, "XML:com.adobe.xmp") {
		f.xmp(text)
		return
	}
	f.note(classOf(key), what+" "+key, text)
}

func (f *Finding) png(content []byte, budget *packed.Budget) {
	rest, _ := bytes.CutPrefix(content, []byte("\x89PNG\r\n\x1a\n"))
	for range mostBlocks {
		if len(rest) < 12 {
			f.Broken = true
			return
		}
		length := int64(binary.BigEndian.Uint32(rest))
		if length > int64(len(rest)-12) {
			f.Broken = true
			return
		}
		kind, data := string(rest[4:8]), rest[8:8+length]
		rest = rest[12+length:]
		if kind == "IEND" {
			f.trailing(rest)
			return
		}
		f.chunk(kind, data, budget)
	}
	f.Broken = true
}

// chunk reads one chunk of a PNG file. PNG, third edition, section 11.
func (f *Finding) chunk(kind string, data []byte, budget *packed.Budget) {
	key, value, _ := strings.Cut(string(data[:min(len(data), 1<<20)]), "\x00")
	switch kind {
	case "tEXt":
		f.keyed("text chunk", key, value)
	case "zTXt":
		text, err := packed.Zlib([]byte(strings.TrimPrefix(value, "\x00")), budget)
		if err != nil {
			f.note(unseen.Words, "text chunk "+key, "")
			return
		}
		f.keyed("text chunk", key, string(text))
	case "iTXt":
		f.international(key, value, budget)
	case "eXIf":
		f.exif(data)
	case "IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "tIME", "acTL", "fcTL", "fdAT":
	default:
		f.note(unseen.Leftover, fmt.Sprintf("chunk %q, which no viewer shows", kind), string(data[:min(len(data), 64<<10)]))
	}
}

// international reads an iTXt chunk: two flags, language, translated keyword,
// text.
func (f *Finding) international(key, value string, budget *packed.Budget) {
	if len(value) < 2 {
		return
	}
	compressed := value[0] == 1
	parts := strings.SplitN(value[2:], "\x00", 3)
	text := parts[len(parts)-1]
	if compressed {
		unpacked, err := packed.Zlib([]byte(text), budget)
		if err != nil {
			f.note(unseen.Words, "text chunk "+key, "")
			return
		}
		text = string(unpacked)
	}
	f.keyed("text chunk", key, text)
}

// trailing tells of bytes after the end of an image.
func (f *Finding) trailing(rest []byte) {
	if len(bytes.Trim(rest, "\x00\r\n ")) > 0 {
		f.note(unseen.Leftover, fmt.Sprintf("%d bytes after the end of the image", len(rest)), string(rest[:min(len(rest), 64<<10)]))
	}
}

// jpeg reads the segments before the pixels, and finds the image's end by its
// marker. Segments: ITU-T T.81, annex B.
func (f *Finding) jpeg(content []byte) {
	at := 2
	for range mostBlocks {
		if at+4 > len(content) || content[at] != 0xff {
			f.Broken = true
			return
		}
		marker := content[at+1]
		if marker == 0xff || marker >= 0xd0 && marker <= 0xd8 || marker == 0x01 {
			at++
			if marker != 0xff {
				at++
			}
			continue
		}
		length := int(binary.BigEndian.Uint16(content[at+2:]))
		if length < 2 || at+2+length > len(content) {
			f.Broken = true
			return
		}
		f.segment(marker, content[at+4:at+2+length])
		at += 2 + length
		if marker == 0xda {
			at = afterScan(content, at)
			if at+1 < len(content) && content[at+1] == 0xd9 {
				f.trailing(content[at+2:])
				return
			}
		}
	}
	f.Broken = true
}

// afterScan returns where the next marker stands after the pixels of a scan.
func afterScan(content []byte, at int) int {
	for at+1 < len(content) {
		found := bytes.IndexByte(content[at:], 0xff)
		if found < 0 || at+found+1 >= len(content) {
			return len(content)
		}
		at += found
		if next := content[at+1]; next != 0 && (next < 0xd0 || next > 0xd7) && next != 0xff {
			return at
		}
		at++
	}
	return len(content)
}

func (f *Finding) segment(marker byte, data []byte) {
	switch {
	case marker == 0xfe:
		f.note(unseen.Words, "comment", string(data))
	case marker == 0xe1 && bytes.HasPrefix(data, []byte("Exif\x00\x00")):
		f.exif(data[6:])
	case marker == 0xe1 && bytes.HasPrefix(data, []byte("http://ns.adobe.com/")):
		_, text, _ := strings.Cut(string(data), "\x00")
		f.xmp(text)
	case marker == 0xed && bytes.Contains(data, []byte("8BIM")):
		f.note(unseen.Words, "Photoshop and IPTC block", string(data))
	case marker == 0xe0 && bytes.HasPrefix(data, []byte("JFXX")):
		f.note(unseen.Picture, "thumbnail", "")
	}
}

// gif reads the blocks of a GIF file. GIF89a, sections 17 to 27.
func (f *Finding) gif(content []byte) {
	if len(content) < 13 {
		f.Broken = true
		return
	}
	at := 13 + colours(content[10])
	for range mostBlocks {
		if at >= len(content) {
			f.Broken = true
			return
		}
		switch content[at] {
		case 0x3b:
			f.trailing(content[at+1:])
			return
		case 0x2c:
			if at+10 >= len(content) {
				f.Broken = true
				return
			}
			_, at = subBlocks(content, at+11+colours(content[at+9]))
		case 0x21:
			if at+2 >= len(content) {
				f.Broken = true
				return
			}
			label := content[at+1]
			var data []byte
			data, at = subBlocks(content, at+2)
			f.gifExtension(label, data)
		default:
			f.Broken = true
			return
		}
	}
	f.Broken = true
}

func (f *Finding) gifExtension(label byte, data []byte) {
	switch {
	case label == 0xfe:
		f.note(unseen.Words, "comment", string(data))
	case label == 0xff && bytes.HasPrefix(data, []byte("XMP Data")):
		f.xmp(string(data))
	case label == 0x01:
		f.note(unseen.Words, "plain text block", string(data))
	}
}

// colours returns the bytes of a colour table by its flags.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// subBlocks joins length-prefixed blocks up to the empty one, and returns where
// it ends.
func subBlocks(content []byte, at int) ([]byte, int) {
	var data []byte
	for at < len(content) {
		length := int(content[at])
		at++
		if length == 0 {
			break
		}
		end := min(at+length, len(content))
		if len(data) < 64<<10 {
			data = append(data, content[min(at, end):end]...)
		}
		at = end
	}
	return data, at
}

// webp reads the chunks of a RIFF file.
func (f *Finding) webp(content []byte) {
	if len(content) < 12 {
		f.Broken = true
		return
	}
	size := int64(binary.LittleEndian.Uint32(content[4:])) + 8
	if size < int64(len(content)) {
		f.trailing(content[size:])
		content = content[:size]
	}
	rest := content[min(12, len(content)):]
	for range mostBlocks {
		if len(rest) < 8 {
			f.Broken = size > int64(len(content))
			return
		}
		length := int64(binary.LittleEndian.Uint32(rest[4:]))
		kind := string(rest[:4])
		data := rest[8:min(8+length, int64(len(rest)))]
		switch kind {
		case "EXIF":
			f.exif(bytes.TrimPrefix(data, []byte("Exif\x00\x00")))
		case "XMP ":
			f.xmp(string(data))
		}
		rest = rest[min(8+length+length%2, int64(len(rest))):]
	}
}
