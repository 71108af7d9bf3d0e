package segment_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
)

// Random trees and people. Few names and values, so that they often meet.

var (
	someTexts  = []string{"pro", "Pro", "free", "de", "de-AT", "other", "x"}
	someNames  = []string{"plan", "seats", "born_at"}
	someEvents = []string{"paid", "opened"}
	surveyIDs  = map[string]ident.ID{"nps": {15: 1}, "csat": {15: 2}}
	segments   = map[string]segment.Condition{
		"pros": {Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "plan", Op: "is", Operands: []contact.Value{contact.TextValue("pro")}}},
		"paying": {Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "paid", Did: &segment.Did{Where: &segment.Condition{
			Leaf: &segment.Leaf{Source: segment.FromProperty, Name: "seats", Op: ">", Operands: []contact.Value{contact.IntegerValue(2)}}}}}},
		"all": {},
	}
)

func randomNames() segment.Names {
	return segment.Names{
		Survey:  func(ref string) (ident.ID, bool) { id, ok := surveyIDs[ref]; return id, ok },
		Segment: func(key string) (segment.Condition, bool) { c, ok := segments[key]; return c, ok },
	}
}

func pick[T any](t *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(t, label)
}

func drawTree(t *rapid.T, depth int, inWhere bool) segment.Condition {
	kind := "leaf"
	if depth > 0 {
		kind = pick(t, "kind", "all", "any", "not", "leaf", "leaf", "leaf")
	}
	list := func() (all []segment.Condition) {
		for range rapid.IntRange(1, 3).Draw(t, "members") {
			all = append(all, drawTree(t, depth-1, inWhere))
		}
		return all
	}
	switch kind {
	case "all":
		return segment.Condition{All: list()}
	case "any":
		return segment.Condition{Any: list()}
	case "not":
		inner := drawTree(t, depth-1, inWhere)
		return segment.Condition{Not: &inner}
	}
	return segment.Condition{Leaf: drawLeaf(t, depth, inWhere)}
}

func drawLeaf(t *rapid.T, depth int, inWhere bool) *segment.Leaf {
	source := segment.FromProperty
	if !inWhere {
		source = pick(t, "source", segment.FromTrait, segment.FromAccountTrait, segment.FromMeta, segment.FromEvent,
			segment.FromSurvey, segment.FromAnswer, segment.FromSegment)
	}
	l := &segment.Leaf{Source: source}
	switch source {
	case segment.FromMeta:
		l.Name = pick(t, "field", segment.MetaFields()...)
		family := map[string]string{"sessions": "numbers", "views": "numbers", "responses": "numbers",
			"first_seen": "dates", "last_seen": "dates", "last_view": "dates", "last_response": "dates"}[l.Name]
		if family == "" {
			family = "texts"
		}
		drawComparison(t, l, family)
	case segment.FromEvent:
		l.Name = pick(t, "event", someEvents...)
		l.Did = drawDid(t, depth)
	case segment.FromSurvey:
		l.Name = pick(t, "survey", "nps", "csat", "gone")
		l.Did = &segment.Did{What: pick(t, "act", "seen", "answered", "completed", "dismissed"),
			Not: rapid.Bool().Draw(t, "not"), Within: pick(t, "within", "", "session", "1d", "30d")}
	case segment.FromAnswer:
		l.Name, l.Survey = pick(t, "question", "score", "role", "never"), pick(t, "survey", "nps", "gone")
		drawComparison(t, l, pick(t, "family", "texts", "numbers", "booleans"))
	case segment.FromSegment:
		l.Name, l.Op = pick(t, "segment", "pros", "paying", "all", "gone"), pick(t, "op", "is", "is_not")
	default:
		l.Name = pick(t, "name", someNames...)
		families := []string{"texts", "numbers", "booleans", "absolute"}
		if !inWhere {
			families = append(families, "dates")
		}
		drawComparison(t, l, pick(t, "family", families...))
	}
	return l
}

func drawDid(t *rapid.T, depth int) *segment.Did {
	d := &segment.Did{Not: rapid.Bool().Draw(t, "not")}
	if rapid.Bool().Draw(t, "counted") {
		d.Times = &segment.Times{Op: pick(t, "times", ">=", "<=", "="), N: rapid.IntRange(1, 3).Draw(t, "n")}
	}
	switch rapid.IntRange(0, 4).Draw(t, "window") {
	case 0:
		d.Within = pick(t, "within", "session", "1d", "3d", "400d")
	case 1:
		d.After = drawDay(t)
	case 2:
		d.Before = drawDay(t)
	case 3:
		d.After, d.Before = "2026-05-0"+strconv.Itoa(rapid.IntRange(1, 4).Draw(t, "from")), "2026-05-0"+strconv.Itoa(rapid.IntRange(6, 9).Draw(t, "to"))
	}
	if rapid.Bool().Draw(t, "where") {
		where := drawTree(t, depth, true)
		d.Where = &where
	}
	return d
}

func drawDay(t *rapid.T) string {
	return now.AddDate(0, 0, -rapid.IntRange(-2, 12).Draw(t, "day")).Format(time.DateOnly)
}

// The operators that compare values of a family, by what they take.
var comparisons = map[string]map[string][]string{
	"texts":    {"one": {"is", "is_not", "contains", "not_contains", "starts_with", "ends_with", "matches"}, "list": {"is_one_of", "is_none_of"}, "none": {"is_set", "is_not_set"}},
	"numbers":  {"one": {"is", "is_not", "=", "!=", "<", "<=", ">", ">="}, "list": {"is_one_of", "is_none_of"}, "two": {"between"}, "none": {"is_set", "is_not_set"}},
	"booleans": {"one": {"is", "is_not"}, "none": {"is_set", "is_not_set"}},
	"absolute": {"one": {"before", "after"}, "two": {"between"}, "none": {"is_set", "is_not_set"}},
	"dates": {"one": {"before", "after"}, "two": {"between"}, "none": {"is_set", "is_not_set"},
		"count": {"more_than_days_ago", "less_than_days_ago", "exactly_days_ago", "within_next_days", "more_than_hours_ago", "less_than_hours_ago"}},
}

func drawComparison(t *rapid.T, l *segment.Leaf, family string) {
	takes := pick(t, "takes", "one", "list", "two", "none", "count")
	for comparisons[family][takes] == nil {
		takes = map[string]string{"list": "two", "two": "count", "count": "one"}[takes]
	}
	l.Op = pick(t, "op", comparisons[family][takes]...)
	n := map[string]int{"one": 1, "list": 2, "two": 2, "none": 0}[takes]
	for range n {
		l.Operands = append(l.Operands, drawOperand(t, family))
	}
	if takes == "two" {
		l.Operands[1] = l.Operands[0]
	}
	if takes == "count" {
		l.Operands = []contact.Value{contact.IntegerValue(int64(rapid.IntRange(0, 5).Draw(t, "count")))}
	}
	language := l.Source == segment.FromMeta && l.Name == "language"
	if family == "texts" && n > 0 && !language {
		l.CaseToo = rapid.Bool().Draw(t, "case")
	}
}

func drawOperand(t *rapid.T, family string) contact.Value {
	switch family {
	case "numbers":
		return drawNumber(t)
	case "booleans":
		return contact.BooleanValue(rapid.Bool().Draw(t, "truth"))
	case "texts":
		return contact.TextValue(pick(t, "text", someTexts...))
	}
	if rapid.Bool().Draw(t, "whole day") {
		return contact.TextValue(drawDay(t))
	}
	return contact.DateValue(drawMoment(t))
}

func drawNumber(t *rapid.T) contact.Value {
	if rapid.Bool().Draw(t, "whole") {
		return contact.IntegerValue(int64(rapid.IntRange(0, 4).Draw(t, "number")))
	}
	return contact.FloatValue(float64(rapid.IntRange(0, 9).Draw(t, "halves")) / 2)
}

func drawMoment(t *rapid.T) contact.Micros {
	return contact.At(now) - contact.Micros(rapid.IntRange(-600, 10*24*60).Draw(t, "minutes ago"))*60e6
}

func drawTraits(t *rapid.T) contact.Traits {
	values := contact.Traits{}
	for _, name := range someNames {
		switch rapid.IntRange(0, 5).Draw(t, name) {
		case 0:
			values[name] = contact.TextValue(pick(t, "text", append(someTexts, "")...))
		case 1:
			values[name] = drawNumber(t)
		case 2:
			values[name] = contact.BooleanValue(rapid.Bool().Draw(t, "truth"))
		case 3:
			values[name] = contact.DateValue(drawMoment(t))
		}
	}
	return values
}

// person is a random contact with the events that made the profile's counts.
type person struct {
	subject *segment.Subject
	events  []contact.Event
}

func drawPerson(t *rapid.T, derived []segment.Derived) person {
	p := &contact.Profile{Traits: drawTraits(t), Sessions: rapid.IntRange(0, 4).Draw(t, "sessions"),
		Locale: pick(t, "locale", "", "de", "de-AT", "pt_BR"), Country: pick(t, "country", "", "AT"), Device: pick(t, "device", "", "mobile")}
	who := person{subject: &segment.Subject{Profile: p, Now: now, Anonymous: rapid.IntRange(0, 9).Draw(t, "anonymous") == 0}}
	if rapid.Bool().Draw(t, "in a session") {
		p.SessionStart = drawMoment(t)
		p.FirstSeen, p.LastSeen = p.SessionStart, contact.At(now)
	}
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		e := contact.Event{Name: pick(t, "event", someEvents...), At: drawMoment(t), Properties: drawTraits(t)}
		who.events = append(who.events, e)
		p.CountEvent(e.Name, e.At)
		for _, d := range derived {
			if d.Event == e.Name {
				p.CountDerived(d.Key, e.At, d.Holds(e.Properties))
			}
		}
	}
	for _, key := range []string{"nps", "csat"} {
		drawHistory(t, p, surveyIDs[key])
	}
	if rapid.Bool().Draw(t, "account") {
		who.subject.Account = &contact.Account{Traits: drawTraits(t)}
	}
	return who
}

func drawHistory(t *rapid.T, p *contact.Profile, id ident.ID) {
	for range rapid.IntRange(0, 2).Draw(t, "views") {
		at := drawMoment(t)
		p.RecordView(id, at)
		if rapid.Bool().Draw(t, "answered") {
			p.RecordAnswer(id, at)
			values := map[string][]contact.Value{"score": {drawNumber(t)}}
			for range rapid.IntRange(0, 2).Draw(t, "roles") {
				values["role"] = append(values["role"], contact.TextValue(pick(t, "role", someTexts...)))
			}
			p.RecordAnswers(id, contact.Answers{Response: ident.New(), At: at, Values: values})
		}
		switch rapid.IntRange(0, 2).Draw(t, "end") {
		case 0:
			p.RecordComplete(id, at)
		case 1:
			p.RecordDismiss(id, at)
		}
	}
}

func mustCompile(t *rapid.T, c segment.Condition) segment.Check {
	check, err := segment.Compile(c, randomNames())
	if err != nil {
		b, _ := json.Marshal(c)
		t.Fatalf("%v: %s", err, b)
	}
	return check
}

func TestAnyTreeIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawTree(t, 3, false)
		mustCompile(t, c)
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := segment.Decode(b, "")
		if err != nil || !reflect.DeepEqual(back, c) {
			t.Fatalf("%v: %s read as %+v", err, b, back)
		}
		if string(back.AppendSpelling(nil)) != string(c.AppendSpelling(nil)) {
			t.Fatalf("%s is spelled in two ways", b)
		}
	})
}

// A tree holds by its leaves alone: whoever puts the explained leaves together
// gets what a check says.
func TestExplanationsAgreeWithChecks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawTree(t, 3, false)
		who := drawPerson(t, segment.Derive(c, randomNames()))
		holds := map[string]bool{}
		for _, r := range segment.Explain(c, randomNames(), who.subject) {
			holds[r.Path] = r.Holds
			if r.Want == "" || r.Got == "" {
				t.Fatalf("nothing is said: %+v", r)
			}
		}
		if got, want := mustCompile(t, c)(who.subject), together(c, "", holds); got != want {
			t.Fatalf("check %v, leaves %v", got, want)
		}
	})
}

func together(c segment.Condition, path string, holds map[string]bool) bool {
	at := func(step string) string { return strings.TrimPrefix(path+"."+step, ".") }
	switch {
	case c.Not != nil:
		return !together(*c.Not, at("not"), holds)
	case c.Any != nil:
		for i, inner := range c.Any {
			if together(inner, at(fmt.Sprintf("any[%d]", i)), holds) {
				return true
			}
		}
		return false
	case c.All != nil:
		for i, inner := range c.All {
			if !together(inner, at(fmt.Sprintf("all[%d]", i)), holds) {
				return false
			}
		}
		return true
	}
	return holds[path]
}

var negations = map[string]string{"is": "is_not", "is_one_of": "is_none_of", "contains": "not_contains", "=": "!=", "is_set": "is_not_set"}

// Of a leaf and its negation exactly one holds, but for a value of the wrong
// type, of which neither does; not turns around everything.
func TestNegationsAreComplements(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := drawLeaf(t, 2, false)
		negation := *plain
		typed := true // the value cannot be of the wrong type
		switch {
		case plain.Did != nil:
			did := *plain.Did
			did.Not = !did.Not
			negation.Did = &did
		case negations[plain.Op] != "":
			negation.Op = negations[plain.Op]
			typed = plain.Source == segment.FromMeta || plain.Source == segment.FromSegment || plain.Op == "is_set"
		default:
			t.Skip("has no negation")
		}
		c := segment.Condition{Leaf: plain}
		who := drawPerson(t, segment.Derive(c, randomNames())).subject
		holds, opposite := mustCompile(t, c)(who), mustCompile(t, segment.Condition{Leaf: &negation})(who)
		if holds && opposite || typed && !holds && !opposite {
			t.Fatalf("%+v: %v, negation %v", plain, holds, opposite)
		}
		if turned := mustCompile(t, segment.Condition{Not: &c})(who); turned == holds {
			t.Fatalf("%+v: %v, and so is not", plain, holds)
		}
	})
}

// What the profile counts is what the events say. This is also how a database
// counts.
func TestEventsAreCountedAsTheyHappened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &segment.Leaf{Source: segment.FromEvent, Name: pick(t, "event", someEvents...), Did: drawDid(t, 1)}
		c := segment.Condition{Leaf: l}
		derived := segment.Derive(c, randomNames())
		who := drawPerson(t, derived)
		n := 0
		for _, e := range who.events {
			if e.Name == l.Name && inWindow(l.Did, e.At, who.subject) && (l.Did.Where == nil || derived[0].Holds(e.Properties)) {
				n++
			}
		}
		want := n >= 1
		if times := l.Did.Times; times != nil {
			want = map[string]bool{">=": n >= times.N, "<=": n <= times.N, "=": n == times.N}[times.Op]
		}
		if got := mustCompile(t, c)(who.subject); got != (want != l.Did.Not) {
			b, _ := json.Marshal(c)
			t.Fatalf("%s: %v with %d events", b, got, n)
		}
	})
}

func inWindow(d *segment.Did, at contact.Micros, s *segment.Subject) bool {
	day := at.Time().Format(time.DateOnly)
	switch {
	case d.Within == "session":
		return s.Profile.SessionStart != 0 && at >= s.Profile.SessionStart
	case d.Within != "":
		n, _ := strconv.Atoi(strings.TrimSuffix(d.Within, "d"))
		return day >= s.Now.AddDate(0, 0, -n).Format(time.DateOnly)
	}
	return (d.After == "" || day > d.After) && (d.Before == "" || day < d.Before)
}
