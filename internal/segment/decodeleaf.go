package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"earshot/internal/contact"
)

// leafFields are the members that a leaf of each source may have.
var leafFields = map[Source][]string{
	FromTrait:        {"trait", "op", "value", "case"},
	FromAccountTrait: {"account_trait", "op", "value", "case"},
	FromMeta:         {"meta", "op", "value", "case"},
	FromProperty:     {"property", "op", "value", "case"},
	FromEvent:        {"event", "did", "times", "within", "after", "before", "where"},
	FromSurvey:       {"survey", "did", "did_not", "within"},
	FromAnswer:       {"answer", "survey", "op", "value", "case"},
	FromSegment:      {"segment", "op"},
}

// leafMembers reads the members of one leaf; each method refuses what it
// cannot read.
type leafMembers struct {
	*reader
	raw  map[string]json.RawMessage
	path string
}

func (r *reader) readLeaf(members map[string]json.RawMessage, source Source, path string, depth int) *Leaf {
	r.known(members, path, leafFields[source]...)
	m := leafMembers{r, members, path}
	l := &Leaf{Source: source, Name: m.text(string(source), "")}
	switch source {
	case FromEvent:
		l.Did = m.event(depth)
	case FromSurvey:
		l.Did = m.survey()
	case FromAnswer:
		l.Survey = m.text("survey", "")
		m.comparison(l)
	default:
		m.comparison(l)
	}
	r.leaf(l, path)
	return l
}

// text reads a text; one that is missing or something else is empty. With
// expected it may be missing, but not be something else.
func (m leafMembers) text(name, expected string) (s string) {
	raw := m.raw[name]
	if json.Unmarshal(raw, &s) != nil {
		s = ""
	}
	if expected != "" && raw != nil && s == "" {
		m.expect(member(m.path, name), expected)
	}
	return s
}

func (m leafMembers) comparison(l *Leaf) {
	l.Op = m.text("op", "")
	if raw := m.raw["case"]; raw != nil {
		l.CaseToo = m.boolean("case")
	}
	if op := operatorNamed(l.Op); op != nil {
		l.Operands = operands(op, m.raw["value"])
	}
}

func (m leafMembers) boolean(name string) (v bool) {
	if raw := m.raw[name]; json.Unmarshal(raw, &v) != nil || string(raw) == "null" {
		m.expect(member(m.path, name), "true or false")
	}
	return v
}

func (m leafMembers) event(depth int) *Did {
	d := &Did{Within: m.text("within", expectsWithin), After: m.text("after", expectsDay), Before: m.text("before", expectsDay)}
	if m.raw["did"] != nil {
		d.Not = !m.boolean("did")
	}
	if m.raw["times"] != nil {
		d.Times = m.times()
	}
	if raw := m.raw["where"]; raw != nil {
		m.inWhere = true
		where := m.condition(raw, member(m.path, "where"), depth)
		m.inWhere = false
		d.Where = &where
	}
	return d
}

// times gives what the leaf's rules refuse where it cannot read.
func (m leafMembers) times() *Times {
	t := &Times{N: -1}
	path := member(m.path, "times")
	members, problem := split(m.raw["times"])
	if problem != "" {
		m.expect(path, problem)
		return &Times{Op: "=", N: 0}
	}
	m.known(members, path, "op", "value")
	inner := leafMembers{m.reader, members, path}
	t.Op = inner.text("op", "")
	var n float64
	if json.Unmarshal(members["value"], &n) == nil && n == math.Trunc(n) && n >= 0 && n <= MaxTimes && string(members["value"]) != "null" {
		t.N = int(n)
	}
	return t
}

func (m leafMembers) survey() *Did {
	d := &Did{What: m.text("did", ""), Within: m.text("within", expectsWithin)}
	if m.raw["did_not"] != nil {
		if m.raw["did"] != nil {
			m.expect(member(m.path, "did_not"), "nothing, where there is did")
		}
		d.Not, d.What = true, m.text("did_not", "")
	}
	return d
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

// leaf counts a leaf and judges it.
func (r *reader) leaf(l *Leaf, path string) {
	if r.leaves++; r.leaves > MaxLeaves {
		r.expect(r.root, fmt.Sprintf("at most %d comparisons", MaxLeaves))
	}
	if field, expected := l.problem(); expected != "" {
		r.expect(member(path, field), expected)
	}
}

// checkLeaf judges a leaf that was made in code.
func (r *reader) checkLeaf(l *Leaf, path string, depth int) {
	if (l.Source == FromProperty) != r.inWhere {
		r.expect(path, r.expectsNode())
		return
	}
	r.leaf(l, path)
	if l.Did == nil || l.Did.Where == nil {
		return
	}
	r.inWhere = true
	r.check(l.Did.Where, member(path, "where"), depth)
	r.inWhere = false
}

// problem says what is wrong with a leaf by itself: the field and what was
// expected there; both empty if nothing is.
func (l *Leaf) problem() (field, expected string) {
	if field, expected = l.foreign(); expected != "" {
		return field, expected
	}
	switch l.Source {
	case FromTrait, FromAccountTrait, FromProperty:
		if field, expected = l.slugProblem(); expected == "" {
			field, expected = l.comparable(anyFamily, l.Source != FromProperty)
		}
		return field, expected
	case FromMeta:
		return l.metaProblem()
	case FromEvent:
		return l.eventProblem()
	case FromSurvey:
		return l.surveyProblem()
	case FromAnswer:
		return l.answerProblem()
	case FromSegment:
		return l.segmentProblem()
	}
	return "", expectsNode
}

// foreign refuses what belongs to another source; only code can put it there.
func (l *Leaf) foreign() (field, expected string) {
	happens := l.Source == FromEvent || l.Source == FromSurvey
	switch {
	case l.Survey != "" && l.Source != FromAnswer:
		return "survey", "nothing: only an answer is one of a survey"
	case l.Did != nil && !happens:
		return "did", "nothing: only events and surveys happen"
	case happens && l.Op != "":
		return "op", "nothing: this compares no value"
	case (happens || l.Source == FromSegment) && (l.Operands != nil || l.CaseToo):
		return "value", "nothing: this compares no value"
	}
	return "", ""
}
