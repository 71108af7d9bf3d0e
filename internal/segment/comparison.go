package segment

import (
	"fmt"
	"strings"

	"earshot/internal/contact"
)

// Leaves that compare one value: traits, metadata, properties.

// comparable says what is wrong with operator and operands for values of a
// family; both empty if nothing is.
func (l *Leaf) comparable(f family, relative bool) (field, expected string) {
	op := operatorNamed(l.Op)
	if op == nil || op.of&f == 0 || op.relative && !relative {
		return "op", "one of " + strings.Join(operatorsFor(f, relative), ", ")
	}
	if !op.fits(len(l.Operands)) || op.accepts != nil && !op.accepts(l.Operands) {
		return "value", op.expected()
	}
	if op.familyOf(l.Operands)&f == 0 {
		return "value", familyWords[f]
	}
	if l.CaseToo && (!op.text || l.Operands[0].Type != contact.Text) {
		return "case", "nothing: letter case is a question for texts only"
	}
	return "", ""
}

// familyWords says what to compare with, where one family alone fits.
var familyWords = map[family]string{
	texts: "a text, or texts", numbers: "a number, or numbers", dates: "dates",
	texts | numbers | booleans: "texts, numbers, true or false; answers are no dates",
}

// slugProblem says what is wrong with the name of a trait or property.
func (l *Leaf) slugProblem() (field, expected string) {
	what := "trait"
	if l.Source == FromProperty {
		what = "property"
	}
	if slug, ok := contact.Slug(l.Name); !ok {
		return string(l.Source), fmt.Sprintf("the name of a %s, 1 to %d bytes", what, contact.MaxNameBytes)
	} else if slug != l.Name {
		return string(l.Source), fmt.Sprintf("the %s's name as it is kept: %q", what, slug)
	}
	return "", ""
}

func (l *Leaf) buildNamed() Check {
	op := operatorNamed(l.Op)
	source, name, missing, holds := l.Source, l.Name, op.missing, op.build(l)
	return func(s *Subject) bool {
		v, there := s.named(source)[name]
		if !there {
			return missing
		}
		return holds(v, s)
	}
}

// named gives the named values of a source.
func (s *Subject) named(source Source) contact.Traits {
	switch {
	case source == FromProperty:
		return s.properties
	case s.Anonymous:
		return nil
	case source == FromTrait && s.Profile != nil:
		return s.Profile.Traits
	case source == FromAccountTrait && s.Account != nil:
		return s.Account.Traits
	}
	return nil
}
