package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"earshot/internal/fault"
)

// Decode reads a condition strictly: unknown or repeated fields, unknown
// operators and values of the wrong type are refused by one fault condition_invalid.
// Its fields are paths below path (audience.conditions.all[1].op) with what was
// expected there. Nothing, null and {} are the condition that holds for everybody.
func Decode(raw []byte, path string) (Condition, error) {
	r := reader{findings: findingsAt(path)}
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return Condition{}, nil
	}
	if members, problem := split(raw); problem == "" && len(members) == 0 {
		return Condition{}, nil
	}
	c := r.condition(raw, path, 0)
	if err := r.fault(); err != nil {
		return Condition{}, err
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
	r := reader{findings: findingsAt("")}
	if !c.IsZero() {
		r.check(c, "", 0)
	}
	return r.fault()
}

// findings collects what is wrong with one tree.
type findings struct {
	root     string
	problems map[string]string
	leaves   int
}

func findingsAt(root string) findings {
	return findings{root: root, problems: map[string]string{}}
}

// fault tells all that is wrong; nil if nothing is.
func (r *findings) fault() error {
	if len(r.problems) == 0 {
		return nil
	}
	first := slices.Min(slices.Collect(maps.Keys(r.problems)))
	f := fault.Field("condition_invalid", first, r.problems[first])
	if first == "" {
		f.Message = r.problems[first]
	}
	f.Fields = r.problems
	return f
}

func (r *findings) expect(path, expected string) { r.problems[path] = expected }

// reader walks one tree.
type reader struct {
	findings
	inWhere bool // of an event
}

const (
	expectsGroup = "a list of at least one condition"
	expectsNode  = "exactly one of all, any, not, trait, account_trait, meta, event, survey, answer, segment"
	expectsWhere = "exactly one of all, any, not, property"
)

func (r *reader) expectsNode() string {
	if r.inWhere {
		return expectsWhere
	}
	return expectsNode
}

// enter counts a group at this depth, and is false when that is too deep.
func (r *reader) enter(path string, depth int) bool {
	if depth > MaxDepth {
		r.expect(path, fmt.Sprintf("at most %d groups within each other", MaxDepth))
		return false
	}
	return true
}

// full tells whether reading on is pointless.
func (r *reader) full() bool { return r.leaves > MaxLeaves || len(r.problems) > MaxLeaves }

func (r *reader) condition(raw json.RawMessage, path string, depth int) Condition {
	members, problem := split(raw)
	if problem != "" {
		r.expect(path, problem)
		return Condition{}
	}
	kind := r.kindOf(members)
	switch kind {
	case "":
		r.expect(path, r.expectsNode())
		return Condition{}
	case "all", "any", "not":
	default:
		return Condition{Leaf: r.readLeaf(members, Source(kind), path, depth)}
	}
	r.known(members, path, kind)
	if !r.enter(path, depth+1) {
		return Condition{}
	}
	return r.group(kind, members[kind], member(path, kind), depth+1)
}

// kindOf tells what a node is by the one member that says it; nothing if there
// is none or several. An answer names its survey.
func (r *reader) kindOf(members map[string]json.RawMessage) (kind string) {
	kinds := []string{"all", "any", "not"}
	for source := range leafFields {
		if (source == FromProperty) == r.inWhere && (source != FromSurvey || members["answer"] == nil) {
			kinds = append(kinds, string(source))
		}
	}
	for _, k := range kinds {
		if members[k] == nil {
			continue
		}
		if kind != "" {
			return ""
		}
		kind = k
	}
	return kind
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

// split reads one object's members and refuses one that is given twice.
func split(raw json.RawMessage) (map[string]json.RawMessage, string) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, "an object"
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
		r.expect(path, r.expectsNode())
		return
	}
	if c.Leaf != nil {
		r.checkLeaf(c.Leaf, path, depth)
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
