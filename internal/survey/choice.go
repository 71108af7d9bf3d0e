package survey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// SingleChoice asks to choose one option.
type SingleChoice struct {
	Options     []Option `json:"options,omitempty"`
	Other       string   `json:"other,omitempty"` // label of one more option that takes an own text
	Shuffle     bool     `json:"shuffle,omitempty"`
	Columns     int      `json:"columns,omitempty"`      // 1..3, default 1
	AutoAdvance *bool    `json:"auto_advance,omitempty"` // default false
}

// MultipleChoice asks to choose any number of options.
type MultipleChoice struct {
	Options []Option `json:"options,omitempty"`
	Other   string   `json:"other,omitempty"`
	Shuffle bool     `json:"shuffle,omitempty"`
	Columns int      `json:"columns,omitempty"`
	Min     int      `json:"min,omitempty"` // selections, of those who answer at all
	Max     int      `json:"max,omitempty"` // 0: any number
}

// Option is one thing to choose. Value is what is stored and never shown.
type Option struct {
	Value     string `json:"value"`
	Label     string `json:"label,omitempty"`     // default: the value
	Exclusive bool   `json:"exclusive,omitempty"` // multiple_choice: chosen alone, "None of these"
}

// MaxOtherText is how many characters an own text may have.
const MaxOtherText = 500

// otherValue is how rules name the choice of an own text, whatever the text.
const otherValue = "other"

// Problems checks options and columns.
func (o *SingleChoice) Problems() map[string]string {
	p := problems{}
	p.choice(o.Options, o.Other, o.Columns)
	for i, option := range o.Options {
		p.add(!option.Exclusive, fmt.Sprintf("options[%d].exclusive", i), "nothing: a single choice is always alone")
	}
	return p
}

// Problems checks options, columns and the number of selections.
func (o *MultipleChoice) Problems() map[string]string {
	p := problems{}
	p.choice(o.Options, o.Other, o.Columns)
	n := o.size()
	p.add(o.Min >= 0 && o.Min <= n, "min", fmt.Sprintf("0 to %d, the number of options", n))
	p.add(o.Max >= 0 && o.Max <= n, "max", fmt.Sprintf("1 to %d, the number of options", n))
	p.add(o.Max == 0 || o.Min <= o.Max, "min", "not more than max")
	return p
}

// size is how many options can be chosen together.
func (o *MultipleChoice) size() int {
	n := 0
	for _, option := range o.Options {
		if !option.Exclusive {
			n++
		}
	}
	if o.Other != "" {
		n++
	}
	return n
}

func (p problems) choice(options []Option, other string, columns int) {
	p.add(len(options) > 0, "options", "at least one option")
	p.add(len(options) <= MaxOptions, "options", fmt.Sprintf("at most %d options", MaxOptions))
	p.add(columns >= 0 && columns <= 3, "columns", "1, 2 or 3")
	p.text(other, "other")
	seen := map[string]bool{}
	for i, o := range options {
		field := fmt.Sprintf("options[%d].value", i)
		p.add(strings.TrimSpace(o.Value) != "", field, "a value, which is what is stored")
		p.add(strings.TrimSpace(o.Value) == o.Value, field, "a value without spaces around it")
		p.add(codePoints(o.Value) <= 100, field, "at most 100 characters")
		p.add(!seen[o.Value], field, fmt.Sprintf("a value of its own; %q is there already", o.Value))
		p.add(o.Value != otherValue || other == "", field, "another value: rules know the own text as \"other\"")
		p.text(o.Label, fmt.Sprintf("options[%d].label", i))
		seen[o.Value] = true
	}
}

// Check accepts the value of an option, or {"other": "own text"}.
func (o *SingleChoice) Check(raw json.RawMessage) (json.RawMessage, string) {
	c, ok := readChoice(raw)
	if ok && c.value == "" && !c.other {
		return nil, ""
	}
	if !ok || !c.among(o.Options, o.Other) {
		return nil, expectedChoice("the value of an option", o.Other)
	}
	return c.stored(), ""
}

// Check accepts a list of values, each once, the own text as {"other": "…"}.
func (o *MultipleChoice) Check(raw json.RawMessage) (json.RawMessage, string) {
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		return nil, "a list of values"
	}
	if len(items) == 0 {
		return nil, ""
	}
	var chosen []json.RawMessage
	seen := map[string]bool{}
	alone := false
	for _, item := range items {
		c, ok := readChoice(item)
		if !ok || !c.among(o.Options, o.Other) {
			return nil, expectedChoice("a list of values of options", o.Other)
		}
		if seen[c.name()] {
			return nil, "each value only once"
		}
		seen[c.name()] = true
		alone = alone || c.exclusive(o.Options)
		chosen = append(chosen, c.stored())
	}
	if expected := o.count(len(chosen), alone); expected != "" {
		return nil, expected
	}
	value, _ := marshal(chosen)
	return value, ""
}

// count checks how many were chosen. An exclusive option is enough by itself.
func (o *MultipleChoice) count(n int, alone bool) string {
	switch {
	case alone && n > 1:
		return "the exclusive option alone"
	case alone:
		return ""
	case n < o.Min:
		return fmt.Sprintf("at least %d of the options", o.Min)
	case o.Max > 0 && n > o.Max:
		return fmt.Sprintf("at most %d of the options", o.Max)
	}
	return ""
}

func expectedChoice(what, other string) string {
	if other == "" {
		return what
	}
	return fmt.Sprintf(`%s, or {"other": a text of at most %d characters}`, what, MaxOtherText)
}

// choice is one that was made: the value of an option, or an own text.
type choice struct {
	value string
	other bool
}

func readChoice(raw json.RawMessage) (choice, bool) {
	if raw[0] == '"' {
		v, ok := readText(raw)
		return choice{value: v}, ok
	}
	members, ok := objectMembers(raw)
	if !ok || len(members) != 1 || members[0].name != otherValue {
		return choice{}, false
	}
	v, ok := readText(members[0].value)
	return choice{value: v, other: true}, ok
}

func (c choice) among(options []Option, other string) bool {
	if c.other {
		return other != "" && strings.TrimSpace(c.value) != "" && codePoints(c.value) <= MaxOtherText
	}
	return slices.ContainsFunc(options, func(o Option) bool { return o.Value == c.value })
}

func (c choice) exclusive(options []Option) bool {
	return !c.other && slices.ContainsFunc(options, func(o Option) bool { return o.Exclusive && o.Value == c.value })
}

// name is what the choice is called in rules.
func (c choice) name() string {
	if c.other {
		return otherValue
	}
	return c.value
}

func (c choice) stored() json.RawMessage {
	var raw json.RawMessage
	if c.other {
		raw, _ = marshal(map[string]string{otherValue: c.value})
	} else {
		raw, _ = marshal(c.value)
	}
	return raw
}
