// Package segment holds conditions: a typed tree over what is known about a
// contact, its strict decoder, and its evaluation.
//
// Rules: docs/rules/conditions.md. A value of the wrong type makes a leaf
// false, never an error; negations of a missing value are true.
package segment

import "earshot/internal/contact"

// Condition is one node. Exactly one of All, Any, Not or Leaf is set; the zero
// Condition holds for everybody.
//
// As JSON and YAML:
//
//	{"all": [ ... ]}   {"any": [ ... ]}   {"not": {...}}
//	{"trait": "plan", "op": "is", "value": "pro"}
//	{"account_trait": "seats", "op": ">=", "value": 10}
type Condition struct {
	All  []Condition
	Any  []Condition
	Not  *Condition
	Leaf *Leaf
}

// IsZero tells whether the condition holds for everybody; encoding/json's
// omitzero uses it.
func (c Condition) IsZero() bool {
	return c.All == nil && c.Any == nil && c.Not == nil && c.Leaf == nil
}

// MaxDepth is how deep groups may nest.
const MaxDepth = 5

// MaxLeaves is how many leaves one tree may have.
const MaxLeaves = 100

// Leaf compares one thing that is known with given operands.
type Leaf struct {
	Source   Source
	Name     string // of the trait
	Op       string
	Operands []contact.Value // as many as the operator takes; a day is a text, a moment is a date
	CaseToo  bool            // text: compare letter case, too
}

// Source says where a leaf looks.
type Source string

// Sources of this version; metadata, events, surveys and segments follow.
const (
	FromTrait        Source = "trait"
	FromAccountTrait Source = "account_trait"
)
