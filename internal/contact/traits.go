package contact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"earshot/internal/fault"
)

// Limits of traits.
const (
	MaxTraitsPerCall = 100   // in one identify
	MaxTraits        = 1_000 // on one contact or account
	MaxNesting       = 5     // objects within each other in one identify
)

// Given is what one call says about somebody's traits.
type Given struct {
	Set   Traits   // values to write
	Unset []string // names to take away, written as null
}

// ParseTraits reads a JSON object of traits; null and nothing at all are an
// empty one. Names become slugs, values get their types (see ParseValue), objects
// are flattened: {"address": {"city": "Graz"}} is address_city. Of two names
// that become the same slug the later one wins. Names in except, as written
// at the top level, are left out.
//
// What cannot be kept is refused as a whole by a fault traits_invalid, whose fields
// are paths such as traits.address.city; path is what stands before the dot.
func ParseTraits(path string, raw json.RawMessage, except ...string) (Given, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return Given{}, nil
	}
	p := traitParser{values: map[string]Value{}, problems: map[string]string{}, except: except}
	p.object(path, "", raw, 1)
	if len(p.problems) > 0 {
		return Given{}, traitFault(p.problems)
	}
	return p.given(), nil
}

// traitFault puts one problem into the message and all into the fields.
func traitFault(problems map[string]string) error {
	first := slices.Min(slices.Collect(maps.Keys(problems)))
	f := fault.Field("traits_invalid", first, problems[first])
	f.Fields = problems
	return f
}

// traitParser collects one object's traits. A Value without type stands for null.
type traitParser struct {
	values   map[string]Value
	problems map[string]string
	except   []string
}

func (p *traitParser) given() Given {
	g := Given{Set: Traits{}}
	for name, v := range p.values {
		if v.Type == "" {
			g.Unset = append(g.Unset, name)
		} else {
			g.Set[name] = v
		}
	}
	slices.Sort(g.Unset)
	return g
}

// object takes the members of one object in their order. prefix is what its
// own name adds before theirs.
func (p *traitParser) object(path, prefix string, raw json.RawMessage, depth int) {
	if depth > MaxNesting {
		p.problems[path] = fmt.Sprintf("at most %d objects within each other", MaxNesting)
		return
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		p.problems[path] = "an object of names and values"
		return
	}
	for d.More() {
		name, member, err := nextMember(d)
		if err != nil {
			p.problems[path] = "well-formed JSON"
			return
		}
		if depth == 1 && slices.Contains(p.except, name) {
			continue
		}
		p.member(path+"."+name, prefix+name, member, depth)
		if len(p.values) > MaxTraitsPerCall {
			p.problems[path] = fmt.Sprintf("at most %d traits in one call", MaxTraitsPerCall)
			return
		}
	}
	if _, err := d.Token(); err != nil {
		p.problems[path] = "well-formed JSON"
	} else if _, err := d.Token(); !errors.Is(err, io.EOF) {
		p.problems[path] = "one object and nothing after it"
	}
}

func nextMember(d *json.Decoder) (name string, value json.RawMessage, err error) {
	key, err := d.Token()
	if err != nil {
		return "", nil, err
	}
	name, _ = key.(string)
	return name, value, d.Decode(&value)
}

func (p *traitParser) member(path, name string, raw json.RawMessage, depth int) {
	if raw[0] == '{' {
		p.object(path, name+"_", raw, depth+1)
		return
	}
	slug, ok := Slug(name)
	if !ok {
		p.problems[path] = fmt.Sprintf("a name of 1 to %d bytes", MaxNameBytes)
		return
	}
	value, err := decodeAny(raw)
	if err != nil {
		p.problems[path] = "well-formed JSON"
		return
	}
	if value == nil {
		p.values[slug] = Value{}
		return
	}
	v, problem := parseValue(slug, value)
	if problem != "" {
		p.problems[path] = problem
		return
	}
	p.values[slug] = v
}

// decodeAny is json.Unmarshal that keeps every digit of a number.
func decodeAny(raw json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	return v, d.Decode(&v)
}

// apply gives the traits after a call, without changing t. Replacing drops
// what the call does not name; fixed holds values that win over whatever it says.
func (t Traits) apply(g Given, replace bool, fixed Traits) (Traits, error) {
	next := maps.Clone(t)
	if next == nil || replace {
		next = Traits{}
	}
	for name, v := range g.Set {
		if v.Type != "" {
			next[name] = v
		}
	}
	for _, name := range g.Unset {
		delete(next, name)
	}
	maps.Copy(next, fixed)
	if len(next) > MaxTraits && len(next) > len(t) {
		return nil, fault.Field("too_many_traits", "traits",
			fmt.Sprintf("at most %d traits on one contact or account", MaxTraits))
	}
	return next, nil
}

// newNames lists, in order, the names in next that t does not have or has
// with another type.
func (t Traits) newNames(next Traits) []string {
	var names []string
	for name, v := range next {
		if t[name].Type != v.Type {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
