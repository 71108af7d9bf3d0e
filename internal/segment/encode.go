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
	Trait        string `json:"trait,omitempty"`
	AccountTrait string `json:"account_trait,omitempty"`
	Op           string `json:"op"`
	Value        any    `json:"value,omitempty"`
	Case         bool   `json:"case,omitempty"`
}

func (l *Leaf) marshal() ([]byte, error) {
	out := leafJSON{Op: l.Op, Case: l.CaseToo}
	switch l.Source {
	case FromTrait:
		out.Trait = l.Name
	case FromAccountTrait:
		out.AccountTrait = l.Name
	default:
		return nil, fmt.Errorf("condition about %q", l.Source)
	}
	values := make([]written, len(l.Operands))
	for i, o := range l.Operands {
		values[i] = written(o)
	}
	op := operatorNamed(l.Op)
	switch {
	case op != nil && op.list():
		out.Value = values
	case len(values) > 0:
		out.Value = values[0]
	}
	return json.Marshal(out)
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
