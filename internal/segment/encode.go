package segment

import (
	"encoding/json"
	"fmt"
	"time"

	"earshot/internal/contact"
)

// MarshalJSON writes the form that Decode reads.
func (c Condition) MarshalJSON() ([]byte, error) {
	switch {
	case c.All != nil:
		return json.Marshal(map[string][]Condition{"all": c.All})
	case c.Any != nil:
		return json.Marshal(map[string][]Condition{"any": c.Any})
	case c.Not != nil:
		return json.Marshal(map[string]*Condition{"not": c.Not})
	case c.Leaf != nil:
		return c.Leaf.marshal()
	}
	return []byte("{}"), nil
}

// leafJSON is the written form of a leaf, in the order people write it.
type leafJSON struct {
	Trait        string     `json:"trait,omitempty"`
	AccountTrait string     `json:"account_trait,omitempty"`
	Meta         string     `json:"meta,omitempty"`
	Property     string     `json:"property,omitempty"`
	Event        string     `json:"event,omitempty"`
	Answer       string     `json:"answer,omitempty"`
	Survey       string     `json:"survey,omitempty"`
	Segment      string     `json:"segment,omitempty"`
	Did          any        `json:"did,omitempty"`
	DidNot       string     `json:"did_not,omitempty"`
	Times        *timesJSON `json:"times,omitempty"`
	Within       string     `json:"within,omitempty"`
	After        string     `json:"after,omitempty"`
	Before       string     `json:"before,omitempty"`
	Where        *Condition `json:"where,omitempty"`
	Op           string     `json:"op,omitempty"`
	Value        any        `json:"value,omitempty"`
	Case         bool       `json:"case,omitempty"`
}

type timesJSON struct {
	Op    string `json:"op"`
	Value int    `json:"value"`
}

func (l *Leaf) marshal() ([]byte, error) {
	out := leafJSON{Survey: l.Survey, Op: l.Op, Case: l.CaseToo}
	name := map[Source]*string{
		FromTrait: &out.Trait, FromAccountTrait: &out.AccountTrait, FromMeta: &out.Meta, FromProperty: &out.Property,
		FromEvent: &out.Event, FromSurvey: &out.Survey, FromAnswer: &out.Answer, FromSegment: &out.Segment,
	}[l.Source]
	if name == nil {
		return nil, fmt.Errorf("condition about %q", l.Source)
	}
	*name = l.Name
	out.Value = l.value()
	if l.Did != nil {
		out.happened(l.Source, l.Did)
	}
	return json.Marshal(out)
}

// value writes the operands: a list where the operator takes one.
func (l *Leaf) value() any {
	values := make([]written, len(l.Operands))
	for i, o := range l.Operands {
		values[i] = written(o)
	}
	op := operatorNamed(l.Op)
	switch {
	case op != nil && op.list():
		return values
	case len(values) > 0:
		return values[0]
	}
	return nil
}

func (out *leafJSON) happened(source Source, d *Did) {
	out.Within, out.After, out.Before, out.Where = d.Within, d.After, d.Before, d.Where
	if d.Times != nil {
		out.Times = &timesJSON{d.Times.Op, d.Times.N}
	}
	switch {
	case source == FromEvent && d.Not:
		out.Did = false
	case source == FromSurvey && d.Not:
		out.DidNot = d.What
	case source == FromSurvey:
		out.Did = d.What
	}
}

// written is an operand as people write it: the stored form of a value, but
// moments as text.
type written contact.Value

func (w written) MarshalJSON() ([]byte, error) {
	v := contact.Value(w)
	if v.Type == contact.Date {
		return json.Marshal(time.UnixMicro(int64(v.Time)).UTC().Format(time.RFC3339Nano))
	}
	return v.MarshalJSON()
}
