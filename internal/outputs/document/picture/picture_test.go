package picture_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/picture"
	"tre-toolkit/internal/outputs/document/unseen"
)

const (
	png = "\x89PNG\r\n\x1a\n\x00\x00\x00\x08tEXtAuthor\x00Acrc!\x00\x00\x00\x00IENDcrc!"
	gif = "GIF89a\x01\x00\x01\x00\x00\x00\x00!\xfe\x05hello\x00;"
	// tiff is a directory of one field: the artist, six letters at 26.
	tiff = "II*\x00\x08\x00\x00\x00\x01\x00\x3b\x01\x02\x00\x06\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x00\x00A. Me\x00"
	jpeg = "\xff\xd8\xff\xfe\x00\x07hello\xff\xda\x00\x02\x00\xff\x00\xff\xd9"
	webp = "RIFF\x16\x00\x00\x00WEBPXMP \x0a\x00\x00\x00<a>word<b>"
)

func TestNotes(t *testing.T) {
	for kind, want := range map[string]struct {
		content string
		note    picture.Note
	}{
		"png":  {png, picture.Note{Where: "text chunk Author", Class: unseen.Person, Text: "A"}},
		"gif":  {gif, picture.Note{Where: "comment", Class: unseen.Words, Text: "hello"}},
		"tiff": {tiff, picture.Note{Where: "Exif field Artist", Class: unseen.Person, Text: "A. Me"}},
		"jpeg": {jpeg, picture.Note{Where: "comment", Class: unseen.Words, Text: "hello"}},
		"webp": {webp, picture.Note{Where: "XMP block of 10 bytes", Class: picture.Harmless, Text: "word"}},
	} {
		found := picture.Read(kind, []byte(want.content), &packed.Budget{Members: 1, Bytes: 1000})
		assert.Equal(t, []picture.Note{want.note}, found.Notes, kind)
		assert.False(t, found.Broken, kind)
	}
}

func TestBrokenPicturesAreTold(t *testing.T) {
	for kind, content := range map[string]string{"png": png[:30], "gif": gif[:20], "tiff": tiff[:12], "jpeg": jpeg[:8]} {
		found := picture.Read(kind, []byte(content), &packed.Budget{})
		assert.True(t, found.Broken, kind)
	}
}

// Directories that point at each other are read once.
func TestDirectoriesInARing(t *testing.T) {
	ring := "II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"
	assert.NotPanics(t, func() { picture.Read("tiff", []byte(ring), &packed.Budget{}) })
}

// FuzzPicture reads whatever comes as every kind of picture: no panic, and notes
// no longer than the file and what it may unpack.
func FuzzPicture(f *testing.F) {
	for _, seed := range []string{png, gif, tiff, jpeg, webp} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, kind := range []string{"png", "gif", "tiff", "jpeg", "webp"} {
			found := picture.Read(kind, content, &packed.Budget{Members: 10, Bytes: 10_000})
			for _, note := range found.Notes {
				assert.LessOrEqual(t, len(note.Text), 4*(len(content)+10_000))
				assert.NotEmpty(t, note.Where)
			}
		}
	})
}
