package survey

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"earshot/internal/fault"
	"earshot/internal/segment"
)

// MaxDefinition is how many bytes of JSON one definition may have.
const MaxDefinition = 1 << 20

// Decode reads a definition strictly: an unknown or repeated field, a value
// of the wrong type, an unknown element type, null, broken text are all
// collected into one fault (Invalid, survey_invalid) whose Fields name the
// path, as in "elements[2].points". What it returns may still be unfit for
// publishing; Problems tells.
func Decode(raw []byte) (Definition, error) {
	if len(raw) > MaxDefinition {
		return Definition{}, fault.Newf(fault.TooLarge, "survey_too_large", "A survey has at most %d bytes.", MaxDefinition)
	}
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return Definition{}, fault.New(fault.Invalid, "survey_invalid", "The survey is not valid JSON in UTF-8.")
	}
	s := shape{}
	s.value(reflect.TypeFor[Definition](), raw, "")
	if len(s) > 0 {
		return Definition{}, Invalid(s)
	}
	var d Definition
	if err := json.Unmarshal(raw, &d); err != nil {
		return Definition{}, fault.New(fault.Invalid, "survey_invalid", "The survey could not be read.").Because(err)
	}
	if d.Elements == nil {
		d.Elements = []Element{} // written as a list, not as null
	}
	return d, nil
}

// Invalid makes the fault for everything that is wrong with a survey: path of
// a field -> what was expected there.
func Invalid(problems map[string]string) error {
	paths := slices.Sorted(maps.Keys(problems))
	message := paths[0] + ": " + problems[paths[0]]
	if len(paths) > 1 {
		message += fmt.Sprintf(" (and %d more)", len(paths)-1)
	}
	e := fault.New(fault.Invalid, "survey_invalid", message)
	e.Fields = problems
	return e
}

// shape walks a JSON document beside the Go type it is meant for and collects
// where the two differ. encoding/json alone would ignore unknown and repeated
// fields, match names regardless of case, and stop at the first wrong type
// without saying which list item it was in.
type shape map[string]string

func (s shape) add(path, expected string) {
	if path == "" {
		path = "survey"
	}
	if _, ok := s[path]; !ok {
		s[path] = expected
	}
}

var (
	elementType   = reflect.TypeFor[Element]()
	conditionType = reflect.TypeFor[segment.Condition]()
	rawType       = reflect.TypeFor[json.RawMessage]()
	textReader    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func (s shape) value(t reflect.Type, raw json.RawMessage, path string) {
	raw = bytes.TrimSpace(raw)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case string(raw) == "null":
		s.add(path, "a value; leave the field out instead of giving it none")
	case t == elementType:
		s.element(raw, path)
	case t == conditionType:
		s.foreign(new(segment.Condition), raw, path)
	case t == rawType:
		s.operand(raw, path)
	case reflect.PointerTo(t).Implements(textReader):
		if s.text(raw, path) {
			s.foreign(reflect.New(t).Interface(), raw, path)
		}
	default:
		s.plain(t, raw, path)
	}
}

func (s shape) plain(t reflect.Type, raw json.RawMessage, path string) {
	switch t.Kind() {
	case reflect.Struct:
		s.object(raw, path, fieldsOf(t))
	case reflect.Slice:
		s.list(t.Elem(), raw, path)
	case reflect.String:
		s.text(raw, path)
	case reflect.Int:
		if n, err := strconv.ParseInt(string(raw), 10, 64); err != nil || n != int64(int32(n)) {
			s.add(path, "a whole number")
		}
	case reflect.Float64:
		if json.Unmarshal(raw, new(float64)) != nil {
			s.add(path, "a number")
		}
	case reflect.Bool:
		if string(raw) != "true" && string(raw) != "false" {
			s.add(path, "true or false")
		}
	}
}

// foreign leaves the judgement to a type that reads itself.
func (s shape) foreign(v any, raw json.RawMessage, path string) {
	err := json.Unmarshal(raw, v)
	if err == nil {
		return
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		s.add(path, expectation(err))
		return
	}
	if len(f.Fields) == 0 {
		s.add(path, f.Message)
	}
	for sub, expected := range f.Fields {
		s.add(join(path, sub), expected)
	}
}

func expectation(err error) string {
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "another type of value"
	}
	if strings.HasPrefix(err.Error(), "parsing time") || strings.HasPrefix(err.Error(), "Time.Unmarshal") {
		return `a moment such as "2026-01-31T09:00:00Z"`
	}
	return err.Error()
}

// join appends a path that another type found within its own document.
func join(path, sub string) string {
	if sub == "" || strings.HasPrefix(sub, "[") {
		return path + sub
	}
	return strings.TrimPrefix(path+"."+sub, ".")
}

func (s shape) list(t reflect.Type, raw json.RawMessage, path string) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		s.add(path, "a list")
		return
	}
	for i, item := range items {
		s.value(t, item, path+"["+strconv.Itoa(i)+"]")
	}
}

// operand is what an answer is compared with: a text, a number, true or
// false, or a list of texts and numbers.
func (s shape) operand(raw json.RawMessage, path string) {
	switch raw[0] {
	case '"':
		s.text(raw, path)
	case '{':
		s.add(path, "a text, a number, true, false, or a list of them")
	case '[':
		s.list(rawType, raw, path)
	}
}

func (s shape) text(raw json.RawMessage, path string) bool {
	var v string
	if json.Unmarshal(raw, &v) != nil {
		s.add(path, "a text (in quotes where it looks like a number or like true)")
		return false
	}
	if broken(v, raw) {
		s.add(path, "a text without control characters and without half characters")
		return false
	}
	return true
}

// broken tells whether a decoded text has characters that nobody can have
// typed: control characters, or the replacement that encoding/json puts in
// for a lone surrogate.
func broken(v string, raw []byte) bool {
	if strings.ContainsFunc(v, func(r rune) bool { return isControl(r) && r != '\n' && r != '\t' && r != '\r' }) {
		return true
	}
	const replacement = "\uFFFD"
	given := bytes.Count(raw, []byte(replacement)) + strings.Count(strings.ToLower(string(raw)), `\ufffd`)
	return strings.Count(v, replacement) > given
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }

func (s shape) object(raw json.RawMessage, path string, fields map[string]reflect.Type) {
	members, ok := objectMembers(raw)
	if !ok {
		s.add(path, "an object")
		return
	}
	seen := map[string]bool{}
	for _, m := range members {
		at := join(path, m.name)
		t, known := fields[m.name]
		switch {
		case seen[m.name]:
			s.add(at, "the field only once")
		case !known:
			s.add(at, "no such field"+nearest(m.name, fields))
		default:
			s.value(t, m.value, at)
		}
		seen[m.name] = true
	}
}

// element checks the common fields together with the options of its type.
func (s shape) element(raw json.RawMessage, path string) {
	var head struct {
		Type json.RawMessage `json:"type"`
	}
	if json.Unmarshal(raw, &head) != nil {
		s.add(path, "an object")
		return
	}
	var name string
	if json.Unmarshal(head.Type, &name) != nil {
		s.add(join(path, "type"), "one of "+strings.Join(Kinds(), ", "))
		return
	}
	kind, ok := KindOf(name)
	if !ok {
		s.add(join(path, "type"), "one of "+strings.Join(Kinds(), ", "))
		return
	}
	fields := maps.Clone(fieldsOf(reflect.TypeFor[common]()))
	maps.Copy(fields, fieldsOf(reflect.TypeOf(kind.New()).Elem()))
	s.object(raw, path, fields)
}

// nearest names a field that was probably meant.
func nearest(name string, fields map[string]reflect.Type) string {
	plain := func(s string) string {
		return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(s))
	}
	for _, known := range slices.Sorted(maps.Keys(fields)) {
		if plain(known) == plain(name) {
			return "; did you mean " + known + "?"
		}
	}
	return ""
}

// fieldsOf gives the JSON names of a struct's fields.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			maps.Copy(fields, fieldsOf(f.Type))
			continue
		}
		fields[name] = f.Type
	}
	return fields
}

type member struct {
	name  string
	value json.RawMessage
}

// objectMembers gives an object's members in order, repeated ones, too.
func objectMembers(raw json.RawMessage) ([]member, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	var members []member
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, false
		}
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			return nil, false
		}
		members = append(members, member{name, v})
	}
	return members, true
}
