package segment_test

import (
	"testing"

	"earshot/internal/contact"
	"earshot/internal/segment"
)

// Two conditions that only look alike must not be taken for one.
func TestSpellingTellsConditionsApart(t *testing.T) {
	t.Parallel()
	leaf := func(v contact.Value) segment.Condition {
		return segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is", Operands: []contact.Value{v}}}
	}
	one := leaf(contact.TextValue("x"))
	all := []segment.Condition{
		{}, {All: []segment.Condition{}}, {Any: []segment.Condition{}}, one, {Not: &one},
		{All: []segment.Condition{one}}, {Any: []segment.Condition{one}}, {All: []segment.Condition{one, one}},
		{All: []segment.Condition{{All: []segment.Condition{one}}, one}}, {All: []segment.Condition{{All: []segment.Condition{one, one}}}},
		leaf(contact.TextValue("1")), leaf(contact.IntegerValue(1)), leaf(contact.FloatValue(1)), leaf(contact.BooleanValue(true)),
		leaf(contact.DateValue(1)), leaf(contact.TextValue(`x","y`)),
		{Leaf: &segment.Leaf{Source: segment.FromAccountTrait, Name: "a", Op: "is", Operands: []contact.Value{contact.TextValue("x")}}},
		{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is", CaseToo: true, Operands: []contact.Value{contact.TextValue("x")}}},
		{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is", Operands: []contact.Value{contact.TextValue("x"), contact.TextValue("")}}},
	}
	event := func(d segment.Did) segment.Condition {
		return segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a", Did: &d}}
	}
	all = append(all,
		event(segment.Did{}), event(segment.Did{Not: true}), event(segment.Did{Within: "30d"}), event(segment.Did{After: "2026-05-01"}),
		event(segment.Did{Before: "2026-05-01"}), event(segment.Did{Times: &segment.Times{Op: ">=", N: 1}}), event(segment.Did{Times: &segment.Times{Op: "=", N: 1}}),
		event(segment.Did{Where: &one}), event(segment.Did{Where: &segment.Condition{Not: &one}}), event(segment.Did{What: "seen"}),
		segment.Condition{Leaf: &segment.Leaf{Source: segment.FromAnswer, Name: "a", Survey: "x", Op: "is_set"}},
		segment.Condition{Leaf: &segment.Leaf{Source: segment.FromAnswer, Name: "x", Survey: "a", Op: "is_set"}},
	)
	seen := map[string]int{}
	for i, c := range all {
		spelling := string(c.AppendSpelling(nil))
		if j, ok := seen[spelling]; ok {
			t.Errorf("conditions %d and %d are both spelled %s", j, i, spelling)
		}
		seen[spelling] = i
	}
}
