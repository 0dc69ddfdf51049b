package desk

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // pictures that are drawn
	_ "image/jpeg" // the same
	"image/png"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
)

// checkedFile finds a file under review, as it was checked; without one the
// request is answered.
func (d *Desk) checkedFile(w http.ResponseWriter, r *http.Request) (review.CheckedFile, bool) {
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.fault(w, err)
		return review.CheckedFile{}, false
	}
	name := r.URL.Query().Get("path")
	at := slices.IndexFunc(o.Files, func(item review.Item) bool { return item.Path == name })
	if at < 0 || o.Files[at].SHA256 == "" {
		d.refuse(w, http.StatusNotFound, "There is no such file under review, or it cannot be opened.")
		return review.CheckedFile{}, false
	}
	return o.Files[at].CheckedFile, true
}

const (
	lineBytes  = 16
	pageBytes  = 256 * lineBytes
	mostPixels = 25_000_000
	mostBytes  = 64 << 20 // of a picture
)

// bytesPage shows a file's bytes as digits.
type bytesPage struct {
	frame
	Name          string
	File          review.CheckedFile
	Lines         []hexLine
	From, To      int64
	Before, After string
}

type hexLine struct{ At, Hex, Text string }

// bytes shows bytes of a file, as they are: nothing of them is interpreted.
func (d *Desk) bytes(w http.ResponseWriter, r *http.Request) {
	file, found := d.checkedFile(w, r)
	if !found {
		return
	}
	from := int64(number(r.URL.Query().Get("from"), 0)) / lineBytes * lineBytes
	from = min(max(from, 0), file.Bytes)
	stream, err := d.review.Raw(file.Path)
	if err != nil {
		d.fault(w, err)
		return
	}
	defer stream.Close()
	if _, err := io.CopyN(io.Discard, stream, from); err != nil && !errors.Is(err, io.EOF) {
		d.fault(w, err)
		return
	}
	content, err := io.ReadAll(io.LimitReader(stream, pageBytes))
	if err != nil {
		d.fault(w, err)
		return
	}
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	page := bytesPage{frame: d.frame(r, o, "Bytes of "+notation.Printable(file.Path)), Name: notation.Printable(file.Path), File: file, From: from, To: from + int64(len(content))}
	for at := 0; at < len(content); at += lineBytes {
		page.Lines = append(page.Lines, hexLineOf(from+int64(at), content[at:min(at+lineBytes, len(content))]))
	}
	if from > 0 {
		page.Before = address("/bytes", file.Path, "from", max(from-pageBytes, 0))
	}
	if page.To < file.Bytes {
		page.After = address("/bytes", file.Path, "from", page.To)
	}
	render(w, http.StatusOK, "bytes", page)
}

func hexLineOf(at int64, content []byte) hexLine {
	text := make([]byte, len(content))
	for i, b := range content {
		text[i] = '.'
		if b >= ' ' && b < 0x7f {
			text[i] = b
		}
	}
	return hexLine{fmt.Sprintf("%08x", at), fmt.Sprintf("% x", content), string(text)}
}

// download gives a file's bytes to be saved. A browser is told to show nothing of
// them, whatever they are.
func (d *Desk) download(w http.ResponseWriter, r *http.Request) {
	file, found := d.checkedFile(w, r)
	if !found {
		return
	}
	stream, err := d.review.Raw(file.Path)
	if err != nil {
		d.fault(w, err)
		return
	}
	defer stream.Close()
	attach(w, path.Base(file.Path), "application/octet-stream")
	_, _ = io.Copy(w, stream) // a browser that went away is told nothing
}

// attach says that an answer is a file to be saved.
func attach(w http.ResponseWriter, name, contentType string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": safeName(name)}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
}

// safeName is a name under which a file may be saved: what cannot be seen, parts
// paths or steers a program becomes an underscore.
func safeName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if notation.Printable(string(r)) != string(r) || strings.ContainsRune(`/\:*?"<>|%`, r) {
			return '_'
		}
		return r
	}, name)
	return strings.TrimLeft(safe, ".")
}

// picture draws a picture anew: its points and nothing else of what is in the
// file. A drawing in SVG goes to the browser as it is, as a picture alone, in which
// no script runs and which asks for nothing.
func (d *Desk) picture(w http.ResponseWriter, r *http.Request) {
	file, found := d.checkedFile(w, r)
	if !found {
		return
	}
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "image" {
		d.refuse(w, http.StatusForbidden, "A picture is shown on the page of its file.")
		return
	}
	content, err := d.read(file, mostBytes)
	if err != nil {
		d.fault(w, err)
		return
	}
	if file.Kind == "svg" {
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
		_, _ = w.Write(content)
		return
	}
	drawn, err := redraw(content)
	if err != nil {
		d.refuse(w, http.StatusUnprocessableEntity, "The picture cannot be drawn: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(drawn)
}

// redraw returns a picture as PNG.
func redraw(content []byte) ([]byte, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, errors.New("it is broken, or of a kind that is not drawn")
	}
	if config.Width*config.Height > mostPixels {
		return nil, fmt.Errorf("it has more than %d million points", mostPixels/1_000_000)
	}
	decoded, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, errors.New("it is broken")
	}
	var drawn bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&drawn, decoded)
	return drawn.Bytes(), err
}
