package survey

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"earshot/internal/fault"
)

const everything = `{"language":"en","channels":["widget","page"],"elements":[
 {"id":"recommend","type":"nps","question":"Recommend?","required":true,"trait":"nps","low_label":"No","auto_advance":false},
 {"id":"branch","type":"logic","rules":[{"when":{"all":[{"answer":"recommend","op":"<=","value":6},{"hidden":"plan","op":"is_one_of","value":["pro",1]}]},"goto":"why"}],"otherwise":"end"},
 {"id":"why","type":"single_choice","question":"Why <b> & \"c\"?","options":[{"value":"a","label":"A"},{"value":"b"}],"other":"Else","account_trait":"reason"},
 {"id":"zero","type":"rating","question":"From zero","start":0,"points":11,"style":"numbers"},
 {"id":"go","type":"redirect","url":"https://example.com/?a=1&b=2","after":"5s"}],
 "look":{"layout":"modal","radius":0,"backdrop":false},"audience":{"who":"identified","sample":0,"countries":["AT"]},
 "trigger":{"type":"delay","after":"2w","since":"first_seen"},"pages":{"exclude":[{"op":"path_starts_with","value":"/checkout"}],"delay":"3s"},
 "schedule":{"start":"2026-01-01T00:00:00Z"},"recurrence":{"repeat":"every","every":"90d"},
 "limits":{"responses":500,"throttle":{"views":10,"per":"1h"}},"priority":-3,"whole_only":true,"page_reopens":"3h"}`

func TestDecodeKeepsEverything(t *testing.T) {
	t.Parallel()
	d, err := Decode([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	if wrong := d.Problems(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	raw, err := marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if !sameJSON(t, raw, []byte(everything)) {
		t.Errorf("written again it is\n%s", raw)
	}
	again, err := Decode(raw)
	if err != nil || !again.Equal(d) {
		t.Errorf("read again it differs: %v", err)
	}
	copied, err := d.Clone()
	if err != nil || !copied.Equal(d) {
		t.Errorf("a clone differs: %v", err)
	}
	copied.Elements[2].Options.(*SingleChoice).Options[0].Label = "changed"
	if copied.Equal(d) {
		t.Error("a clone shares options")
	}
}

func TestDecodeNamesEveryPath(t *testing.T) {
	t.Parallel()
	tests := []struct{ rule, json, path, expected string }{
		{"unknown field", `{"elements":[],"colour":"red"}`, "colour", "no such field"},
		{"unknown field of an element", `{"elements":[{"id":"a","type":"nps","points":5}]}`, "elements[0].points", "no such field"},
		{"a field in another spelling", `{"elements":[{"id":"a","type":"nps","lowLabel":"x"}]}`, "elements[0].lowLabel", "low_label"},
		{"letter case counts", `{"Elements":[]}`, "Elements", "did you mean elements"},
		{"repeated field", `{"elements":[],"language":"en","language":"de"}`, "language", "once"},
		{"repeated field of an element", `{"elements":[{"id":"a","id":"b","type":"nps"}]}`, "elements[0].id", "once"},
		{"text for a number", `{"elements":[{"id":"a","type":"ces","points":"5"}]}`, "elements[0].points", "whole number"},
		{"fraction for a whole number", `{"elements":[{"id":"a","type":"ces","points":5.5}]}`, "elements[0].points", "whole number"},
		{"number too large", `{"elements":[],"priority":9999999999}`, "priority", "whole number"},
		{"number for a text", `{"elements":[{"id":"a","type":"nps","question":5}]}`, "elements[0].question", "a text"},
		{"text for true", `{"elements":[{"id":"a","type":"nps","required":"yes"}]}`, "elements[0].required", "true or false"},
		{"object for a list", `{"elements":{}}`, "elements", "a list"},
		{"list for an object", `{"elements":[],"look":[]}`, "look", "an object"},
		{"text for an element", `{"elements":["nps"]}`, "elements[0]", "an object"},
		{"null", `{"elements":[],"look":null}`, "look", "leave the field out"},
		{"null in a list", `{"elements":[null]}`, "elements[0]", "leave the field out"},
		{"null for a type", `{"elements":[{"type":null}]}`, "elements[0].type", "one of nps"},
		{"unknown element type", `{"elements":[{"id":"a","type":"quiz"}]}`, "elements[0].type", "one of nps"},
		{"no element type", `{"elements":[{"id":"a"}]}`, "elements[0].type", "one of nps"},
		{"span without unit", `{"elements":[],"pages":{"delay":"3"}}`, "pages.delay", "a whole number and a unit"},
		{"number for a span", `{"elements":[],"pages":{"delay":3}}`, "pages.delay", "a text"},
		{"not a moment", `{"elements":[],"schedule":{"start":"tomorrow"}}`, "schedule.start", "a moment"},
		{"within a rule", `{"elements":[{"id":"l","type":"logic","rules":[{"when":{"any":[{"answr":"x"}]},"goto":"end"}]}]}`, "elements[0].rules[0].when.any[0].answr", "no such field"},
		{"object as operand", `{"elements":[{"id":"l","type":"logic","rules":[{"when":{"value":{}},"goto":"end"}]}]}`, "elements[0].rules[0].when.value", "a text, a number"},
		{"object in a list of operands", `{"elements":[{"id":"l","type":"logic","rules":[{"when":{"value":["a",{}]},"goto":"end"}]}]}`, "elements[0].rules[0].when.value[1]", "a text, a number"},
		{"NUL", `{"elements":[{"id":"a","type":"nps","question":"a\u0000"}]}`, "elements[0].question", "control characters"},
		{"lone surrogate", `{"elements":[{"id":"a","type":"nps","question":"a\ud800"}]}`, "elements[0].question", "half characters"},
		{"not an object", `[]`, "survey", "an object"},
		{"condition", `{"elements":[],"audience":{"conditions":{"all":[{"trait":"plan","op":"resembles","value":"x"}]}}}`, "audience.conditions", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			_, err := Decode([]byte(test.json))
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Code != "survey_invalid" {
				t.Fatalf("got %v", err)
			}
			for path, expected := range f.Fields {
				if (path == test.path || test.expected == "" && strings.HasPrefix(path, test.path)) && strings.Contains(expected, test.expected) {
					return
				}
			}
			t.Errorf("got %v, want %s: %s", f.Fields, test.path, test.expected)
		})
	}
}

func TestDecodeCollectsAll(t *testing.T) {
	t.Parallel()
	_, err := Decode([]byte(`{"elements":[{"type":"ces","points":"5","x":1},{"type":"what"}],"look":{"radius":"big"}}`))
	if f := fault.As(err); len(f.Fields) != 4 || !strings.Contains(f.Message, "and 3 more") {
		t.Errorf("got %v %v", f.Message, f.Fields)
	}
}

func TestDecodeRefusesWhatIsNoDocument(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "{", `{"elements":[]} x`, "{\"elements\":[],\"language\":\"\xff\"}", "nope"} {
		if _, err := Decode([]byte(raw)); !fault.Is(err, "survey_invalid") {
			t.Errorf("%q: got %v", raw, err)
		}
	}
	if _, err := Decode(make([]byte, MaxDefinition+1)); !fault.Is(err, "survey_too_large") {
		t.Errorf("too large: got %v", err)
	}
}

func TestUnknownTypeIsNotLostWhenStored(t *testing.T) {
	t.Parallel()
	var e Element
	if err := e.UnmarshalJSON([]byte(`{"id":"a","type":"hologram","depth":3}`)); err == nil {
		t.Error("a type of a later version was read and would lose its options")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`{"elements":[{"id":"a","type":"csat","labels":["x",null]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Decode(raw)
		if err != nil {
			if f := fault.As(err); f.Kind == fault.Internal {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		d.Problems()
		d.Path(nil, nil, "v")
		d.ForBrowser(Survey{}, 1, Widget, Known(nil, nil))
		written, err := marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(written)
		if err != nil || !again.Equal(d) {
			t.Fatalf("%s does not survive: %v", written, err)
		}
	})
}

func FuzzCheckAnswers(f *testing.F) {
	f.Add([]byte(`{"recommend":9,"why":{"other":"x"},"go":null}`))
	d, err := Decode([]byte(everything))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var answers Answers
		if json.Unmarshal(raw, &answers) != nil {
			return
		}
		kept, wrong := d.CheckAnswers(answers)
		if len(kept)+len(wrong) != len(answers) {
			t.Fatal("an answer was lost")
		}
		again, wrong := d.CheckAnswers(kept)
		if len(wrong) > 0 {
			t.Fatalf("what was kept is refused: %v", wrong)
		}
		for id := range kept {
			if string(again[id]) != string(kept[id]) {
				t.Fatalf("%s is stored as %s the second time", kept[id], again[id])
			}
		}
		d.OnPath(kept, answers, "v")
	})
}
