package segment_test

import (
	"encoding/json"
	"strings"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/segment"
)

func TestExplainSources(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	tests := []struct{ condition, want, got string }{
		{`{"meta":"first_seen","op":"before","value":"2026-04-01"}`, "first seen is before 2026-04-01", "2026-03-01T09:00:00Z"},
		{`{"meta":"country","op":"is","value":"DE"}`, `country is "DE"`, `"AT"`},
		{`{"event":"deleted_project"}`, "event deleted_project at least once", "never"},
		{`{"event":"exported","did":false}`, "not: event exported at least once", "once"},
		{`{"event":"invoice_sent","times":{"op":">=","value":3},"within":"30d"}`, "event invoice_sent at least 3 times in the last 30 days", "3 times"},
		{`{"event":"invoice_sent","times":{"op":"=","value":1},"within":"1d"}`, "event invoice_sent exactly once since yesterday", "once"},
		{`{"event":"invoice_sent","within":"session"}`, "event invoice_sent at least once in this session", "once"},
		{`{"event":"invoice_sent","after":"2026-04-01","before":"2026-05-01"}`, "event invoice_sent at least once after 2026-04-01 before 2026-05-01", "once"},
		{`{"event":"invoice_sent","where":{"all":[{"property":"amount","op":">","value":100},{"not":{"property":"currency","op":"is","value":"USD"}}]}}`,
			`event invoice_sent at least once where (amount > 100 and not currency is "USD")`, "once"},
		{`{"survey":"nps","did":"completed","within":"30d"}`, "completed survey nps in the last 30 days", "last 2026-04-20T10:02:00Z"},
		{`{"survey":"ces","did_not":"seen"}`, "not: seen survey ces", "never"},
		{`{"survey":"gone","did":"seen"}`, "seen survey gone", "no such survey"},
		{`{"answer":"recommend","survey":"nps","op":"<=","value":6}`, "answer recommend of survey nps <= 6", "6"},
		{`{"answer":"features","survey":"nps","op":"is","value":"api"}`, `answer features of survey nps is "api"`, `"reports", "api"`},
		{`{"answer":"team_size","survey":"nps","op":"is_set"}`, "answer team_size of survey nps is set", "not answered"},
		{`{"segment":"pros","op":"is"}`, "is in segment pros", "in it"},
		{`{"segment":"lost","op":"is_not"}`, "is not in segment lost", "not in it"},
		{`{"segment":"gone","op":"is"}`, "is in segment gone", "no such segment"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			c := mustDecode(t, tt.condition)
			s := v.subject(t, conditionRow{Contact: "ada", Now: v.Now, Zone: v.Zone}, c)
			if e := segment.Explain(c, v.names(), s); e[0].Want != tt.want || e[0].Got != tt.got {
				t.Errorf("wants %q, got %q; should say %q, %q", e[0].Want, e[0].Got, tt.want, tt.got)
			}
		})
	}
	c := mustDecode(t, `{"meta":"country","op":"is","value":"DE"}`)
	if e := segment.Explain(c, segment.Names{}, &segment.Subject{}); e[0].Got != "not known" {
		t.Errorf("nobody: %+v", e)
	}
}

// What is lost after saving makes a leaf false or a negation true; what leads
// in circles or cannot be read stays refused.
func TestCompileMeetsWhatWasLost(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	names := v.names()
	lookup := names.Segment
	names.Segment = func(key string) (segment.Condition, bool) {
		if key == "broken" {
			return segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "rhymes with"}}, true
		}
		return lookup(key)
	}
	for key, compiles := range map[string]bool{"gone": true, "lost": true, "hen": false, "farm": false, "step_1": false, "step_2": true, "broken": false} {
		_, err := segment.Compile(mustDecode(t, `{"segment":"`+key+`","op":"is"}`), names)
		if (err == nil) != compiles || err != nil && !fault.Is(err, "condition_invalid") {
			t.Errorf("%s: %v", key, err)
		}
	}
	err := segment.Resolve(mustDecode(t, `{"not":{"segment":"broken","op":"is"}}`), names, "c")
	if says := fault.As(err).Fields["c.not.segment"]; !strings.Contains(says, `"broken" cannot be read`) {
		t.Errorf("%v: %q", err, says)
	}
}

func TestDerive(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	where := `{"event":"invoice_sent","where":{"property":"amount","op":">","value":100}%s}`
	c := mustDecode(t, `{"any":[`+strings.ReplaceAll(where, "%s", "")+`,{"not":`+strings.ReplaceAll(where, "%s", `,"within":"3d"`)+`},
		{"event":"other","where":{"property":"amount","op":">","value":100}},{"event":"invoice_sent"},
		{"segment":"large_invoices","op":"is_not"},{"segment":"large_invoices","op":"is"},{"segment":"gone","op":"is"},{"segment":"hen","op":"is"}]}`)
	all := segment.Derive(c, v.names())
	if len(all) != 3 {
		t.Fatalf("%d conditions on properties, want each once and that of the segment: %+v", len(all), all)
	}
	keys := map[string]bool{}
	for _, d := range all {
		keys[d.Key] = true
		hash, ok := strings.CutPrefix(d.Key, d.Event+"\x00")
		if !ok || len(hash) != 16 {
			t.Errorf("key %q of event %q", d.Key, d.Event)
		}
	}
	if len(keys) != 3 {
		t.Errorf("keys %v", keys)
	}
	if !all[0].Holds(traits(t, json.RawMessage(`{"amount":101}`))) || all[0].Holds(traits(t, json.RawMessage(`{"amount":100}`))) || all[0].Holds(nil) {
		t.Error("the condition on the amount is another one")
	}
}

// Days in a where are those of UTC: a count cannot change with a project's
// time zone.
func TestDaysOfPropertiesAreUTC(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, `{"event":"x","where":{"property":"due_at","op":"before","value":"2026-05-02"}}`)
	holds := segment.Derive(c, segment.Names{})[0].Holds
	at := func(s string) contact.Traits { return traits(t, json.RawMessage(`{"due_at":"`+s+`"}`)) }
	if !holds(at("2026-05-01T23:59:59Z")) || holds(at("2026-05-02T00:00:01Z")) {
		t.Error("days are counted elsewhere")
	}
}

func TestIsLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		locale, wanted string
		is             bool
	}{
		{"de", "de", true}, {"de-AT", "de", true}, {"de", "de-AT", false}, {"DE_at", "de-AT", true}, {"den", "de", false},
		{"", "de", false}, {"de", "", false}, {"zh-Hant-TW", "zh-hant", true}, {"é", "é", true},
	} {
		if got := segment.IsLanguage(tt.locale, tt.wanted); got != tt.is {
			t.Errorf("%q is %q: %v", tt.locale, tt.wanted, got)
		}
	}
}
