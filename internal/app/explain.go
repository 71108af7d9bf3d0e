package app

import (
	"context"
	"fmt"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/segment"
	"earshot/internal/store"
)

// Question is what somebody wants explained: why a contact would or would not
// see a survey if they came now.
type Question struct {
	Contact string // user id, e-mail address or uuid
	Survey  string // key or uuid; empty: every published one
	At      Where  // where they would be; what is empty is as it was last
	Event   string // name of the event that fires just now; empty: none
}

// Explained is the answer. It shows what is known about the contact, so it is
// not for browsers; those get the same fields of each survey without the
// comparisons of its conditions.
type Explained struct {
	At      string            `json:"at"`
	Contact ExplainedContact  `json:"contact"`
	Where   ExplainedWhere    `json:"where"`
	Surveys []ExplainedSurvey `json:"surveys"` // the one that takes precedence first
}

// ExplainedContact is whom the explanation is about.
type ExplainedContact struct {
	UUID       ident.ID `json:"uuid"`
	UserID     string   `json:"user_id,omitempty"`
	Email      string   `json:"email,omitempty"`
	Identified bool     `json:"identified"`
	LastSeen   string   `json:"last_seen_at,omitempty"`
}

// ExplainedWhere is where they were taken to be.
type ExplainedWhere struct {
	URL     string `json:"url,omitempty"`
	Locale  string `json:"locale,omitempty"`
	Country string `json:"country,omitempty"`
	Device  string `json:"device,omitempty"`
	Channel string `json:"channel"`
	Event   string `json:"event,omitempty"`
}

// ExplainedSurvey is the decision about one survey. Without a reason it would
// be shown.
type ExplainedSurvey struct {
	Survey  ident.ID        `json:"survey,omitzero"`
	Key     string          `json:"key,omitempty"`
	Armed   bool            `json:"armed"` // the browser has it and waits for page or trigger
	Reason  launch.Reason   `json:"reason,omitempty"`
	Message string          `json:"message,omitempty"`
	Winner  string          `json:"winner,omitempty"` // key of the survey that takes precedence
	DueMS   int64           `json:"due_ms,omitempty"` // until the reason goes by itself, if that is known
	DueAt   string          `json:"due_at,omitempty"` // the same as a moment
	Gates   []ExplainedGate `json:"gates"`
}

// ExplainedGate is one gate of the decision.
type ExplainedGate struct {
	Gate       launch.Reason        `json:"gate"`
	Outcome    launch.Outcome       `json:"outcome"`
	Detail     string               `json:"detail,omitempty"`
	Conditions []segment.LeafResult `json:"conditions,omitempty"`
}

// Explain says for a contact, as if they came now, what would become of every
// published survey, or of one in any state. It is the live decision with a
// recorder, changes nothing and records nothing.
//
// Faults: project_not_found, contact_not_found. A survey that is not there has
// that as its reason.
func (a *App) Explain(ctx context.Context, project ident.ID, q Question) (Explained, error) {
	p, err := a.project(ctx, project)
	if err != nil {
		return Explained{}, err
	}
	var out Explained
	err = a.store.Read(ctx, func(r store.Reader) error {
		now := a.now()
		v := visit{app: a, project: p, reader: r, now: contact.At(now), batch: &Batch{Project: project, At: q.At, Debug: true}}
		lastSeen, err := v.imagine(ctx, q.Contact)
		if err != nil {
			return err
		}
		all, err := v.explain(ctx, q)
		if err != nil {
			return err
		}
		out = v.explained(q, all, now)
		out.Contact.LastSeen = stamp(lastSeen)
		return nil
	})
	if err != nil {
		return Explained{}, fmt.Errorf("explain: %w", err)
	}
	return out, nil
}

// imagine makes a contact the visitor without writing anything, and says when
// they were really seen last.
func (v *visit) imagine(ctx context.Context, ref string) (lastSeen contact.Micros, err error) {
	have, err := v.findContact(ctx, ref)
	if err != nil {
		return 0, err
	}
	v.profile = have.Clone()
	v.profile.LastSeen = max(have.LastSeen, v.app.seen.last(v.project.ID, have.ID))
	lastSeen = v.profile.LastSeen
	v.profile.Seen(v.now)
	at := &v.batch.At
	at.URL = firstOf(at.URL, have.Page)
	at.Locale = firstOf(at.Locale, have.Locale)
	at.Device = firstOf(at.Device, have.Device)
	at.Country = firstOf(at.Country, have.Country)
	v.place()
	v.who = Who{ID: have.UserID, Email: have.Email}
	v.verified = have.Verified
	if d := v.project.launch.Derived(); stale(v.profile, d) {
		if _, err := recount(ctx, v.reader, v.project.ID, v.profile, d); err != nil {
			return 0, err
		}
	}
	return lastSeen, v.loadAccount(ctx)
}

// findContact finds whom a person means: by user id, else by e-mail address,
// else by uuid.
func (v *visit) findContact(ctx context.Context, ref string) (*contact.Profile, error) {
	for _, kind := range []contact.IdentityKind{contact.ByUserID, contact.ByEmail} {
		id, err := v.lookup(ctx, kind, ref)
		if err != nil {
			return nil, err
		}
		if id != ident.None {
			return v.reader.Contact(ctx, v.project.ID, id)
		}
	}
	if id, err := ident.Parse(ref); err == nil {
		p, err := v.reader.Contact(ctx, v.project.ID, id)
		if !fault.Is(err, "contact_not_found") {
			return p, err
		}
	}
	return nil, fault.New(fault.NotFound, "contact_not_found", "There is no contact with this user id, e-mail address or uuid.")
}

// explain asks launch about all published surveys, and about another one if it
// is that one that is asked for.
func (v *visit) explain(ctx context.Context, q Question) ([]launch.Explanation, error) {
	l := v.project.launch
	c, count := v.context(append(l.NeededCounts(), l.NeededFor(q.Survey)...))
	if err := count(ctx); err != nil {
		return nil, err
	}
	c.Event = q.Event
	all := l.Explain(v.visitor(), c)
	if q.Survey == "" {
		return all, nil
	}
	one := l.ExplainOne(q.Survey, launch.ByTrigger, v.visitor(), c)
	for _, e := range all {
		if e.Survey == one.Survey {
			return []launch.Explanation{e}, nil // this one knows its rank
		}
	}
	return []launch.Explanation{one}, nil
}

func (v *visit) explained(q Question, all []launch.Explanation, now time.Time) Explained {
	p, at := v.profile, v.batch.At
	out := Explained{
		At: stamp(v.now),
		Contact: ExplainedContact{
			UUID: p.ID, UserID: p.UserID, Email: p.Email, Identified: p.Identified(),
		},
		Where: ExplainedWhere{
			URL: at.URL, Locale: at.Locale, Country: at.Country, Device: at.Device, Channel: firstOf(string(at.Channel), "widget"), Event: q.Event,
		},
		Surveys: make([]ExplainedSurvey, 0, len(all)),
	}
	for _, e := range all {
		out.Surveys = append(out.Surveys, explainedSurvey(e, now))
	}
	return out
}

func explainedSurvey(e launch.Explanation, now time.Time) ExplainedSurvey {
	s := ExplainedSurvey{
		Survey: e.Survey, Key: e.Key, Armed: e.Armed, Reason: e.Reason, Winner: e.Winner,
		DueAt: stamp(e.Due), Gates: make([]ExplainedGate, 0, len(e.Gates)),
	}
	if e.Reason != "" {
		s.Message = e.Reason.Message()
	}
	if e.Due != 0 {
		s.DueMS = max(1, e.Due.Time().Sub(now).Milliseconds())
	}
	for _, g := range e.Gates {
		s.Gates = append(s.Gates, ExplainedGate{Gate: g.Gate, Outcome: g.Outcome, Detail: g.Detail, Conditions: g.Leaves})
	}
	return s
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
