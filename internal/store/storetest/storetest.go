// Package storetest holds storage engines to the contract of package store.
// An engine's own test opens the engine and calls Run; what it adds is only
// what the contract does not speak of.
package storetest

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/segment"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// Open gives an empty store that the test may use alone; it arranges for it to
// be closed.
type Open func(t *testing.T) store.Store

// Option changes what Run covers.
type Option func(*suite)

// Reopen adds what must hold after a restart: reopen closes s, which Open
// gave, and opens its data again.
func Reopen(reopen func(t *testing.T, s store.Store) store.Store) Option {
	return func(s *suite) { s.reopen = reopen }
}

type suite struct {
	open   Open
	reopen func(t *testing.T, s store.Store) store.Store
}

// Run runs the suite. Each test opens a store of its own.
func Run(t *testing.T, open Open, options ...Option) {
	s := &suite{open: open}
	for _, o := range options {
		o(s)
	}
	s.runAll(t, map[string]func(*testing.T, store.Store){
		"organizations are listed, oldest first":                        organizations,
		"a member is found by e-mail, which is theirs alone":            members,
		"projects are listed by name and found by id":                   projects,
		"a key leads to its project":                                    keys,
		"the configuration revision grows with projects and surveys":    configRevision,
		"a survey is found by id, key and code, as it was put":          surveys,
		"survey keys and codes are taken once":                          surveyKeys,
		"a publication is kept once in the change log":                  versions,
		"a contact is found as it was put":                              contacts,
		"contacts are listed, of their project alone":                   contactList,
		"an identifier stands for one contact, byte for byte":           identities,
		"a shared e-mail address means whom was seen last":              emails,
		"dropping an identifier removes that pair only":                 dropIdentity,
		"accounts and traits are found as they were put":                accountsAndTraits,
		"moving a contact moves everything and leaves nothing":          moveContact,
		"moving keeps one of two equal facts":                           moveTwice,
		"moving a contact to itself changes nothing":                    moveToItself,
		"an operation is recorded once":                                 operations,
		"an event is stored once":                                       events,
		"sessions are stored once and listed oldest first":              sessions,
		"events of a name are listed, of their contact alone":           eventList,
		"activity is told contact by contact, in the order of time":     activity,
		"activity streams over many pages, of a range of contacts":      activityStream,
		"a response is found as it was put":                             responses,
		"the last response is the one shown last on that channel":       lastResponse,
		"responses are listed newest first and filtered":                responseList,
		"responses stream over many pages, and inside one another":      responseStream,
		"counters sum buckets from a moment on":                         counters,
		"the outbox gives what is due, oldest first":                    outbox,
		"dropping from the outbox is by age and bounded":                dropOutbox,
		"tables are counted per project":                                counts,
		"another project's ids behave like ids that do not exist":       tenants,
		"a failed write leaves nothing":                                 rollback,
		"a failed write fails alone":                                    failsAlone,
		"a writer sees its own writes and nobody else's before its end": ownWrites,
		"a read sees one snapshot":                                      snapshot,
		"a read after a write sees it":                                  readYourWrites,
		"of many at once, exactly one stores an event or operation":     exactlyOnce,
		"concurrent additions to a counter are all kept":                concurrentCounts,
		"concurrent changes of a profile are not lost":                  concurrentProfiles,
		"an ended context stops a call before it starts":                endedContext,
		"statistics count closures and commits":                         stats,
		"a closed store refuses work":                                   closedStore,
		"a panic in a read is the caller's, and harms no other":         panicInRead,
		"a panic in a write undoes it and is told as a fault":           panicInWrite,
	})
	if s.reopen != nil {
		t.Run("what was written is there after reopening", func(t *testing.T) { t.Parallel(); s.durable(t) })
	}
}

func (s *suite) runAll(t *testing.T, tests map[string]func(*testing.T, store.Store)) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s.open(t))
		})
	}
}

// Moments with microseconds that no coarser clock keeps.
const (
	noon   contact.Micros = 1_790_000_000_123_456
	second contact.Micros = 1_000_000
	minute                = 60 * second
)

var ctx = context.Background()

func write(t *testing.T, s store.Store, fn func(w store.Writer) error) {
	t.Helper()
	if err := s.Write(ctx, fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func read(t *testing.T, s store.Store, fn func(r store.Reader) error) {
	t.Helper()
	if err := s.Read(ctx, fn); err != nil {
		t.Fatalf("read: %v", err)
	}
}

// do runs steps until one fails.
func do(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil {
		t.Errorf("got no error, want fault %s (%s)", code, kind)
		return
	}
	if f := fault.As(err); f.Kind != kind || f.Code != code {
		t.Errorf("got %v (kind %s), want fault %s (%s)", err, f.Kind, code, kind)
	}
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, show(got), show(want))
	}
}

// show is for people: cut short.
func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	const enough = 1000
	if len(b) > enough {
		return string(b[:enough]) + "..."
	}
	return string(b)
}

func newProject(name string) team.Project {
	return team.Project{
		ID: ident.New(), Organization: ident.New(), Name: name, Secret: "00ff", CreatedAt: noon.Time(),
		Settings: team.Settings{
			TimeZone: "Europe/Vienna", Identity: team.IdentityLog, AllowedOrigins: []string{"https://example.com"},
			Throttle: survey.Throttle{Views: 7, Per: survey.Span(time.Hour)}, PerContact: team.PerContact{Surveys: 2, Per: survey.Span(24 * time.Hour)},
		},
	}
}

func newProfile() *contact.Profile {
	return &contact.Profile{
		ID: ident.New(), UserID: "u-" + ident.New().String(), Email: "ada@example.com", Verified: true, SamplingID: 1<<63 + 5,
		Traits: contact.Traits{
			"plan":  {Type: contact.Text, Text: "pro"},
			"seats": {Type: contact.Integer, Int: 9007199254740993},
			"score": {Type: contact.Float, Float: 0.1},
			"admin": {Type: contact.Boolean, Bool: true},
			"since": {Type: contact.Date, Time: noon},
		},
		Account: ident.New(), FirstSeen: noon, LastSeen: noon + second, SessionStart: noon, Sessions: 3,
		Country: "AT", Locale: "de-AT", Device: "desktop", Page: "https://example.com/ä",
		Events:  map[string]*contact.EventCount{"saved": {Count: 2, First: noon, Last: noon + second, Days: []contact.DayCount{{Day: 20717, N: 2}}}},
		Surveys: map[ident.ID]*contact.SurveyTally{ident.New(): {Views: 1, FirstSeen: noon, LastSeen: noon}},
		Views:   1, LastView: noon, RecentViews: []contact.Micros{noon},
	}
}

func newResponse(owner, about ident.ID, shown contact.Micros) response.Response {
	return response.Response{
		ID: ident.New(), Contact: owner, Survey: about, Version: 3, Channel: "widget", Launch: "trigger", Seq: 4,
		Answers: map[string]json.RawMessage{"why": json.RawMessage(`"because of <ö> 😀"`), "score": json.RawMessage(`9`)},
		Hidden:  map[string]json.RawMessage{"plan": json.RawMessage(`"pro"`)},
		Element: "why", Tags: []string{"new", "ü"},
		FirstShown: shown, LastShown: shown, Shows: 1, FirstData: shown + 1, LastData: shown + 2,
		CompletedAt: shown + 3, DismissedAt: 0,
		URL: "https://example.com/", Locale: "de", Device: "mobile", Country: "AT", Inclusion: 0.25, Digest: []byte{0, 1, 255},
	}
}

func newSurvey(key, code string) survey.Survey {
	definition := survey.Definition{
		Language: "en", Channels: []survey.Channel{survey.Widget},
		Look: survey.Look{Accent: "#336699"},
		Audience: survey.Audience{Who: "identified", Conditions: segment.Condition{Leaf: &segment.Leaf{
			Source: segment.FromTrait, Name: "plan", Op: "is", Operands: []contact.Value{{Type: contact.Text, Text: "pro"}},
		}}},
		Trigger: survey.Trigger{Type: "delay", After: survey.Span(30 * time.Second)},
	}
	return survey.Survey{
		ID: ident.New(), Key: key, Code: code, Name: "Survey " + key, Status: survey.Published, Draft: definition,
		Publication: &survey.Publication{Version: 2, PublishedAt: (noon + 1).Time(), FirstAt: noon.Time(), Definition: definition},
		CreatedAt:   noon.Time(), UpdatedAt: (noon + 2).Time(),
	}
}
