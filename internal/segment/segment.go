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
//	{"meta": "first_seen", "op": "more_than_days_ago", "value": 14}
//	{"event": "invoice_sent", "times": {"op": ">=", "value": 3}, "within": "30d",
//	 "where": {"property": "amount", "op": ">", "value": 100}}
//	{"survey": "nps", "did_not": "seen", "within": "90d"}
//	{"answer": "recommend", "survey": "nps", "op": "<=", "value": 6}
//	{"segment": "power_users", "op": "is"}
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

// MaxDepth is how deep groups may nest, those of a where together with those
// around it.
const MaxDepth = 5

// MaxLeaves is how many leaves one tree may have, those of every where included.
const MaxLeaves = 100

// Leaf compares one thing that is known with given operands, or, with Did,
// asks whether something happened.
type Leaf struct {
	Source   Source
	Name     string // of the trait, field, property, event, survey, question or segment
	Survey   string // FromAnswer: the survey's key or uuid
	Op       string
	Operands []contact.Value // as many as the operator takes; a day is a text, a moment is a date
	CaseToo  bool            // text: compare letter case, too
	Did      *Did            // FromEvent and FromSurvey, instead of Op and Operands
}

// Source says where a leaf looks.
type Source string

// The sources. A property stands only in the where of an event, which holds
// nothing else.
const (
	FromTrait        Source = "trait"
	FromAccountTrait Source = "account_trait"
	FromMeta         Source = "meta"
	FromEvent        Source = "event"
	FromProperty     Source = "property"
	FromSurvey       Source = "survey"
	FromAnswer       Source = "answer"
	FromSegment      Source = "segment"
)

// Did is what has to have happened.
type Did struct {
	Not    bool   // turns all the rest around
	What   string // FromSurvey: seen, answered, completed, dismissed
	Within string // whole days, such as "30d", or "session"; "" is ever

	// The rest is for events alone. Days are of UTC, such as "2026-05-01".
	Times  *Times     // nil: at least once
	After  string     // after this day
	Before string     // before this day
	Where  *Condition // of the event's properties; nil: whatever they are
}

// Times compares how often something happened.
type Times struct {
	Op string // >=, <=, =
	N  int
}
