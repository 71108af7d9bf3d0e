package survey

import (
	"encoding/json"
	"slices"
)

// Kind is one element type.
type Kind struct {
	Name  string
	Asks  bool           // takes an answer; its Options are an Asker
	Own   bool           // the answer is in the respondent's own words
	Shown bool           // the respondent sees it
	Ends  bool           // the path ends with it
	New   func() Options // empty options, a pointer
}

// Asker are the options of a type that takes an answer.
type Asker interface {
	Options
	// Check holds a JSON value against the type. It gives the value as it is
	// stored, or nil if the value says nothing (an empty text, an empty
	// list), or a sentence of what was expected.
	Check(raw json.RawMessage) (value json.RawMessage, expected string)
}

// registry lists the types. A new type is a file beside this one and a line here.
var registry = []Kind{
	{Name: "nps", Asks: true, Shown: true, New: func() Options { return new(NPS) }},
	{Name: "csat", Asks: true, Shown: true, New: func() Options { return new(CSAT) }},
	{Name: "ces", Asks: true, Shown: true, New: func() Options { return new(CES) }},
	{Name: "rating", Asks: true, Shown: true, New: func() Options { return new(Rating) }},
	{Name: "single_choice", Asks: true, Shown: true, New: func() Options { return new(SingleChoice) }},
	{Name: "multiple_choice", Asks: true, Shown: true, New: func() Options { return new(MultipleChoice) }},
	{Name: "short_text", Asks: true, Own: true, Shown: true, New: func() Options { return new(ShortText) }},
	{Name: "long_text", Asks: true, Own: true, Shown: true, New: func() Options { return new(LongText) }},
	{Name: "email", Asks: true, Own: true, Shown: true, New: func() Options { return new(Email) }},
	{Name: "info", Shown: true, New: func() Options { return new(Info) }},
	{Name: "cta", Asks: true, Shown: true, New: func() Options { return new(CTA) }},
	{Name: "redirect", Ends: true, New: func() Options { return new(Redirect) }},
	{Name: "thank_you", Shown: true, Ends: true, New: func() Options { return new(ThankYou) }},
	{Name: "logic", New: func() Options { return new(Logic) }},
}

// Kinds names all element types.
func Kinds() []string {
	names := make([]string, len(registry))
	for i, k := range registry {
		names[i] = k.Name
	}
	return names
}

// KindOf gives the type of a name.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(registry, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return registry[i], true
}
