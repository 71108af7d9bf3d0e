package survey

import (
	"encoding/json"
	"unicode/utf8"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
)

// Names lets conditions speak of surveys: by key or uuid, and of those of
// their questions whose answers can be compared.
func Names(surveys []Survey) segment.Names {
	byKey, byID := make(map[string]ident.ID, len(surveys)), make(map[ident.ID]*Survey, len(surveys))
	for i := range surveys {
		byKey[surveys[i].Key], byID[surveys[i].ID] = surveys[i].ID, &surveys[i]
	}
	return segment.Names{
		Survey: func(ref string) (ident.ID, bool) {
			if id, ok := byKey[ref]; ok {
				return id, true
			}
			id, err := ident.Parse(ref)
			return id, err == nil && byID[id] != nil
		},
		Asks: func(id ident.ID, question string) bool {
			s := byID[id]
			return s != nil && (s.Draft.compares(question) || s.Publication != nil && s.Publication.Definition.compares(question))
		},
	}
}

func (d Definition) compares(question string) bool {
	i := d.index(question)
	return i >= 0 && d.Elements[i].Kind().compares()
}

func (k Kind) compares() bool { return k.Asks && !k.Own }

// Comparable gives the answers that conditions can compare: numbers, yes and
// no, chosen values. An own text beside the options is the value "other", as in
// the rules of logic. It keeps to the bounds of contact.Answers, in the order of
// the elements.
func (d Definition) Comparable(answers Answers) map[string][]contact.Value {
	var kept map[string][]contact.Value
	room := contact.MaxAnswerBytes
	for _, e := range d.Elements {
		raw := answers[e.ID]
		if !given(raw) || !e.Kind().compares() || len(kept) == contact.MaxAnswers {
			continue
		}
		values, size := valuesOf(raw)
		if len(values) == 0 || size > room {
			continue
		}
		if kept == nil {
			kept = map[string][]contact.Value{}
		}
		kept[e.ID] = values
		room -= size
	}
	return kept
}

// valuesOf reads a checked answer, and tells how many bytes of text are in it.
// It gives none if one of them cannot be kept.
func valuesOf(raw json.RawMessage) (values []contact.Value, size int) {
	var items []json.RawMessage // empty: decoding into a slice that holds raw would write over it
	if raw[0] != '[' {
		items = []json.RawMessage{raw}
	} else if json.Unmarshal(raw, &items) != nil {
		return nil, 0
	}
	for _, item := range items {
		v, ok := valueOf(item)
		if !ok {
			return nil, 0
		}
		values, size = append(values, v), size+len(v.Text)
	}
	return values, size
}

func valueOf(raw json.RawMessage) (contact.Value, bool) {
	if raw[0] == '{' {
		return contact.TextValue(otherValue), true
	}
	var v contact.Value // its stored form is that of JSON, but for dates
	if json.Unmarshal(raw, &v) != nil || utf8.RuneCountInString(v.Text) > contact.MaxAnswerText {
		return contact.Value{}, false
	}
	return v, true
}
