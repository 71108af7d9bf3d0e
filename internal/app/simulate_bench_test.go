package app

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
	"earshot/internal/store/sqlite"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
)

// The recorded month of a large product.
const (
	benchContacts = 100_000
	benchEvents   = 1_000_000
	benchDays     = 30
)

var benchNow = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const benchDraft = `
key: draft
name: Draft
elements:
  - {id: score, type: nps, question: How likely is it}
audience:
  conditions:
    all:
      - {trait: trait_1, op: is_not, value: v4}
      - {event: event_2, within: 14d}
trigger: {type: event, event: event_3}
recurrence: {repeat: every, every: 10d}
`

// BenchmarkSimulate replays that month, from a database on disk, against a
// draft beside twenty published surveys. Making the database takes a minute:
// EARSHOT_BENCH_DATA names a folder that keeps it for the next time.
func BenchmarkSimulate(b *testing.B) {
	dir := benchData(b)
	for _, bm := range []struct {
		name, text string
		shared     bool
	}{
		{"command", benchDraft, true},
		{"server", benchDraft, false},
		{"server throttled", benchDraft + "limits: {throttle: {views: 100, per: 1d}}\n", false},
	} {
		b.Run(bm.name, func(b *testing.B) {
			a, p := openBench(b, dir, bm.shared)
			file, err := surveyfile.One("draft.yaml", []byte(bm.text))
			if err != nil {
				b.Fatal(err)
			}
			var got Simulated
			passes := 0
			for b.Loop() {
				if got, err = a.Simulate(b.Context(), p.ID, Trial{File: file, Days: benchDays, Progress: func(p Progress) { passes = p.Pass }}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(got.Contacts), "contacts")
			b.ReportMetric(float64(got.People), "people")
			b.ReportMetric(float64(passes), "passes")
			if got.Contacts < benchContacts*9/10 || got.People == 0 || got.Others[0].Before == got.Others[0].With {
				b.Errorf("it found %+v", got)
			}
		})
	}
}

func openBench(b *testing.B, dir string, shared bool) (*App, team.Project) {
	b.Helper()
	s, err := sqlite.Open(b.Context(), dir, sqlite.Options{Shared: shared})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	a := New(s, func() time.Time { return benchNow }, slog.New(slog.DiscardHandler))
	p, err := a.FindProject(b.Context(), "Bench")
	if err != nil {
		b.Fatal(err)
	}
	return a, p
}

// benchData gives the folder of the database, which it makes if need be.
func benchData(b *testing.B) (dir string) {
	b.Helper()
	dir = os.Getenv("EARSHOT_BENCH_DATA")
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "data")
	}
	s, err := sqlite.Open(b.Context(), dir, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	a := New(s, func() time.Time { return benchNow }, slog.New(slog.DiscardHandler))
	if _, err := a.FindProject(b.Context(), "Bench"); err == nil {
		return dir
	}
	settings := team.Settings{PerContact: team.PerContact{Surveys: 1, Per: survey.Span(7 * 24 * time.Hour)}}
	made, err := a.SetUp(b.Context(), Setup{Email: "ada@example.com", Project: "Bench", Settings: settings})
	if err != nil {
		b.Fatal(err)
	}
	fillBench(b, s, made.ProjectUUID)
	return dir
}

// fillBench stores surveys, and what contacts did in the order in which they
// did it, because that is how a database comes about.
func fillBench(b *testing.B, s store.Store, project ident.ID) {
	write := func(fn func(w store.Writer) error) {
		if err := s.Write(b.Context(), fn); err != nil {
			b.Fatal(err)
		}
	}
	var surveys []ident.ID
	write(func(w store.Writer) error {
		for i := range 20 {
			def := survey.Definition{Trigger: survey.Trigger{Type: "event", Event: fmt.Sprintf("event_%d", i)}}
			one := survey.Survey{ID: ident.New(), Key: fmt.Sprintf("s%d", i), Code: fmt.Sprintf("code-%d", i), Status: survey.Published, Draft: def}
			one.Publication = &survey.Publication{Version: 1, PublishedAt: benchNow, FirstAt: benchNow, Definition: def}
			surveys = append(surveys, one.ID)
			if err := w.PutSurvey(b.Context(), project, one); err != nil {
				return err
			}
		}
		return nil
	})
	r := rand.New(rand.NewPCG(7, 7))
	people := make([]*contact.Profile, benchContacts)
	for i := range people {
		people[i] = &contact.Profile{ID: ident.Derived(project, fmt.Sprint("user ", i)), UserID: fmt.Sprint("user ", i), SamplingID: r.Uint64(), Traits: contact.Traits{}}
		for j := range 20 {
			people[i].Traits[fmt.Sprintf("trait_%d", j)] = contact.TextValue(fmt.Sprintf("v%d", r.IntN(5)))
		}
	}
	at := contact.At(benchNow.AddDate(0, 0, 1-benchDays))
	step := (contact.At(benchNow) - at) / benchEvents
	for done := 0; done < benchEvents; done += 2000 {
		write(func(w store.Writer) error {
			for range 2000 {
				at += step
				if err := liveThrough(b, w, project, people[r.IntN(len(people))], at, surveys, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for done := 0; done < len(people); done += 1000 {
		write(func(w store.Writer) error {
			for _, p := range people[done : done+1000] {
				if err := w.PutContact(b.Context(), project, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// liveThrough is one event of a contact, which may begin a session and may launch a
// survey. The contact comes every third time.
func liveThrough(b *testing.B, w store.Writer, project ident.ID, p *contact.Profile, at contact.Micros, surveys []ident.ID, r *rand.Rand) error {
	if r.IntN(3) == 0 || p.Sessions == 0 {
		p.StartSession(at - 1_000)
		page := fmt.Sprintf("https://app.example.com/page/%d", r.IntN(20))
		if err := w.PutSession(b.Context(), project, contact.Session{Contact: p.ID, At: p.SessionStart, Page: page, Locale: "en", Device: "desktop", Country: "AT"}); err != nil {
			return err
		}
	}
	p.LastSeen = at
	n := r.IntN(20)
	e := contact.Event{ID: ident.New(), Contact: p.ID, Name: fmt.Sprintf("event_%d", n), Page: "https://app.example.com/plan", At: at, SentAt: at}
	p.CountEvent(e.Name, e.At)
	if err := w.PutEvent(b.Context(), project, e); err != nil {
		return err
	}
	if id := surveys[n]; p.Surveys[id] == nil && at-p.LastView > 7*86_400_000_000 && r.IntN(3) == 0 {
		p.RecordView(id, at+1)
		return w.PutResponse(b.Context(), project, response.Response{
			ID: ident.New(), Contact: p.ID, Survey: id, Version: 1, Channel: "widget", Launch: "trigger", FirstShown: at + 1, LastShown: at + 1, Shows: 1, Inclusion: 1,
		})
	}
	return nil
}
