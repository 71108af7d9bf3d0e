package segment

import (
	"slices"
	"strings"

	"earshot/internal/contact"
)

// metaField is one thing that is known about every contact.
type metaField struct {
	name string
	of   family
	get  func(p *contact.Profile) contact.Value // of no type: not known
}

// metaFields in the order in which people are told about them.
var metaFields = []metaField{
	{"first_seen", dates, func(p *contact.Profile) contact.Value { return moment(p.FirstSeen) }},
	{"last_seen", dates, func(p *contact.Profile) contact.Value { return moment(p.LastSeen) }},
	{"sessions", numbers, func(p *contact.Profile) contact.Value { return count(p.Sessions) }},
	{"country", texts, func(p *contact.Profile) contact.Value { return known(p.Country) }},
	{"language", texts, func(p *contact.Profile) contact.Value { return known(p.Locale) }},
	{"device", texts, func(p *contact.Profile) contact.Value { return known(p.Device) }},
	{"page", texts, func(p *contact.Profile) contact.Value { return known(p.Page) }},
	{"installation", texts, func(p *contact.Profile) contact.Value { return known(p.Installation) }},
	{"views", numbers, func(p *contact.Profile) contact.Value { return count(p.Views) }},
	{"responses", numbers, func(p *contact.Profile) contact.Value { return count(p.Responses) }},
	{"last_view", dates, func(p *contact.Profile) contact.Value { return moment(p.LastView) }},
	{"last_response", dates, func(p *contact.Profile) contact.Value { return moment(p.LastResponse) }},
}

func moment(at contact.Micros) contact.Value {
	if at == 0 {
		return contact.Value{}
	}
	return contact.DateValue(at)
}

func count(n int) contact.Value { return contact.IntegerValue(int64(n)) }

func known(s string) contact.Value {
	if s == "" {
		return contact.Value{}
	}
	return contact.TextValue(s)
}

// nobody is the profile of somebody who was never seen: all counts are 0.
var nobody contact.Profile

func (s *Subject) profile() *contact.Profile {
	if s.Profile == nil {
		return &nobody
	}
	return s.Profile
}

func metaNamed(name string) *metaField {
	for i := range metaFields {
		if metaFields[i].name == name {
			return &metaFields[i]
		}
	}
	return nil
}

// MetaFields lists what is known about every contact, for messages and editors.
func MetaFields() []string {
	names := make([]string, len(metaFields))
	for i, f := range metaFields {
		names[i] = f.name
	}
	return names
}

func (l *Leaf) metaProblem() (field, expected string) {
	f := metaNamed(l.Name)
	if f == nil {
		return string(FromMeta), "one of " + strings.Join(MetaFields(), ", ")
	}
	if field, expected = l.comparable(f.of, true); expected == "" && l.CaseToo && l.speaks() {
		return "case", "nothing: languages are compared without letter case"
	}
	return field, expected
}

func (l *Leaf) buildMeta() Check {
	op, get := operatorNamed(l.Op), metaNamed(l.Name).get
	missing, holds := op.missing, op.build(l)
	if l.speaks() {
		holds = l.buildLanguage(op)
	}
	return func(s *Subject) bool {
		v := get(s.profile())
		if v.Type == "" {
			return missing
		}
		return holds(v, s)
	}
}

// speaks tells whether a leaf asks for a language, as the audience of a survey
// does, and not for letters of its name.
func (l *Leaf) speaks() bool {
	return l.Source == FromMeta && l.Name == "language" && slices.Contains([]string{"is", "is_not", "is_one_of", "is_none_of"}, l.Op)
}

func (l *Leaf) buildLanguage(op *operator) test {
	wanted, negation := l.Operands, op.missing
	return func(v contact.Value, _ *Subject) bool {
		for i := range wanted {
			if IsLanguage(v.Text, wanted[i].Text) {
				return !negation
			}
		}
		return negation
	}
}

// IsLanguage tells whether a locale is the wanted language or a variety of it:
// de-AT is de, de is not de-AT. Old tags with _ are understood.
func IsLanguage(locale, wanted string) bool {
	n := len(wanted)
	if n == 0 || len(locale) < n || len(locale) > n && tagByte(locale[n]) != '-' {
		return false
	}
	for i := range n {
		if tagByte(locale[i]) != tagByte(wanted[i]) {
			return false
		}
	}
	return true
}

// tagByte folds what differs in spelling only; language tags are ASCII.
func tagByte(c byte) byte {
	switch {
	case c == '_':
		return '-'
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	}
	return c
}
