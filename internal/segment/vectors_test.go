package segment_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // cases name zones, also where the machine knows none

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/segment"
)

// vectors is spec/vectors/conditions.json.
type vectors struct {
	Now      time.Time                    `json:"now"`
	Zone     string                       `json:"zone"`
	Contacts map[string]contactRow        `json:"contacts"`
	Surveys  map[string]surveyRow         `json:"surveys"`
	Segments map[string]segment.Condition `json:"segments"`
	Cases    []conditionRow               `json:"cases"`
	Refused  []struct {
		Shows     string          `json:"shows"`
		Condition json.RawMessage `json:"condition"`
		Paths     []string        `json:"paths"`
	} `json:"refused"`
	Unknown []struct {
		Shows     string            `json:"shows"`
		Condition segment.Condition `json:"condition"`
		Path      string            `json:"path"`
		Says      string            `json:"says"`
	} `json:"unknown"`
}

type surveyRow struct {
	UUID      ident.ID `json:"uuid"`
	Questions []string `json:"questions"`
	OwnWords  []string `json:"own_words"`
}

type conditionRow struct {
	Shows     string          `json:"shows"`
	Condition json.RawMessage `json:"condition"`
	Contact   string          `json:"contact"`
	Traits    json.RawMessage `json:"traits"`
	Account   json.RawMessage `json:"account"`
	Now       time.Time       `json:"now"`
	Zone      string          `json:"zone"`
	Anonymous bool            `json:"anonymous"`
	Holds     bool            `json:"holds"`
}

// contactRow tells a contact by what happened to them.
type contactRow struct {
	Traits       json.RawMessage `json:"traits"`
	FirstSeen    time.Time       `json:"first_seen"`
	LastSeen     time.Time       `json:"last_seen"`
	SessionStart time.Time       `json:"session_start"`
	Sessions     int             `json:"sessions"`
	Country      string          `json:"country"`
	Locale       string          `json:"locale"`
	Device       string          `json:"device"`
	Page         string          `json:"page"`
	Installation string          `json:"installation"`
	Events       []struct {
		Name       string          `json:"name"`
		At         time.Time       `json:"at"`
		Properties json.RawMessage `json:"properties"`
	} `json:"events"`
	Responses []struct {
		Survey    string                     `json:"survey"`
		Seen      time.Time                  `json:"seen"`
		Answered  time.Time                  `json:"answered"`
		Completed time.Time                  `json:"completed"`
		Dismissed time.Time                  `json:"dismissed"`
		Answers   map[string]json.RawMessage `json:"answers"`
	} `json:"responses"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	b, err := os.ReadFile("../../spec/vectors/conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	for i := range v.Cases {
		if v.Cases[i].Now.IsZero() {
			v.Cases[i].Now = v.Now
		}
		if v.Cases[i].Zone == "" {
			v.Cases[i].Zone = v.Zone
		}
	}
	return v
}

// names resolves what the cases speak of.
func (v vectors) names() segment.Names {
	return segment.Names{
		Survey: func(ref string) (ident.ID, bool) {
			for key, s := range v.Surveys {
				if ref == key || ref == s.UUID.String() {
					return s.UUID, true
				}
			}
			return ident.None, false
		},
		Asks: func(id ident.ID, question string) bool {
			for _, s := range v.Surveys {
				if s.UUID == id {
					return slices.Contains(s.Questions, question)
				}
			}
			return false
		},
		Segment: func(key string) (segment.Condition, bool) { c, ok := v.Segments[key]; return c, ok },
	}
}

// subject is about whom a case is, counted as the condition needs it.
func (v vectors) subject(t testing.TB, row conditionRow, c segment.Condition) *segment.Subject {
	t.Helper()
	zone, err := time.LoadLocation(row.Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := &segment.Subject{Now: row.Now, Zone: zone, Anonymous: row.Anonymous}
	if row.Traits != nil {
		s.Profile = &contact.Profile{Traits: traits(t, row.Traits)}
	}
	if row.Contact != "" {
		who, ok := v.Contacts[row.Contact]
		if !ok {
			t.Fatalf("%s: there is no contact %q", row.Shows, row.Contact)
		}
		s.Profile = v.profile(t, who, segment.Derive(c, v.names()))
	}
	if row.Account != nil {
		s.Account = &contact.Account{Traits: traits(t, row.Account)}
	}
	return s
}

func (v vectors) profile(t testing.TB, row contactRow, derived []segment.Derived) *contact.Profile {
	t.Helper()
	p := &contact.Profile{
		Traits: traits(t, row.Traits), FirstSeen: contact.At(row.FirstSeen), LastSeen: contact.At(row.LastSeen),
		SessionStart: contact.At(row.SessionStart), Sessions: row.Sessions,
		Country: row.Country, Locale: row.Locale, Device: row.Device, Page: row.Page, Installation: row.Installation,
	}
	for _, e := range row.Events {
		at := contact.At(e.At)
		p.CountEvent(e.Name, at)
		for _, d := range derived {
			if d.Event == e.Name {
				p.CountDerived(d.Key, at, d.Holds(traits(t, e.Properties)))
			}
		}
	}
	for _, r := range row.Responses {
		id := v.Surveys[r.Survey].UUID
		p.RecordView(id, contact.At(r.Seen))
		if !r.Answered.IsZero() {
			p.RecordAnswer(id, contact.At(r.Answered))
			p.RecordAnswers(id, contact.Answers{Response: ident.New(), At: contact.At(r.Answered), Values: answerValues(t, r.Answers, v.Surveys[r.Survey].OwnWords)})
		}
		if !r.Completed.IsZero() {
			p.RecordComplete(id, contact.At(r.Completed))
		}
		if !r.Dismissed.IsZero() {
			p.RecordDismiss(id, contact.At(r.Dismissed))
		}
	}
	return p
}

// answerValues are answers as a profile keeps them.
func answerValues(t testing.TB, answers map[string]json.RawMessage, ownWords []string) map[string][]contact.Value {
	t.Helper()
	values := map[string][]contact.Value{}
	for question, raw := range answers {
		if slices.Contains(ownWords, question) {
			continue
		}
		items := []json.RawMessage{raw}
		if raw[0] == '[' {
			items = nil
			if err := json.Unmarshal(raw, &items); err != nil {
				t.Fatal(err)
			}
		}
		for _, item := range items {
			v := contact.TextValue("other")
			if item[0] != '{' {
				if err := json.Unmarshal(item, &v); err != nil {
					t.Fatal(err)
				}
			}
			values[question] = append(values[question], v)
		}
	}
	return values
}

func traits(t testing.TB, raw json.RawMessage) contact.Traits {
	t.Helper()
	if raw == nil {
		return nil
	}
	given, err := contact.ParseTraits("traits", raw)
	if err != nil {
		t.Fatal(err)
	}
	return given.Set
}

func TestConditionVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	for _, row := range v.Cases {
		t.Run(row.Shows, func(t *testing.T) {
			t.Parallel()
			c, err := segment.Decode(row.Condition, "conditions")
			if err != nil {
				t.Fatal(err, fault.As(err).Fields)
			}
			check, err := segment.Compile(c, v.names())
			if err != nil {
				t.Fatal(err)
			}
			s := v.subject(t, row, c)
			if got := check(s); got != row.Holds {
				t.Errorf("holds = %v, want %v: %s", got, row.Holds, row.Condition)
			}
			if c.Leaf != nil {
				if e := segment.Explain(c, v.names(), s); len(e) != 1 || e[0].Holds != row.Holds {
					t.Errorf("explained otherwise: %+v", e)
				}
			}
			roundTrip(t, c)
		})
	}
}

// Not parallel: allocations are counted for the whole program.
func TestChecksAllocateNothing(t *testing.T) {
	v := readVectors(t)
	for _, row := range v.Cases {
		c, err := segment.Decode(row.Condition, "")
		if err != nil {
			t.Fatal(err)
		}
		check, err := segment.Compile(c, v.names())
		if err != nil {
			t.Fatal(err)
		}
		s := v.subject(t, row, c)
		if n := testing.AllocsPerRun(100, func() { check(s) }); n != 0 {
			t.Errorf("%s: %v allocations", row.Shows, n)
		}
	}
}

func roundTrip(t *testing.T, c segment.Condition) {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back segment.Condition
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("written as %s, read as %+v (%v), was %+v", b, back, err, c)
	}
}

func TestRefusedVectors(t *testing.T) {
	t.Parallel()
	for _, row := range readVectors(t).Refused {
		t.Run(row.Shows, func(t *testing.T) {
			t.Parallel()
			c, err := segment.Decode(row.Condition, "")
			f := fault.As(err)
			if paths := slices.Sorted(maps.Keys(f.Fields)); f.Code != "condition_invalid" || !slices.Equal(paths, row.Paths) {
				t.Errorf("fault %v with fields %v, want %v", err, f.Fields, row.Paths)
			}
			if !c.IsZero() {
				t.Errorf("half a condition came back: %+v", c)
			}
		})
	}
}

func TestUnknownVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	for _, row := range v.Unknown {
		t.Run(row.Shows, func(t *testing.T) {
			t.Parallel()
			err := segment.Resolve(row.Condition, v.names(), "conditions")
			path := "conditions"
			if row.Path != "" {
				path += "." + row.Path
			}
			f := fault.As(err)
			if f.Code != "condition_invalid" || len(f.Fields) != 1 || !strings.Contains(f.Fields[path], row.Says) {
				t.Errorf("fault %v with fields %v, want %s: … %s …", err, f.Fields, path, row.Says)
			}
			segment.Derive(row.Condition, v.names()) // ends, whatever leads where
		})
	}
	for _, row := range v.Cases {
		c, err := segment.Decode(row.Condition, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := segment.Resolve(c, v.names(), ""); (err != nil) != strings.Contains(string(row.Condition), `"gone"`) {
			t.Errorf("%s: %v", row.Shows, err)
		}
	}
}

// Every operator, field and act has a case that holds and one that does not.
func TestVectorsCoverEverything(t *testing.T) {
	t.Parallel()
	seen := map[string]map[bool]bool{}
	note := func(what string, holds bool) {
		if seen[what] == nil {
			seen[what] = map[bool]bool{}
		}
		seen[what][holds] = true
	}
	for _, row := range readVectors(t).Cases {
		c, err := segment.Decode(row.Condition, "")
		if err != nil || c.Leaf == nil {
			continue
		}
		note(c.Leaf.Op, row.Holds)
		note(string(c.Leaf.Source), row.Holds)
		if c.Leaf.Source == segment.FromMeta {
			note(c.Leaf.Name, row.Holds)
		}
		if d := c.Leaf.Did; d != nil {
			note(d.What, row.Holds)
			note(d.Within, row.Holds)
			if d.Where != nil {
				note("where", row.Holds)
			}
		}
	}
	want := append(segment.Operators(), segment.MetaFields()...)
	want = append(want, "trait", "account_trait", "meta", "event", "survey", "answer", "segment",
		"seen", "answered", "completed", "dismissed", "session", "30d", "where")
	for _, what := range want {
		if len(seen[what]) != 2 {
			t.Errorf("%s: want a case that holds and one that does not", what)
		}
	}
}
