package surveyfile

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/internal/fault"
	"earshot/internal/survey"
)

// Parse reads the text of one file. Problems maps places ("nps.yaml:7:
// elements[1].points") to what was expected there; it is empty when all is well.
func Parse(name string, text []byte) (f File, problems map[string]string) {
	f = File{Path: name, Status: survey.Draft}
	p := problemsOf{}
	doc, lines := document(text, p)
	f.lines = lines
	rest := make([]member, 0, len(doc))
	for _, m := range doc {
		if !f.head(m, p) {
			rest = append(rest, m)
		}
	}
	if doc != nil {
		f.body(rest, p)
	}
	return f, p.in(f)
}

// problemsOf collects path -> what was expected.
type problemsOf map[string]string

func (p problemsOf) add(path, expected string) {
	if _, known := p[path]; !known {
		p[path] = expected
	}
}

// in adds file and line to the paths.
func (p problemsOf) in(f File) map[string]string {
	placed := make(map[string]string, len(p))
	for path, expected := range p {
		if path == "" {
			placed[f.Path] = expected
			continue
		}
		placed[f.at(path)] = expected
	}
	return placed
}

// head takes a field about the survey as a whole, and leaves one of the
// definition to body.
func (f *File) head(m member, p problemsOf) bool {
	fields := map[string]struct {
		into     any
		expected string
	}{
		"key":                 {&f.Key, "a text"},
		"uuid":                {&f.ID, "a uuid of 36 characters"},
		"name":                {&f.Name, "a text"},
		"status":              {&f.Status, "draft, published or archived"},
		"unpublished_changes": {&f.Pending, "true or false"},
	}
	field, ok := fields[m.name]
	if !ok {
		return false
	}
	if string(m.value) == "null" || json.Unmarshal(m.value, field.into) != nil {
		p.add(m.name, field.expected)
	}
	return true
}

func (f *File) body(rest []member, p problemsOf) {
	if !survey.ValidKey(f.Key) {
		p.add("key", "1 to 64 characters a-z, 0-9, _ and -, beginning with a letter or digit")
	}
	if strings.TrimSpace(f.Name) == "" || utf8.RuneCountInString(f.Name) > 200 || strings.ContainsFunc(f.Name, unicode.IsControl) {
		p.add("name", "a name of 1 to 200 characters on one line")
	}
	switch f.Status {
	case survey.Draft, survey.Published, survey.Archived:
	default:
		p.add("status", "draft, published or archived")
	}
	if f.Pending && f.Status != survey.Published {
		p.add("unpublished_changes", "status: published beside it")
	}
	d, err := survey.Decode(object(rest))
	if err != nil {
		for path, expected := range fault.As(err).Fields {
			p.add(path, expected)
		}
		if len(fault.As(err).Fields) == 0 {
			p.add("", fault.As(err).Message)
		}
		return
	}
	f.Definition = d
	if f.Status == survey.Published && !f.Pending {
		for path, expected := range d.Problems() {
			p.add(path, expected)
		}
	}
}

// member is a field of the top level with its value as JSON.
type member struct {
	name  string
	value json.RawMessage
}

func object(members []member) []byte {
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%s:%s", quote(m.name), m.value)
	}
	return append(b, '}')
}

func quote(s string) []byte {
	b, _ := json.Marshal(s) // a string never fails
	return b
}
