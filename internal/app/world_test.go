package app

import (
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/store/sqlite"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// world is a server's inside on a real SQLite file with a clock of its own.
type world struct {
	t       *testing.T
	app     *App
	store   store.Store
	project team.Project

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T, settings team.Settings, surveys ...survey.Survey) *world {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, store: s, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w.app = New(s, w.clock, slog.New(slog.DiscardHandler))
	made, err := w.app.SetUp(t.Context(), Setup{Email: "ada@example.com", Project: "Test", Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	w.put(made.ProjectUUID, surveys...)
	if w.project, err = w.app.FindProject(t.Context(), "Test"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) put(project ident.ID, surveys ...survey.Survey) {
	w.t.Helper()
	err := w.store.Write(w.t.Context(), func(tx store.Writer) error {
		for _, s := range surveys {
			if err := w.app.putSurvey(w.t.Context(), tx, project, s, "test"); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = w.app.Refresh(w.t.Context())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// published gives a published survey with a definition in JSON.
func published(t *testing.T, key, definition string) survey.Survey {
	t.Helper()
	def, err := survey.Decode([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	s := survey.Survey{ID: ident.Derived(ident.None, key), Key: key, Name: key, Code: "code-" + key, Draft: def}
	if _, err := s.Publish(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return s
}

const npsOnly = `{"elements":[{"id":"score","type":"nps","question":"How likely?","required":true},{"id":"why","type":"long_text","question":"Why?"},{"id":"thanks","type":"thank_you","question":"Thanks"}]}`

// visitor is a browser: an anonymous id and what it says to be.
type visitor struct {
	w   *world
	who Who
}

func (w *world) visitor(anonymousID string) *visitor {
	return &visitor{w: w, who: Who{AnonymousID: anonymousID}}
}

func (v *visitor) send(ops ...Op) Answer {
	v.w.t.Helper()
	a, err := v.trySend(ops...)
	if err != nil {
		v.w.t.Fatal(err)
	}
	return a
}

func (v *visitor) trySend(ops ...Op) (Answer, error) {
	return v.w.app.Sync(v.w.t.Context(), Batch{
		Project: v.w.project.ID, Who: v.who, Ask: true, Ops: ops,
		At: Where{URL: "https://app.example.com/plan?x=1", Locale: "en", Device: "desktop", Channel: survey.Widget},
	})
}

func (v *visitor) identify(id, email string, traits ...any) Answer {
	v.w.t.Helper()
	set := contact.Traits{}
	for i := 0; i+1 < len(traits); i += 2 {
		value, ok := contact.ParseValue(traits[i].(string), traits[i+1])
		if !ok {
			v.w.t.Fatalf("trait %v", traits[i])
		}
		set[traits[i].(string)] = value
	}
	a := v.send(op(OpIdentify, Op{Who: Who{ID: id, Email: email, Signature: v.who.Signature}, Given: contact.Given{Set: set}}))
	if a.Results[0].Status == OK {
		v.who.ID, v.who.Email = id, email
	}
	return a
}

func (v *visitor) reset() { v.who = Who{AnonymousID: v.who.AnonymousID}; v.send() }

// op gives an operation an id and digest of its own.
func op(kind OpKind, o Op) Op {
	o.Kind, o.UID = kind, ident.New()
	o.Digest = o.UID[:]
	return o
}

func track(name string) Op { return op(OpTrack, Op{Name: name}) }

func view(key string, how launch.Launch) Op { return op(OpView, Op{Survey: key, Launch: how}) }

// contact reads whom the visitor's identifiers stand for.
func (v *visitor) contact() *contact.Profile {
	v.w.t.Helper()
	return v.w.contactBy(contact.ByAnonymous, v.who.AnonymousID)
}

func (w *world) contactBy(kind contact.IdentityKind, value string) *contact.Profile {
	w.t.Helper()
	var p *contact.Profile
	err := w.store.Read(w.t.Context(), func(r store.Reader) error {
		id, err := r.ContactByIdentity(w.t.Context(), w.project.ID, kind, value)
		if err != nil {
			return err
		}
		p, err = r.Contact(w.t.Context(), w.project.ID, id)
		return err
	})
	if err != nil {
		w.t.Fatalf("contact by %s %q: %v", kind, value, err)
	}
	return p
}

func (w *world) counts() (c store.Counts) {
	w.t.Helper()
	err := w.store.Read(w.t.Context(), func(r store.Reader) (err error) {
		c, err = r.Count(w.t.Context(), w.project.ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) responses() (all []ResponseRow) {
	w.t.Helper()
	err := w.app.EachResponse(w.t.Context(), w.project, store.ResponseFilter{}, func(r ResponseRow) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *world) topics() map[string]int {
	w.t.Helper()
	topics := map[string]int{}
	err := w.store.Read(w.t.Context(), func(r store.Reader) error {
		rows, err := r.Outbox(w.t.Context(), contact.At(w.clock())+1, 100000)
		for _, row := range rows {
			topics[row.Topic]++
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return topics
}

func answers(kv ...string) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = json.RawMessage(kv[i+1])
	}
	return m
}

func wantStatus(t *testing.T, r Result, status Status, reason string) {
	t.Helper()
	if r.Status != status || r.Reason != reason {
		t.Errorf("result = %s %q (%s), want %s %q", r.Status, r.Reason, r.Message, status, reason)
	}
}
