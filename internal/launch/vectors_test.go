package launch

import (
	"cmp"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// The shared cases, as spec/vectors/launch.json writes them.

type vectorFile struct {
	Defaults struct {
		Now     time.Time
		Contact vectorContact
		At      vectorAt
	}
	Cases []vector
}

type vector struct {
	Says     string
	Settings team.Settings
	Survey   json.RawMessage
	Contact  json.RawMessage // null: never seen
	Visitor  struct {
		Anonymous    bool
		Verified     bool
		BadSignature bool   `json:"bad_signature"`
		SamplingID   uint64 `json:"sampling_id"`
	}
	At     json.RawMessage
	Counts map[string]int // "survey views", "project responses", ...
	Of     string
	Launch Launch

	Then      string
	Due       survey.Span
	Inclusion *float64
	Armed     json.RawMessage // absent: not said; null: not armed
	Repeat    string
	AskIn     *survey.Span `json:"ask_in"`
	Moved     *string      // entered, left, ""
}

type vectorContact struct {
	UserID        string                 `json:"user_id"`
	Email         string                 `json:"email"`
	FirstSeen     survey.Span            `json:"first_seen"`
	SessionStart  survey.Span            `json:"session_start"`
	Traits        map[string]any         `json:"traits"`
	AccountTraits map[string]any         `json:"account_traits"`
	Events        map[string]survey.Span `json:"events"`
	RecentViews   []survey.Span          `json:"recent_views"`
	Survey        *vectorHistory         `json:"survey"`
}

type vectorHistory struct {
	Views       int         `json:"views"`
	FirstSeen   survey.Span `json:"first_seen"` // default: last_seen
	LastSeen    survey.Span `json:"last_seen"`
	ThisSession bool        `json:"this_session"`
	Answered    int         `json:"answered"`
	Completed   int         `json:"completed"`
	Dismissed   int         `json:"dismissed"`
	Entered     survey.Span `json:"entered"`
}

type vectorAt struct {
	Channel survey.Channel
	URL     string
	Locale  string
	Country string
	Device  string
	Event   string
	Preview bool
	Debug   bool
}

var npsID = ident.MustParse("00000000-0000-4000-8000-000000000001")

func readVectors(t testing.TB) vectorFile {
	t.Helper()
	var f vectorFile
	readJSON(t, "../../spec/vectors/launch.json", &f)
	return f
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// scene is a case ready to be decided.
type scene struct {
	project *Project
	ref     string
	how     Launch
	visitor Visitor
	context Context
}

func (f vectorFile) scene(t testing.TB, v vector) scene {
	t.Helper()
	sc := scene{
		project: Compile(team.Project{Settings: v.Settings}, []survey.Survey{v.survey(t, f.Defaults.Now)}),
		ref:     cmp.Or(v.Of, "nps"),
		how:     cmp.Or(v.Launch, ByTrigger),
		visitor: Visitor{
			Anonymous: v.Visitor.Anonymous, Verified: v.Visitor.Verified,
			BadSignature: v.Visitor.BadSignature, SamplingID: v.Visitor.SamplingID,
		},
	}
	sc.visitor.Profile, sc.visitor.Account = v.contact(t, f)
	at := f.Defaults.At
	unmarshal(t, v.At, &at)
	sc.context = Context{
		Now: f.Defaults.Now, Channel: at.Channel, URL: at.URL, Locale: at.Locale, Country: at.Country,
		Device: at.Device, Event: at.Event, Preview: at.Preview, Debug: at.Debug,
		Counts: func(n Need) int {
			if n.Survey == npsID {
				return v.Counts["survey "+n.What]
			}
			return v.Counts["project "+n.What]
		},
	}
	return sc
}

func unmarshal(t testing.TB, raw json.RawMessage, into any) {
	t.Helper()
	if raw == nil {
		return
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

func (v vector) survey(t testing.TB, now time.Time) survey.Survey {
	t.Helper()
	s := survey.Survey{ID: npsID, Key: "nps", Status: survey.Published}
	unmarshal(t, v.Survey, &s.Draft)
	var state struct{ Status survey.Status }
	unmarshal(t, v.Survey, &state)
	s.Status = cmp.Or(state.Status, s.Status)
	if s.Status != survey.Draft {
		s.Publication = &survey.Publication{Version: 1, PublishedAt: now, FirstAt: now, Definition: s.Draft}
	}
	return s
}

func (v vector) contact(t testing.TB, f vectorFile) (*contact.Profile, *contact.Account) {
	t.Helper()
	if string(v.Contact) == "null" {
		return nil, nil
	}
	c := f.Defaults.Contact
	unmarshal(t, v.Contact, &c)
	ago := func(s survey.Span) contact.Micros { return contact.At(f.Defaults.Now.Add(-s.Duration())) }
	p := &contact.Profile{
		ID: ident.MustParse("00000000-0000-4000-8000-0000000000aa"), UserID: c.UserID, Email: c.Email,
		Traits: traits(t, c.Traits), FirstSeen: ago(c.FirstSeen), SessionStart: ago(c.SessionStart), Sessions: 2,
		Events: map[string]*contact.EventCount{}, Surveys: map[ident.ID]*contact.SurveyTally{},
	}
	for name, span := range c.Events {
		p.Events[name] = &contact.EventCount{Count: 1, First: ago(span), Last: ago(span)}
	}
	for _, span := range c.RecentViews {
		p.RecentViews = append(p.RecentViews, ago(span))
	}
	if h := c.Survey; h != nil {
		p.Surveys[npsID] = h.tally(p, ago)
	}
	return p, &contact.Account{Traits: traits(t, c.AccountTraits)}
}

func (h vectorHistory) tally(p *contact.Profile, ago func(survey.Span) contact.Micros) *contact.SurveyTally {
	tally := &contact.SurveyTally{
		Views: h.Views, Answered: h.Answered, Completed: h.Completed, Dismissed: h.Dismissed,
		FirstSeen: ago(cmp.Or(h.FirstSeen, h.LastSeen)), LastSeen: ago(h.LastSeen), LastSession: 1,
	}
	if h.ThisSession {
		tally.LastSession = p.SessionStart
	}
	if h.Entered != 0 {
		tally.Entered = ago(h.Entered)
	}
	return tally
}

func traits(t testing.TB, raw map[string]any) contact.Traits {
	t.Helper()
	all := contact.Traits{}
	for name, value := range raw {
		v, ok := contact.ParseValue(name, value)
		if !ok {
			t.Fatalf("trait %s: %v", name, value)
		}
		all[name] = v
	}
	return all
}

// problems lists what a scene does differently from what its case says.
func (v vector) problems(sc scene) []string {
	var all []string
	expect := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			all = append(all, what+": got "+text(got)+", want "+text(want))
		}
	}
	got := sc.project.Claim(sc.ref, sc.how, sc.visitor, sc.context)
	reason := string(got.Reason)
	if got.Granted {
		reason = "granted"
	}
	expect("then", reason, v.Then)
	if v.Due != 0 {
		expect("due", got.Due.Time(), sc.context.Now.Add(v.Due.Duration()))
	}
	if v.Inclusion != nil {
		expect("inclusion", got.Inclusion, *v.Inclusion)
	}
	v.armed(sc, expect)
	return all
}

func (v vector) armed(sc scene, expect func(what string, got, want any)) {
	armed := sc.project.Arm(sc.visitor, sc.context)
	if v.Armed != nil && string(v.Armed) == "null" {
		expect("armed", armed.Entries, []Entry(nil))
	} else if v.Armed != nil {
		var want Watch
		_ = json.Unmarshal(v.Armed, &want)
		expect("armed", watched(armed.Entries), []Watch{want})
	}
	if v.Repeat != "" && len(armed.Entries) == 1 {
		expect("repeat", armed.Entries[0].Repeat, v.Repeat)
	}
	if v.AskIn != nil {
		expect("ask_in", armed.AskIn, v.AskIn.Duration())
	}
	if v.Moved != nil {
		expect("moved", moves(armed.Moved), *v.Moved)
	}
}

func watched(entries []Entry) []Watch {
	var all []Watch
	for _, e := range entries {
		all = append(all, e.Trigger)
	}
	return all
}

func moves(moved []Move) string {
	switch {
	case len(moved) == 0:
		return ""
	case moved[0].Entered == 0:
		return "left"
	}
	return "entered"
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func TestSharedCases(t *testing.T) {
	t.Parallel()
	f := readVectors(t)
	if len(f.Cases) < 90 {
		t.Fatalf("only %d cases", len(f.Cases))
	}
	for _, v := range f.Cases {
		t.Run(v.Says, func(t *testing.T) {
			t.Parallel()
			for _, problem := range v.problems(f.scene(t, v)) {
				t.Error(problem)
			}
		})
	}
}

// Each gate must matter: with it switched off, some case comes out wrong.
func TestEveryGateIsNeededBySomeCase(t *testing.T) {
	t.Parallel()
	f := readVectors(t)
	for i := range gates {
		t.Run(string(gates[i].reason), func(t *testing.T) {
			t.Parallel()
			noticed := slices.ContainsFunc(f.Cases, func(v vector) bool {
				sc := f.scene(t, v)
				sc.project.switchOff(i)
				return len(v.problems(sc)) > 0
			})
			if !noticed {
				t.Error("no case notices that this gate is switched off")
			}
		})
	}
}

func (p *Project) switchOff(gate int) {
	p.missing.gates &^= 1 << gate
	for _, s := range p.byID {
		s.gates &^= 1 << gate
	}
}

// Which launches pass a gate matters as much as the gate.
func TestEveryGatesForceIsNeededBySomeCase(t *testing.T) {
	t.Parallel()
	f := readVectors(t)
	for i, g := range gates {
		t.Run(string(g.reason), func(t *testing.T) {
			t.Parallel()
			forced := slices.ContainsFunc(f.Cases, func(v vector) bool {
				if v.Launch != Forced {
					return false
				}
				sc := f.scene(t, v)
				d := open(sc.project, ByTrigger, sc.visitor, sc.context)
				defer d.close()
				s := sc.project.find(sc.ref)
				return d.run(s, 1<<i) != allPassed && (v.Then == "granted") == g.forced
			})
			if !forced {
				t.Error("no case forces a launch past, or against, this gate")
			}
		})
	}
}

// The explanation is the live decision, told gate by gate.
func TestExplanationsAgreeWithDecisions(t *testing.T) {
	t.Parallel()
	f := readVectors(t)
	for _, v := range f.Cases {
		t.Run(v.Says, func(t *testing.T) {
			t.Parallel()
			sc := f.scene(t, v)
			e := sc.project.ExplainOne(sc.ref, sc.how, sc.visitor, sc.context)
			if got, want := e.Verdict, sc.project.Claim(sc.ref, sc.how, sc.visitor, sc.context); got != want {
				t.Errorf("explained %+v, decided %+v", got, want)
			}
			if got, want := e.Armed, len(sc.project.Arm(sc.visitor, sc.context).Entries) == 1; got != want && v.Of == "" {
				t.Errorf("explained as armed %t, armed %t", got, want)
			}
			checkSteps(t, e)
		})
	}
}

func checkSteps(t *testing.T, e Explanation) {
	t.Helper()
	failed := slices.IndexFunc(e.Gates, func(s Step) bool { return s.Outcome != Passed })
	if e.Granted != (failed < 0) {
		t.Fatalf("granted %t, first step not passed %d", e.Granted, failed)
	}
	for i, step := range e.Gates {
		want := Passed
		if failed >= 0 && i == failed {
			want = Failed
		} else if failed >= 0 && i > failed {
			want = NotReached
		}
		if step.Outcome != want || (step.Detail == "") != (want == NotReached) {
			t.Errorf("step %d is %+v, want it %s", i, step, want)
		}
	}
	if failed >= 0 && (e.Gates[failed].Gate != e.Reason || e.Message() == "") {
		t.Errorf("failed at %+v, reason %q, message %q", e.Gates[failed], e.Reason, e.Message())
	}
}
