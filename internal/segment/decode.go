package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
)

// Decode reads a condition strictly: unknown or repeated fields, unknown
// operators and values of the wrong type are refused by one fault condition_invalid.
// Its fields are paths below path (audience.conditions.all[1].op) with what was
// expected there. Nothing, null and {} are the condition that holds for everybody.
func Decode(raw []byte, path string) (Condition, error) {
	r := reader{problems: map[string]string{}, root: path}
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return Condition{}, nil
	}
	if members, problem := split(raw); problem == "" && len(members) == 0 {
		return Condition{}, nil
	}
	c := r.condition(raw, path, 0)
	if len(r.problems) > 0 {
		return Condition{}, r.fault()
	}
	return c, nil
}

// UnmarshalJSON is Decode with paths that start at the condition itself.
func (c *Condition) UnmarshalJSON(raw []byte) error {
	decoded, err := Decode(raw, "")
	if err == nil {
		*c = decoded
	}
	return err
}

// check holds a condition that was made in code to the rules of Decode.
func (c *Condition) check() error {
	r := reader{problems: map[string]string{}}
	if !c.IsZero() {
		r.check(c, "", 0)
	}
	if len(r.problems) > 0 {
		return r.fault()
	}
	return nil
}

// reader collects what is wrong with one tree.
type reader struct {
	root     string
	problems map[string]string
	leaves   int
}

func (r *reader) fault() error {
	first := slices.Min(slices.Collect(maps.Keys(r.problems)))
	f := fault.Field("condition_invalid", first, r.problems[first])
	if first == "" {
		f.Message = r.problems[first]
	}
	f.Fields = r.problems
	return f
}

func (r *reader) expect(path, expected string) { r.problems[path] = expected }

const (
	expectsGroup = "a list of at least one condition"
	expectsNode  = "exactly one of all, any, not, trait, account_trait"
)

// enter counts a group at this depth, and is false when that is too deep.
func (r *reader) enter(path string, depth int) bool {
	if depth > MaxDepth {
		r.expect(path, fmt.Sprintf("at most %d groups within each other", MaxDepth))
		return false
	}
	return true
}

// leaf counts a leaf and judges it.
func (r *reader) leaf(l *Leaf, path string) {
	if r.leaves++; r.leaves > MaxLeaves {
		r.expect(r.root, fmt.Sprintf("at most %d comparisons", MaxLeaves))
	}
	if field, expected := l.problem(); expected != "" {
		r.expect(member(path, field), expected)
	}
}

// full tells whether reading on is pointless.
func (r *reader) full() bool { return r.leaves > MaxLeaves || len(r.problems) > MaxLeaves }

func (r *reader) condition(raw json.RawMessage, path string, depth int) Condition {
	members, problem := split(raw)
	if problem != "" {
		r.expect(path, problem)
		return Condition{}
	}
	kind := ""
	for _, k := range []string{"all", "any", "not", string(FromTrait), string(FromAccountTrait)} {
		if members[k] == nil {
			continue
		}
		if kind != "" {
			r.expect(path, expectsNode)
			return Condition{}
		}
		kind = k
	}
	switch kind {
	case "":
		r.expect(path, expectsNode)
		return Condition{}
	case string(FromTrait), string(FromAccountTrait):
		return Condition{Leaf: r.readLeaf(members, Source(kind), path)}
	}
	r.known(members, path, kind)
	if !r.enter(path, depth+1) {
		return Condition{}
	}
	return r.group(kind, members[kind], member(path, kind), depth+1)
}

func (r *reader) group(kind string, raw json.RawMessage, path string, depth int) Condition {
	if kind == "not" {
		inner := r.condition(raw, path, depth)
		return Condition{Not: &inner}
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || len(items) == 0 {
		r.expect(path, expectsGroup)
		return Condition{}
	}
	var list []Condition
	for i, item := range items {
		if r.full() {
			break
		}
		list = append(list, r.condition(item, path+"["+strconv.Itoa(i)+"]", depth))
	}
	if kind == "all" {
		return Condition{All: list}
	}
	return Condition{Any: list}
}

// known refuses members that do not belong there.
func (r *reader) known(members map[string]json.RawMessage, path string, fields ...string) {
	for name := range members {
		if !slices.Contains(fields, name) {
			r.expect(member(path, name), "no such field; known are "+strings.Join(fields, ", "))
		}
	}
}

func (r *reader) readLeaf(members map[string]json.RawMessage, source Source, path string) *Leaf {
	r.known(members, path, string(source), "op", "value", "case")
	l := &Leaf{Source: source}
	if json.Unmarshal(members[string(source)], &l.Name) != nil {
		l.Name = ""
	}
	if raw := members["op"]; raw != nil && json.Unmarshal(raw, &l.Op) != nil {
		l.Op = ""
	}
	if raw := members["case"]; raw != nil && (json.Unmarshal(raw, &l.CaseToo) != nil || string(raw) == "null") {
		r.expect(member(path, "case"), "true or false")
	}
	if op := operatorNamed(l.Op); op != nil {
		l.Operands = operands(op, members["value"])
	}
	r.leaf(l, path)
	return l
}

// operands reads the value of a leaf; what does not fit comes back as a count
// or type that the operator refuses.
func operands(op *operator, raw json.RawMessage) []contact.Value {
	if raw == nil {
		return nil
	}
	items := []json.RawMessage{raw}
	if op.list() {
		items = nil
		if json.Unmarshal(raw, &items) != nil {
			return nil
		}
	}
	var values []contact.Value
	for _, item := range items[:min(len(items), MaxOperands+1)] {
		values = append(values, operand(op, item))
	}
	return values
}

func operand(op *operator, raw json.RawMessage) contact.Value {
	if raw[0] == '[' || raw[0] == '{' {
		return contact.Value{}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var scalar any
	if d.Decode(&scalar) != nil {
		return contact.Value{}
	}
	v, _ := contact.ParseValue("value", scalar)
	if !op.text && v.Type == contact.Text {
		if at, err := time.Parse(time.RFC3339, v.Text); err == nil && at.UTC().Year() >= 1 && at.UTC().Year() <= 9999 {
			return contact.DateValue(contact.Micros(at.UnixMicro()))
		}
	}
	return v
}

// split reads one object's members and refuses one that is given twice.
func split(raw json.RawMessage) (map[string]json.RawMessage, string) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, "a condition: " + expectsNode
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		name, _ := key.(string)
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, "well-formed JSON"
		}
		if members[name] != nil {
			return nil, fmt.Sprintf("each field once, but %q is there twice", name)
		}
		members[name] = value
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, "well-formed JSON"
	}
	return members, ""
}

// check walks a tree that was made in code.
func (r *reader) check(c *Condition, path string, depth int) {
	kinds := 0
	for _, there := range []bool{c.All != nil, c.Any != nil, c.Not != nil, c.Leaf != nil} {
		if there {
			kinds++
		}
	}
	if kinds != 1 {
		r.expect(path, expectsNode)
		return
	}
	if c.Leaf != nil {
		r.leaf(c.Leaf, path)
		return
	}
	if !r.enter(path, depth+1) {
		return
	}
	if c.Not != nil {
		r.check(c.Not, member(path, "not"), depth+1)
		return
	}
	kind, list := "all", c.All
	if c.Any != nil {
		kind, list = "any", c.Any
	}
	if len(list) == 0 {
		r.expect(member(path, kind), expectsGroup)
	}
	for i := range list {
		r.check(&list[i], member(path, kind)+"["+strconv.Itoa(i)+"]", depth+1)
	}
}
