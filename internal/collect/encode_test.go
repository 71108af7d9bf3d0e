package collect

import (
	"encoding/json"
	"testing"
	"time"

	"earshot/internal/app"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/survey"
)

// What is appended by hand reads exactly as encoding/json would write it.
func TestAppendedAsEncodingJSONWouldWriteIt(t *testing.T) {
	t.Parallel()
	odd := "a\"b\\c<d>&e\u2028é\x01\t/😀"
	rules := []survey.PageRule{{Op: "path_starts_with", Value: "/a"}, {Op: "regex", Value: odd}}
	entries := []launch.Entry{
		{Survey: uid1, Key: "nps", Trigger: launch.Watch{Type: "now"}, Repeat: "once"},
		{Survey: uid2, Key: odd, Trigger: launch.Watch{Type: "event", Name: odd}, Repeat: "trigger",
			Pages: &launch.Where{Allow: []survey.PageRule{}, Exclude: rules, DelayMS: 3000}},
		{Trigger: launch.Watch{Type: "page", Pages: rules, DelayMS: 1}, Pages: &launch.Where{Allow: rules, Exclude: []survey.PageRule{}}},
	}
	want, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	if got := appendArmed(nil, entries); string(got) != string(want) {
		t.Errorf("entries\n got %s\nwant %s", got, want)
	}
	for _, r := range []app.Result{
		{UID: ident.MustParse(uid1), Status: app.OK},
		{Status: app.Refused},
		{UID: ident.MustParse(uid1), Status: app.Refused, Reason: odd, Message: odd, Fields: map[string]string{odd: odd}, Due: 1},
		{UID: ident.MustParse(uid1), Status: app.OK, View: ident.MustParse(uid2), Seq: 3, Survey: &survey.BrowserSurvey{Key: odd},
			Answers: map[string]json.RawMessage{"a": json.RawMessage(`"x"`)}},
	} {
		now := time.Unix(1, 0)
		want, err := json.Marshal(encodeResult(r, now))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := appendResult(nil, r, now); err != nil || string(got) != string(want) {
			t.Errorf("result\n got %s %v\nwant %s", got, err, want)
		}
	}
}

func TestRefusedOperationsStandInTheirPlaces(t *testing.T) {
	t.Parallel()
	ok := app.Result{UID: ident.MustParse(uid1), Status: app.OK}
	no := app.Result{UID: ident.MustParse(uid2), Status: app.Refused, Reason: "no"}
	b, err := appendAnswer(nil, app.Answer{Results: []app.Result{ok, ok}}, map[int]app.Result{0: no, 2: no, 4: no}, time.Unix(1, 0))
	var got struct{ Results []struct{ Status string } }
	if err != nil || json.Unmarshal(b, &got) != nil || len(got.Results) != 5 {
		t.Fatalf("%s %v", b, err)
	}
	for i, want := range []string{"refused", "ok", "refused", "ok", "refused"} {
		if got.Results[i].Status != want {
			t.Errorf("result %d is %s, want %s", i, got.Results[i].Status, want)
		}
	}
}

func TestAnonymousIDs(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"6f1c2d3e-0000-4000-8000-00000000000a": true, "AZaz09_-": true, "short-7": false, "": false,
		"anon 0001": false, "änon-0001": false, "anon.0001": false,
		string(make([]byte, 65)): false, "0123456789012345678901234567890123456789012345678901234567890123": true,
		"01234567890123456789012345678901234567890123456789012345678901234": false,
	} {
		if isAnonymousID(id) != ok {
			t.Errorf("%q: want %t", id, ok)
		}
	}
}
