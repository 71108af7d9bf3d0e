package surveyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"earshot/internal/survey"
)

// Change is one field that would change. Old or New is empty where the field
// is absent.
type Change struct {
	Path     string // "elements.recommend.question", elements by identifier
	Old, New string // as a reader sees them: texts in quotes
}

// diff lists what the file changes about a survey, in the order of the file.
func diff(s survey.Survey, f File) ([]Change, error) {
	before, err := fieldsOf(s.Key, s.Name, s.Draft)
	if err != nil {
		return nil, err
	}
	after, err := fieldsOf(f.Key, f.Name, f.Definition)
	if err != nil {
		return nil, err
	}
	return before.to(after), nil
}

// fields are paths in order with their values.
type fields struct {
	paths    []string
	values   map[string]string
	elements map[string]bool // the paths that stand for a whole element
}

func (f *fields) set(path, value string) {
	f.paths = append(f.paths, path)
	f.values[path] = value
}

// to lists the changes. An element that comes or goes is one change, not one
// for each of its fields; one that stays is only a change in its fields.
func (f fields) to(other fields) []Change {
	var changes []Change
	for _, path := range other.paths {
		old, had := f.values[path]
		stays := f.elements[path] && other.elements[path]
		if !stays && (!had || old != other.values[path]) && !other.within(path, f) {
			changes = append(changes, Change{path, old, other.values[path]})
		}
	}
	for _, path := range f.paths {
		if _, has := other.values[path]; !has && !f.within(path, other) {
			changes = append(changes, Change{path, f.values[path], ""})
		}
	}
	return changes
}

// within tells whether a path is a field of an element that only f has.
func (f fields) within(path string, other fields) bool {
	rest, ok := strings.CutPrefix(path, "elements.")
	id, _, below := strings.Cut(rest, ".")
	element := "elements." + id
	return ok && below && f.elements[element] && !other.elements[element]
}

func fieldsOf(key, name string, d survey.Definition) (fields, error) {
	f := fields{values: map[string]string{}, elements: map[string]bool{}}
	f.set("key", strconv.Quote(key))
	f.set("name", strconv.Quote(name))
	elements := d.Elements
	d.Elements = []survey.Element{}
	raw, err := json.Marshal(d)
	if err != nil {
		return f, err
	}
	f.flatten("", raw)
	f.paths = slices.DeleteFunc(f.paths, func(path string) bool { return path == "elements" })
	return f, f.each(elements)
}

func (f *fields) each(elements []survey.Element) error {
	order := make([]string, len(elements))
	for i, e := range elements {
		order[i] = e.ID
		if e.ID == "" || slices.Contains(order[:i], e.ID) {
			order[i] = "#" + strconv.Itoa(i+1) // a draft may be unfinished
		}
		path := "elements." + order[i]
		f.set(path, strings.TrimSpace(e.Type+" "+quoted(e.Question)))
		f.elements[path] = true
		raw, err := json.Marshal(e)
		if err != nil {
			return err
		}
		f.flatten(path, raw)
	}
	f.set("elements", strings.Join(order, ", "))
	return nil
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(s)
}

// flatten sets a path for every value within raw; lists are values as a whole.
func (f *fields) flatten(path string, raw json.RawMessage) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		f.set(path, readable(raw))
		return
	}
	for dec.More() {
		name, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return
		}
		f.flatten(strings.TrimPrefix(fmt.Sprintf("%s.%s", path, name), "."), value)
	}
}

func readable(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strconv.Quote(text)
	}
	return plain.Replace(string(raw))
}

// plain undoes the escapes that JSON has for the sake of web pages.
var plain = strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
