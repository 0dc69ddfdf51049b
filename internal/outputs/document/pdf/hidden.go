package pdf

import (
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// programNames are the libraries that put their own name where an author's
// belongs.
var programNames = []string{"latex", "tex", "matplotlib", "anonymous", "r ", "reportlab", "cairo", "quartz", "ghostscript", "unknown", "untitled"}

// hidden looks through every object for what pages do not show.
func (r *reader) hidden() {
	for _, number := range r.order {
		o := r.objects[number]
		dict, ok := o.value.(dictionary)
		if !ok {
			continue
		}
		r.properties(dict)
		r.active(dict)
		switch {
		case dict["Type"] == name("EmbeddedFile"):
			r.attach(o)
		case dict["Type"] == name("Metadata"):
			r.metadata(o)
		case dict["Type"] == name("OCG"):
			r.Note(unseen.Words, "a layer", "a layer, which may be hidden", r.text(dict["Name"]))
		case dict["Subtype"] == name("Image"):
			r.Gap("its pictures were not read")
		}
	}
	r.Gap("drawn shapes and what they stand for were not read")
}

func (r *reader) text(value any) string {
	t, _ := r.resolve(value).(text)
	return textString(t)
}

// properties reads the file's information dictionary, which has no type of its
// own, and what annotations and form fields say.
func (r *reader) properties(dict dictionary) {
	_, producer := dict["Producer"]
	_, created := dict["CreationDate"]
	if producer || created {
		for _, key := range []string{"Author", "Title", "Subject", "Keywords"} {
			value := strings.TrimSpace(r.text(dict[key]))
			switch {
			case value == "" || isProgram(value):
			case key == "Author":
				r.Note(unseen.Person, "the file's properties", key, value)
			default:
				r.Note(unseen.Words, "the file's properties", key, value)
			}
		}
	}
	if _, annotation := dict["Subtype"].(name); annotation {
		if value := r.text(dict["Contents"]); value != "" {
			r.Note(unseen.Words, "a note on a page", "a comment", value)
		}
	}
	if _, field := dict["FT"].(name); field {
		if value := r.text(dict["V"]); value != "" {
			r.Note(unseen.Words, "a form", "the value of a field", value)
		}
	}
}

func isProgram(value string) bool {
	lower := strings.ToLower(value) + " "
	for _, known := range programNames {
		if strings.HasPrefix(lower, known) {
			return true
		}
	}
	return false
}

// active tells of programs and of actions that start something.
func (r *reader) active(dict dictionary) {
	switch action, _ := dict["S"].(name); action {
	case "JavaScript":
		r.Note(unseen.Program, "an action", "a program (JavaScript)", r.text(dict["JS"]))
	case "Launch":
		r.Note(unseen.Program, "an action", "an action that starts a program", "")
	case "SubmitForm", "ImportData", "GoToR":
		r.Note(unseen.Program, "an action", "an action that leads out of the file", "")
	}
}

// mostAttached bounds the files that are taken out of one PDF.
const mostAttached = 200

func (r *reader) attach(o object) {
	if len(r.Attached) == mostAttached {
		r.Gap("it has more attached files than are read")
		return
	}
	content, ok := r.unpack(o)
	member := packed.Member{Name: r.attachmentName(o), Content: content}
	if !ok {
		member.Err = packed.ErrBroken
	}
	r.Attached = append(r.Attached, member)
}

// attachmentName finds the file specification that means the stream.
func (r *reader) attachmentName(o object) string {
	for _, number := range r.order {
		dict, ok := r.objects[number].value.(dictionary)
		if !ok || dict["EF"] == nil {
			continue
		}
		for _, key := range []string{"F", "UF"} {
			ref, ok := r.dict(dict["EF"])[key].(reference)
			if ok && len(o.stream) > 0 && len(r.objects[int(ref)].stream) > 0 && &r.objects[int(ref)].stream[0] == &o.stream[0] {
				return r.text(dict["F"])
			}
		}
	}
	return "attachment"
}

// metadata reads an XMP packet.
func (r *reader) metadata(o object) {
	content, ok := r.unpack(o)
	if !ok {
		return
	}
	packet := string(content[:min(len(content), 1<<20)])
	_, creator, found := strings.Cut(packet, "<dc:creator>")
	if !found {
		return
	}
	creator, _, _ = strings.Cut(creator, "</dc:creator>")
	_, value, _ := strings.Cut(creator, "<rdf:li>")
	value, _, _ = strings.Cut(value, "<")
	if value = strings.TrimSpace(value); value != "" && !isProgram(value) {
		r.Note(unseen.Person, "the file's XMP block", "creator", value)
	}
}
