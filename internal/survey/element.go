package survey

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// common are the fields that every element has, in the order in which files
// show them.
type common struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Question     string `json:"question,omitempty"`
	Description  string `json:"description,omitempty"`
	Image        string `json:"image,omitempty"`
	ImageAlt     string `json:"image_alt,omitempty"`
	Required     bool   `json:"required,omitempty"`
	Button       string `json:"button,omitempty"`
	Trait        string `json:"trait,omitempty"`
	AccountTrait string `json:"account_trait,omitempty"`
}

// Kind gives what the registry knows about the element's type; the zero Kind
// for an unknown one.
func (e Element) Kind() Kind {
	k, _ := KindOf(e.Type)
	return k
}

// MarshalJSON writes the common fields and, beside them, the options.
// Fields that have their default are left out.
func (e Element) MarshalJSON() ([]byte, error) {
	c := common{ID: e.ID, Type: e.Type, Question: e.Question, Description: e.Description,
		Image: e.Image, ImageAlt: e.ImageAlt, Required: e.Required, Button: e.Button}
	if e.AccountSide {
		c.AccountTrait = e.Trait
	} else {
		c.Trait = e.Trait
	}
	head, err := marshal(c)
	if err != nil || e.Options == nil {
		return head, err
	}
	own, err := marshal(e.Options)
	if err != nil || string(own) == "{}" {
		return head, err
	}
	return append(append(head[:len(head)-1], ','), own[1:]...), nil
}

// UnmarshalJSON reads what MarshalJSON wrote. Unlike Decode it does not name
// what is wrong, but it refuses a type it does not know, whose options would
// otherwise be lost.
func (e *Element) UnmarshalJSON(raw []byte) error {
	var c common
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	kind, ok := KindOf(c.Type)
	if !ok {
		return fmt.Errorf("element type %q is unknown", c.Type)
	}
	options := kind.New()
	if err := json.Unmarshal(raw, options); err != nil {
		return err
	}
	*e = Element{ID: c.ID, Type: c.Type, Question: c.Question, Description: c.Description,
		Image: c.Image, ImageAlt: c.ImageAlt, Required: c.Required, Button: c.Button,
		Trait: c.Trait, Options: options}
	if c.AccountTrait != "" && c.Trait == "" {
		e.Trait, e.AccountSide = c.AccountTrait, true
	}
	return nil
}

// marshal is json.Marshal without turning <, > and & into escapes: nothing
// here is ever put into a page as it is, and files are for reading.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Equal tells whether two definitions say the same.
func (d Definition) Equal(other Definition) bool {
	a, errA := marshal(d)
	b, errB := marshal(other)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// Clone gives a copy that shares nothing with d.
func (d Definition) Clone() (Definition, error) {
	raw, err := marshal(d)
	if err != nil {
		return Definition{}, err
	}
	var c Definition
	err = json.Unmarshal(raw, &c)
	return c, err
}
