package survey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Logic chooses what follows. It is passed and never shown.
type Logic struct {
	Rules     []Rule     `json:"rules,omitempty"`     // tried in order
	Otherwise string     `json:"otherwise,omitempty"` // without it, the next element follows
	Random    []Weighted `json:"random,omitempty"`    // instead of rules
}

// Rule leads somewhere when its condition holds.
type Rule struct {
	When When   `json:"when"`
	Goto string `json:"goto"` // identifier of a later element, or End
}

// Weighted is one branch of a random choice.
type Weighted struct {
	Goto   string `json:"goto"`
	Weight int    `json:"weight,omitempty"` // 1..1000, default 1
}

// When is a comparison of an answer or a hidden field, or a group of such.
type When struct {
	All    []When          `json:"all,omitempty"`
	Any    []When          `json:"any,omitempty"`
	Answer string          `json:"answer,omitempty"` // identifier of an earlier question
	Hidden string          `json:"hidden,omitempty"` // name of a hidden field
	Op     string          `json:"op,omitempty"`
	Value  json.RawMessage `json:"value,omitempty"`
}

// End is where a jump leads that finishes the survey.
const End = "end"

// Limits of one logic element.
const (
	MaxRules     = 50
	maxWhenDepth = 5
	maxWeight    = 1000
)

var (
	ordering  = []string{"<", "<=", ">", ">="}
	presence  = []string{"answered", "not_answered"}
	operators = slices.Concat([]string{"is", "is_not", "is_one_of", "contains"}, ordering, presence)
)

// Problems checks the shape of rules and weights. Where they lead is checked
// by the definition, which knows the other elements.
func (o *Logic) Problems() map[string]string {
	p := problems{}
	p.add(len(o.Rules)+len(o.Random) > 0, "rules", "at least one rule, or random branches")
	p.add(len(o.Random) == 0 || len(o.Rules) == 0 && o.Otherwise == "", "random", "either rules with otherwise, or random")
	p.add(len(o.Rules) <= MaxRules, "rules", fmt.Sprintf("at most %d rules", MaxRules))
	p.add(len(o.Random) <= MaxRules, "random", fmt.Sprintf("at most %d branches", MaxRules))
	for i, r := range o.Rules {
		p.when(r.When, fmt.Sprintf("rules[%d].when", i), 1)
	}
	for i, w := range o.Random {
		p.add(w.Weight >= 0 && w.Weight <= maxWeight, fmt.Sprintf("random[%d].weight", i), fmt.Sprintf("1 to %d", maxWeight))
	}
	return p
}

func (p problems) when(w When, path string, depth int) {
	test := w.Answer != "" || w.Hidden != "" || w.Op != "" || len(w.Value) > 0
	kinds := 0
	for _, is := range []bool{test, w.All != nil, w.Any != nil} {
		if is {
			kinds++
		}
	}
	p.add(kinds == 1, path, "one comparison, or one group all or any")
	p.add(depth <= maxWhenDepth, path, fmt.Sprintf("groups at most %d deep", maxWhenDepth))
	if test && kinds == 1 {
		p.test(w, path)
	}
	if depth > maxWhenDepth {
		return
	}
	for name, group := range map[string][]When{"all": w.All, "any": w.Any} {
		p.add(group == nil || len(group) > 0, path+"."+name, "at least one comparison")
		p.add(len(group) <= MaxRules, path+"."+name, fmt.Sprintf("at most %d comparisons", MaxRules))
		for i, sub := range group {
			p.when(sub, fmt.Sprintf("%s.%s[%d]", path, name, i), depth+1)
		}
	}
}

func (p problems) test(w When, path string) {
	p.add((w.Answer == "") != (w.Hidden == ""), path, "either answer or hidden, and what to compare")
	p.add(slices.Contains(operators, w.Op), path+".op", "one of "+strings.Join(operators, ", "))
	given := readValue(w.Value)
	field := path + ".value"
	switch {
	case slices.Contains(presence, w.Op):
		p.add(len(w.Value) == 0, field, "no value with "+w.Op)
	case w.Op == "is_one_of":
		p.add(given.list && len(given.items) > 0, field, "a list with at least one value")
	case slices.Contains(ordering, w.Op):
		_, ok := given.number()
		p.add(ok, field, "a number")
	case w.Op == "contains":
		p.add(len(given.items) == 1 && !given.list, field, "one value")
	default:
		p.add(len(given.items) > 0, field, "a value")
	}
}

// value is an answer, a hidden field or an operand as rules see it. Without
// items nothing was answered.
type value struct {
	items []item
	list  bool
}

// item is a text, a number or a bool. The own text of a choice counts as the
// value "other" and can be searched.
type item struct {
	v   any
	own string
}

func readValue(raw json.RawMessage) value {
	if len(raw) > 0 && raw[0] == '[' {
		var parts []json.RawMessage
		_ = json.Unmarshal(raw, &parts) // not a list: no items
		v := value{list: true}
		for _, part := range parts {
			if it, ok := readItem(part); ok {
				v.items = append(v.items, it)
			}
		}
		return v
	}
	it, ok := readItem(raw)
	if !ok {
		return value{}
	}
	return value{items: []item{it}}
}

func readItem(raw json.RawMessage) (item, bool) {
	var v any
	if json.Unmarshal(raw, &v) != nil || v == nil || v == "" {
		return item{}, false
	}
	if _, isObject := v.(map[string]any); isObject {
		if c, ok := readChoice(raw); ok && c.other {
			return item{v: otherValue, own: c.value}, true
		}
	}
	return item{v: v}, true
}

// number gives a single number; a text that is a plain decimal number counts,
// because hidden fields often come from an address.
func (v value) number() (float64, bool) {
	if v.list || len(v.items) != 1 {
		return 0, false
	}
	return asNumber(v.items[0].v)
}

func (v value) has(operand item) bool {
	return slices.ContainsFunc(v.items, func(it item) bool { return same(it.v, operand.v) })
}

// same compares texts exactly, and a number with a text as numbers.
func same(a, b any) bool {
	switch a.(type) {
	case string, float64, bool:
	default:
		return false
	}
	_, aNumber := a.(float64)
	_, bNumber := b.(float64)
	if aNumber != bNumber {
		x, okX := asNumber(a)
		y, okY := asNumber(b)
		return okX && okY && x == y
	}
	switch b.(type) {
	case string, float64, bool:
		return a == b
	}
	return false
}

// holds evaluates the condition. find gives answers and hidden fields, nil
// where there is none. Without a value only is_not and not_answered hold.
func (w When) holds(find func(When) json.RawMessage) bool {
	switch {
	case w.All != nil:
		return !slices.ContainsFunc(w.All, func(sub When) bool { return !sub.holds(find) })
	case w.Any != nil:
		return slices.ContainsFunc(w.Any, func(sub When) bool { return sub.holds(find) })
	}
	return w.compare(readValue(find(w)), readValue(w.Value))
}

func (w When) compare(v, operand value) bool {
	switch w.Op {
	case "answered":
		return len(v.items) > 0
	case "not_answered":
		return len(v.items) == 0
	case "is_not":
		return !is(v, operand)
	case "is":
		return is(v, operand)
	case "is_one_of":
		return slices.ContainsFunc(operand.items, v.has)
	case "contains":
		return len(operand.items) == 1 && contains(v, operand.items[0])
	}
	return order(w.Op, v, operand)
}

// is holds when both have the same members, in whatever order.
func is(v, operand value) bool {
	if len(v.items) == 0 || len(v.items) != len(operand.items) {
		return false
	}
	return !slices.ContainsFunc(operand.items, func(it item) bool { return !v.has(it) })
}

// contains looks for an entry of a list, or for a part of a text regardless
// of case.
func contains(v value, operand item) bool {
	if v.list && v.has(operand) {
		return true
	}
	part, ok := operand.v.(string)
	return ok && slices.ContainsFunc(v.items, func(it item) bool {
		text := it.own
		if s, ok := it.v.(string); ok && text == "" && !v.list {
			text = s
		}
		return strings.Contains(fold(text), fold(part))
	})
}

func order(op string, v, operand value) bool {
	a, okA := v.number()
	b, okB := operand.number()
	if !okA || !okB {
		return false
	}
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return false
}
