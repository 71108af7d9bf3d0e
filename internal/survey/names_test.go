package survey

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

func TestNames(t *testing.T) {
	t.Parallel()
	old := Definition{Elements: []Element{{ID: "gone", Type: "nps"}}}
	s := Survey{ID: ident.New(), Key: "nps", Publication: &Publication{Definition: old}, Draft: Definition{Elements: []Element{
		{ID: "score", Type: "nps"}, {ID: "why", Type: "long_text"}, {ID: "mail", Type: "email"}, {ID: "hello", Type: "info"}}}}
	names := Names([]Survey{s})
	for ref, known := range map[string]bool{"nps": true, s.ID.String(): true, strings.ToUpper(s.ID.String()): true, "csat": false, "": false, ident.New().String(): false} {
		if id, ok := names.Survey(ref); ok != known || known && id != s.ID {
			t.Errorf("%q: %s, %v", ref, id, ok)
		}
	}
	for question, can := range map[string]bool{"score": true, "gone": true, "why": false, "mail": false, "hello": false, "never": false} {
		if names.Asks(s.ID, question) != can {
			t.Errorf("question %s: want %v", question, can)
		}
	}
	if names.Asks(ident.New(), "score") {
		t.Error("a survey that is not there asks nothing")
	}
}

func TestComparable(t *testing.T) {
	t.Parallel()
	asks := func(id, kind string) Element { return Element{ID: id, Type: kind} }
	d := Definition{Elements: []Element{asks("score", "nps"), asks("why", "long_text"), asks("name", "short_text"), asks("mail", "email"),
		asks("one", "single_choice"), asks("own", "single_choice"), asks("many", "multiple_choice"), asks("link", "cta"), asks("long", "single_choice"), asks("taken", "nps")}}
	got := d.Comparable(Answers{
		"score": json.RawMessage(`-2`), "why": json.RawMessage(`"because"`), "name": json.RawMessage(`"Ada"`), "mail": json.RawMessage(`"a@b.example"`),
		"one": json.RawMessage(`"reports"`), "own": json.RawMessage(`{"other":"mine"}`), "many": json.RawMessage(`["a","b",{"other":"c"}]`),
		"link": json.RawMessage(`true`), "long": json.RawMessage(`"` + strings.Repeat("é", contact.MaxAnswerText+1) + `"`), "taken": json.RawMessage(`null`),
	})
	text := contact.TextValue
	want := map[string][]contact.Value{"score": {contact.IntegerValue(-2)}, "one": {text("reports")}, "own": {text("other")},
		"many": {text("a"), text("b"), text("other")}, "link": {contact.BooleanValue(true)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := d.Comparable(Answers{"why": json.RawMessage(`"x"`)}); got != nil {
		t.Errorf("nothing to compare: %v", got)
	}
}

func TestComparableBounds(t *testing.T) {
	t.Parallel()
	many, long := Definition{}, Definition{}
	answers := Answers{}
	for i := range contact.MaxAnswers + 5 {
		id := fmt.Sprintf("q%02d", i)
		many.Elements = append(many.Elements, Element{ID: id, Type: "nps"})
		long.Elements = append(long.Elements, Element{ID: id, Type: "single_choice"})
		answers[id] = json.RawMessage(`"` + strings.Repeat("x", contact.MaxAnswerText) + `"`)
	}
	if got := long.Comparable(answers); len(got) != contact.MaxAnswerBytes/contact.MaxAnswerText || got["q00"] == nil {
		t.Errorf("%d long answers are kept; the first ones have room", len(got))
	}
	for id := range answers {
		answers[id] = json.RawMessage(`7`)
	}
	if got := many.Comparable(answers); len(got) != contact.MaxAnswers || got["q00"] == nil || got["q49"] == nil {
		t.Errorf("%d answers are kept", len(got))
	}
}
