package launch

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/team"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// published makes a survey; n gives it its uuid.
func published(n byte, key string, first time.Time, d survey.Definition) survey.Survey {
	return survey.Survey{
		ID: ident.ID{15: n}, Key: key, Status: survey.Published, Draft: d,
		Publication: &survey.Publication{Version: 1, PublishedAt: noon, FirstAt: first, Definition: d},
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	early, late := noon.Add(-48*time.Hour), noon.Add(-24*time.Hour)
	p := Compile(team.Project{}, []survey.Survey{
		published(5, "late", late, survey.Definition{}),
		published(4, "early", early, survey.Definition{}),
		published(3, "early-smaller-uuid", early, survey.Definition{}),
		published(2, "low", early, survey.Definition{Priority: -1}),
		published(1, "high", late, survey.Definition{Priority: 7}),
		{ID: ident.ID{15: 9}, Key: "draft", Status: survey.Draft, Draft: survey.Definition{Priority: 99}},
	})
	want := []string{"high", "early-smaller-uuid", "early", "late", "low"}
	var got []string
	for _, e := range p.Arm(Visitor{}, Context{Now: noon}).Entries {
		got = append(got, e.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for i, s := range p.Live() {
		if s.Key != want[i] {
			t.Errorf("Live lists %q at %d, want %q", s.Key, i, want[i])
		}
	}
}

func TestExplainNamesTheWinner(t *testing.T) {
	t.Parallel()
	p := Compile(team.Project{}, []survey.Survey{
		published(1, "waiting", noon, survey.Definition{Priority: 9, Trigger: survey.Trigger{Type: "event", Event: "exported"}}),
		published(2, "winner", noon, survey.Definition{Priority: 5}),
		published(3, "second", noon, survey.Definition{}),
		published(4, "off", noon, survey.Definition{Channels: []survey.Channel{survey.Embed}}),
		published(5, "third", noon.Add(time.Hour), survey.Definition{}),
	})
	want := map[string]struct {
		reason Reason
		winner string
		armed  bool
		last   Step
	}{
		"waiting": {TriggerNotFired, "", true, Step{Gate: Outranked, Outcome: NotReached}},
		"winner":  {"", "", true, Step{Gate: Outranked, Outcome: Passed, Detail: "no survey that may be shown takes precedence"}},
		"second":  {Outranked, "winner", true, Step{Gate: Outranked, Outcome: Failed, Detail: `"winner" goes first: priority 5, this one 0`}},
		"off":     {ChannelOff, "", false, Step{Gate: Outranked, Outcome: NotReached}},
		"third":   {Outranked, "winner", true, Step{Gate: Outranked, Outcome: Failed, Detail: `"winner" goes first: priority 5, this one 0`}},
	}
	all := p.Explain(Visitor{}, Context{Now: noon})
	if len(all) != len(want) {
		t.Fatalf("got %d explanations", len(all))
	}
	for _, e := range all {
		w, last := want[e.Key], e.Gates[len(e.Gates)-1]
		if e.Reason != w.reason || e.Winner != w.winner || e.Armed != w.armed || !reflect.DeepEqual(last, w.last) || e.Granted != (w.reason == "") {
			t.Errorf("%s: got %q, winner %q, armed %t, last %+v; want %+v", e.Key, e.Reason, e.Winner, e.Armed, last, w)
		}
	}
}

func TestEntriesOnTheWire(t *testing.T) {
	t.Parallel()
	p := Compile(team.Project{}, []survey.Survey{published(1, "nps", noon, survey.Definition{
		Trigger: survey.Trigger{Type: "page", After: survey.Span(2 * time.Second), Pages: []survey.PageRule{{Op: "contains", Value: "a"}}},
		Pages:   survey.Pages{Allow: []survey.PageRule{{Op: "path_equals", Value: "/a"}}, Delay: survey.Span(3 * time.Second)},
	})})
	got, err := json.Marshal(p.Arm(Visitor{}, Context{Now: noon}).Entries)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"survey":"00000000-0000-0000-0000-000000000001","key":"nps",` +
		`"trigger":{"type":"page","delay_ms":2000,"pages":[{"op":"contains","value":"a"}]},` +
		`"pages":{"allow":[{"op":"path_equals","value":"/a"}],"exclude":[],"delay_ms":3000},"repeat":"once"}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Only what is compared with a limit has to be read before a decision.
func TestNeededCounts(t *testing.T) {
	t.Parallel()
	day := survey.Span(24 * time.Hour)
	surveys := []survey.Survey{
		published(1, "free", noon, survey.Definition{}),
		published(2, "limited", noon, survey.Definition{Limits: survey.Limits{Responses: 5, Throttle: survey.Throttle{Views: 3, Per: day}}}),
		{ID: ident.ID{15: 3}, Key: "draft", Status: survey.Draft, Draft: survey.Definition{Limits: survey.Limits{Responses: 5}}},
	}
	if got := Compile(team.Project{}, surveys[:1]).NeededCounts(); got != nil {
		t.Errorf("without limits: got %v", got)
	}
	p := Compile(team.Project{Settings: team.Settings{Throttle: survey.Throttle{Responses: 9, Per: day}}}, surveys)
	project := Need{ident.None, Responses, 24 * time.Hour}
	views, responses := Need{ident.ID{15: 2}, Views, 24 * time.Hour}, Need{ident.ID{15: 2}, Responses, 0}
	if got := p.NeededCounts(); !slices.Equal(got, []Need{views, responses, project}) {
		t.Errorf("all: got %v", got)
	}
	if got := p.NeededFor("free"); !slices.Equal(got, []Need{project}) {
		t.Errorf("free: got %v", got)
	}
	asked := map[Need]bool{}
	p.Arm(Visitor{}, Context{Now: noon, Counts: func(n Need) int { asked[n] = true; return 0 }})
	if len(asked) != 3 || !asked[views] || !asked[responses] || !asked[project] {
		t.Errorf("asked for %v", asked)
	}
}

func TestAskInIsTheSoonest(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) survey.Definition {
		start := noon.Add(d)
		return survey.Definition{Schedule: survey.Schedule{Start: &start}}
	}
	p := Compile(team.Project{}, []survey.Survey{
		published(1, "b", noon, in(3*time.Hour)), published(2, "a", noon, in(90*time.Minute+time.Millisecond)), published(3, "c", noon, in(72*time.Hour)),
	})
	if got, want := p.Arm(Visitor{}, Context{Now: noon}).AskIn, 90*time.Minute+time.Second; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A profile is shared between readers: deciding must leave it alone.
func TestAnonymousModeLeavesTheProfileAlone(t *testing.T) {
	t.Parallel()
	profile := &contact.Profile{UserID: "u1", Email: "a@b.example", Traits: contact.Traits{"plan": contact.TextValue("pro")}}
	before := profile.Clone()
	p, v := workload(3)
	v.Profile, v.Anonymous = profile, true
	p.Arm(v, Context{Now: noon})
	if fmt.Sprint(before) != fmt.Sprint(profile) || profile.UserID != "u1" || profile.Traits["plan"].Text != "pro" {
		t.Error("the profile was changed")
	}
}

// A condition that many surveys share is evaluated once.
func TestConditionsAreShared(t *testing.T) {
	t.Parallel()
	p, _ := workload(100)
	if got := len(p.parts); got > 50 {
		t.Errorf("100 surveys over a pool of 50 conditions compile to %d", got)
	}
}

func TestParseLaunch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Launch{"": ByTrigger, "trigger": ByTrigger, "manual": Manual, "forced": Forced} {
		if got, ok := ParseLaunch(text); got != want || !ok {
			t.Errorf("%q: got %q, %t", text, got, ok)
		}
	}
	if _, ok := ParseLaunch("FORCED"); ok {
		t.Error("an unknown launch is accepted")
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	for _, g := range gates {
		if g.reason.Message() == "" {
			t.Errorf("%s has no message", g.reason)
		}
	}
	rules, err := os.ReadFile("../../docs/rules/launch.md")
	if err != nil {
		t.Fatal(err)
	}
	for reason := range messages {
		if !strings.Contains(string(rules), "`"+string(reason)+"`") {
			t.Errorf("docs/rules/launch.md does not say what %s means", reason)
		}
	}
	if len(messages) != len(gates)+1 || Outranked.Message() == "" {
		t.Errorf("%d messages for %d gates and outranked", len(messages), len(gates))
	}
}
