package response

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

const asked = `{"elements":[
 {"id":"score","type":"nps","question":"?","required":true},
 {"id":"branch","type":"logic","rules":[{"when":{"answer":"score","op":"<=","value":6},"goto":"bad"}],"otherwise":"good"},
 {"id":"bad","type":"long_text","question":"?"},
 {"id":"done","type":"logic","random":[{"goto":"end"}]},
 {"id":"good","type":"long_text","question":"?","required":true}]}`

func definition(t *testing.T) survey.Definition {
	t.Helper()
	d, err := survey.Decode([]byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func values(t *testing.T, raw string) map[string]json.RawMessage {
	t.Helper()
	if raw == "" {
		return nil
	}
	var v map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// text writes values in the order of their names.
func text(v map[string]json.RawMessage) string {
	parts := make([]string, 0, len(v))
	for _, name := range slices.Sorted(maps.Keys(v)) {
		parts = append(parts, name+"="+string(v[name]))
	}
	return strings.Join(parts, " ")
}

// step is one change of a table test, and what is expected of it.
type step struct {
	op      Op
	seq     int64
	answers string
	hidden  string
	want    Outcome
}

func TestApply(t *testing.T) {
	t.Parallel()
	changed := Outcome{Changed: true}
	first := Outcome{Changed: true, Answered: true}
	tests := []struct {
		rule            string
		steps           []step
		answers, hidden string
		stamps          string // first data, last data, completed, dismissed; a step takes a moment
	}{
		{"the first answer is the first data", []step{{Answer, 1, `{"score":3}`, "", first}}, "score=3", "", "1 1 0 0"},
		{"answers add up", []step{{Answer, 1, `{"score":3}`, "", first}, {Answer, 2, `{"bad":"slow"}`, "", changed}}, `bad="slow" score=3`, "", "1 2 0 0"},
		{"a later answer replaces", []step{{Answer, 1, `{"score":3}`, "", first}, {Answer, 5, `{"score":9}`, "", changed}}, "score=9", "", "1 2 0 0"},
		{"an older one changes nothing", []step{{Answer, 5, `{"score":9}`, "", first}, {Answer, 4, `{"score":3,"bad":"x"}`, "", Outcome{}}}, "score=9", "", "1 1 0 0"},
		{"a retry changes nothing", []step{{Answer, 1, `{"score":9}`, "", first}, {Answer, 1, `{"score": 9}`, "", Outcome{}}}, "score=9", "", "1 1 0 0"},
		{"the same seq with another content is a conflict", []step{{Answer, 1, `{"score":9}`, "", first}, {Answer, 1, `{"score":8}`, "", Outcome{Conflict: true}}}, "score=9", "", "1 1 0 0"},
		{"the same seq with another operation is a conflict", []step{{Answer, 1, `{"score":9}`, "", first}, {Dismiss, 1, `{"score":9}`, "", Outcome{Conflict: true}}}, "score=9", "", "1 1 0 0"},
		{"a seq below 1 changes nothing", []step{{Answer, 0, `{"score":9}`, "", Outcome{Conflict: true}}, {Answer, -1, `{"score":9}`, "", Outcome{}}}, "", "", "0 0 0 0"},
		{"null takes an answer back", []step{{Answer, 1, `{"score":3}`, "", first}, {Answer, 2, `{"score":null}`, "", changed}}, "", "", "1 2 0 0"},
		{"an empty text takes an answer back", []step{{Answer, 1, `{"score":3,"bad":"x"}`, "", first}, {Answer, 2, `{"bad":" "}`, "", changed}}, "score=3", "", "1 2 0 0"},
		{"taking back what was not there is no data", []step{{Answer, 1, `{"score":null}`, "", changed}}, "", "", "0 0 0 0"},
		{"a step without answers is no data", []step{{Answer, 1, ``, "", changed}}, "", "", "0 0 0 0"},
		{"a wrong answer is refused, the others are kept", []step{{Answer, 1, `{"score":11,"bad":"x"}`, "", Outcome{Changed: true, Answered: true, Wrong: map[string]string{"score": "a whole number from 0 to 10"}}}}, `bad="x"`, "", "1 1 0 0"},
		{"an unknown question is refused", []step{{Answer, 1, `{"what":1}`, "", Outcome{Changed: true, Wrong: map[string]string{"what": "the identifier of a question of this survey"}}}}, "", "", "0 0 0 0"},
		{"a wrong answer leaves the earlier one", []step{{Answer, 1, `{"score":3}`, "", first}, {Answer, 2, `{"score":11}`, "", Outcome{Changed: true, Wrong: map[string]string{"score": "a whole number from 0 to 10"}}}}, "score=3", "", "1 1 0 0"},
		{"hidden fields are replaced", []step{{Answer, 1, ``, `{"plan":"pro","a":[1,{}]}`, changed}, {Answer, 2, ``, `{"plan":"free"}`, changed}}, "", `plan="free"`, "0 0 0 0"},
		{"absent hidden fields stay", []step{{Answer, 1, ``, `{"plan":"pro"}`, changed}, {Answer, 2, ``, ``, changed}}, "", `plan="pro"`, "0 0 0 0"},
		{"empty hidden fields clear", []step{{Answer, 1, ``, `{"plan":"pro"}`, changed}, {Answer, 2, ``, `{}`, changed}}, "", "", "0 0 0 0"},
		{"a hidden null is absent", []step{{Answer, 1, ``, `{"plan":null,"x":false}`, changed}}, "", "x=false", "0 0 0 0"},
		{"completion", []step{{Answer, 1, `{"score":3}`, "", first}, {Complete, 2, `{"bad":"x"}`, "", Outcome{Changed: true, Completed: true}}}, `bad="x" score=3`, "", "1 2 2 0"},
		{"completion with everything in one", []step{{Complete, 1, `{"score":3}`, "", Outcome{Changed: true, Answered: true, Completed: true}}}, "score=3", "", "1 1 1 0"},
		{"completion drops answers beside the path", []step{{Answer, 1, `{"score":3,"bad":"x"}`, "", first}, {Complete, 2, `{"score":9,"good":"y"}`, "", Outcome{Changed: true, Completed: true}}}, `good="y" score=9`, "", "1 2 2 0"},
		{"until then answers beside the path stay", []step{{Answer, 1, `{"score":3,"bad":"x"}`, "", first}, {Answer, 2, `{"score":9}`, "", changed}, {Complete, 3, `{"score":2}`, "", Outcome{Changed: true, Completed: true}}}, `bad="x" score=2`, "", "1 3 3 0"},
		{"completion without a required answer does not complete but keeps", []step{{Complete, 1, `{"score":9}`, "", Outcome{Changed: true, Answered: true, Missing: []string{"good"}}}}, "score=9", "", "1 1 0 0"},
		{"the same completion again says the same", []step{{Complete, 1, `{"score":9,"bad":7}`, "", Outcome{Changed: true, Answered: true, Missing: []string{"good"}, Wrong: map[string]string{"bad": "a text"}}}, {Complete, 1, `{"score":9,"bad":7}`, "", Outcome{Missing: []string{"good"}, Wrong: map[string]string{"bad": "a text"}}}}, "score=9", "", "1 1 0 0"},
		{"completion after one that failed", []step{{Complete, 1, `{"score":9}`, "", Outcome{Changed: true, Answered: true, Missing: []string{"good"}}}, {Complete, 2, `{"good":"y"}`, "", Outcome{Changed: true, Completed: true}}}, `good="y" score=9`, "", "1 2 2 0"},
		{"completing twice keeps the first moment", []step{{Complete, 1, `{"score":3}`, "", Outcome{Changed: true, Answered: true, Completed: true}}, {Complete, 2, `{"bad":"x"}`, "", changed}}, `bad="x" score=3`, "", "1 2 1 0"},
		{"a dismissal", []step{{Dismiss, 1, ``, "", Outcome{Changed: true, Dismissed: true}}}, "", "", "0 0 0 1"},
		{"a dismissal brings answers", []step{{Dismiss, 1, `{"score":3}`, "", Outcome{Changed: true, Answered: true, Dismissed: true}}}, "score=3", "", "1 1 0 1"},
		{"a dismissal after completion changes nothing", []step{{Complete, 1, `{"score":3}`, "", Outcome{Changed: true, Answered: true, Completed: true}}, {Dismiss, 2, `{"score":9}`, `{"x":1}`, Outcome{}}}, "score=3", "", "1 1 1 0"},
		{"completion after a dismissal completes", []step{{Dismiss, 1, ``, "", Outcome{Changed: true, Dismissed: true}}, {Complete, 2, `{"score":3}`, "", Outcome{Changed: true, Answered: true, Completed: true}}}, "score=3", "", "2 2 2 0"},
		{"dismissing twice keeps the first moment", []step{{Dismiss, 1, ``, "", Outcome{Changed: true, Dismissed: true}}, {Dismiss, 2, ``, "", changed}}, "", "", "0 0 0 1"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			d, r := definition(t), Response{ID: ident.New()}
			for i, s := range test.steps {
				got := r.Apply(d, Change{Op: s.op, Seq: s.seq, Answers: values(t, s.answers), Hidden: values(t, s.hidden), At: contact.Micros(i + 1)})
				if len(got.Wrong) == 0 {
					got.Wrong = nil
				}
				if fmt.Sprint(got) != fmt.Sprint(s.want) {
					t.Errorf("step %d: got %+v, want %+v", i+1, got, s.want)
				}
			}
			if got := text(r.Answers); got != test.answers {
				t.Errorf("answers: got %s, want %s", got, test.answers)
			}
			if got := text(r.Hidden); got != test.hidden {
				t.Errorf("hidden: got %s, want %s", got, test.hidden)
			}
			if got := fmt.Sprint(r.FirstData, r.LastData, r.CompletedAt, r.DismissedAt); got != test.stamps {
				t.Errorf("moments: got %s, want %s", got, test.stamps)
			}
		})
	}
}

func TestApplyKeepsWhatOthersHold(t *testing.T) {
	t.Parallel()
	d := definition(t)
	before := Response{ID: ident.New(), Answers: values(t, `{"score":3}`), Hidden: values(t, `{"a":1}`)}
	after := before
	after.Apply(d, Change{Op: Answer, Seq: 1, Element: "bad", Answers: values(t, `{"score":null,"bad":"x"}`), Hidden: values(t, `{"b":2}`)})
	if text(before.Answers) != "score=3" || text(before.Hidden) != "a=1" {
		t.Error("a copy of the response was changed")
	}
	if after.Element != "bad" || text(after.Hidden) != "b=2" {
		t.Errorf("got %+v", after)
	}
	after.Apply(d, Change{Op: Answer, Seq: 2})
	if after.Element != "bad" {
		t.Error("the last element seen was forgotten")
	}
}

func TestHiddenLimits(t *testing.T) {
	t.Parallel()
	d, r := definition(t), Response{Hidden: values(t, `{"old":1}`)}
	many := map[string]json.RawMessage{}
	for i := range MaxHidden + 1 {
		many[fmt.Sprint(i)] = json.RawMessage("1")
	}
	out := r.Apply(d, Change{Op: Answer, Seq: 1, Hidden: many})
	if out.Wrong["hidden"] == "" || text(r.Hidden) != "old=1" {
		t.Errorf("too many: %v, %s", out.Wrong, text(r.Hidden))
	}
	out = r.Apply(d, Change{Op: Answer, Seq: 2, Hidden: map[string]json.RawMessage{
		"good": json.RawMessage(`"x"`), "": json.RawMessage("1"), strings.Repeat("n", 129): json.RawMessage("1"), "big": json.RawMessage(`"` + strings.Repeat("x", 10_000) + `"`),
	}})
	if len(out.Wrong) != 3 || text(r.Hidden) != `good="x"` {
		t.Errorf("too long: %v, %s", out.Wrong, text(r.Hidden))
	}
	again := r.Apply(d, Change{Op: Answer, Seq: 2, Hidden: map[string]json.RawMessage{
		"good": json.RawMessage(`"x"`), "": json.RawMessage("1"), strings.Repeat("n", 129): json.RawMessage("1"), "big": json.RawMessage(`"` + strings.Repeat("x", 10_000) + `"`),
	}})
	if again.Changed || again.Conflict || len(again.Wrong) != 3 {
		t.Errorf("a retry: %+v", again)
	}
}

func TestDigestIsOfTheContent(t *testing.T) {
	t.Parallel()
	one := Change{Op: Answer, Seq: 1, Answers: map[string]json.RawMessage{"a": json.RawMessage(`{"other": "x"}`), "b": json.RawMessage("1")}, At: 1}
	same := Change{Op: Answer, Seq: 1, Answers: map[string]json.RawMessage{"b": json.RawMessage("1"), "a": json.RawMessage(`{"other":"x"}`)}, At: 2}
	if string(one.Digest()) != string(same.Digest()) {
		t.Error("white space, order or the moment of arrival change the digest")
	}
	seen := map[string]bool{string(one.Digest()): true}
	for _, c := range []Change{
		{Op: Dismiss, Seq: 1, Answers: one.Answers}, {Op: Answer, Seq: 2, Answers: one.Answers}, {Op: Answer, Seq: 1, Hidden: one.Answers},
		{Op: Answer, Seq: 1, Answers: one.Answers, Element: "x"}, {Op: Answer, Seq: 1, Answers: map[string]json.RawMessage{"a": json.RawMessage("not json")}},
	} {
		if seen[string(c.Digest())] {
			t.Errorf("%+v has the digest of another", c)
		}
		seen[string(c.Digest())] = true
	}
}
