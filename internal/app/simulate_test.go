package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/launch"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
)

func (w *world) simulate(file surveyfile.File, days int) Simulated {
	w.t.Helper()
	got, err := w.app.Simulate(w.t.Context(), w.project.ID, Trial{File: file, Days: days})
	if err != nil {
		w.t.Fatal(err, fault.As(err).Fields)
	}
	return got
}

// trial gives a survey file with the questions of npsOnly and some rules.
func trial(t *testing.T, key, rules string) surveyfile.File {
	t.Helper()
	f, err := surveyfile.OneJSON([]byte(`{"key":"` + key + `","name":"` + key + `",` + asking(rules)[1:]))
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	return f
}

// weeks lets twelve people use the product for eleven days: the same in every
// world. Their browsers claim, after an event, the surveys that wait for it.
func (w *world) weeks(keys ...string) {
	r := rand.New(rand.NewPCG(3, 1))
	var people []*visitor
	for i := range 12 {
		v := w.visitor(fmt.Sprintf("browser-%d", i))
		if i%4 > 0 {
			v.identify(fmt.Sprintf("u%d", i), "", "plan", []string{"free", "pro"}[i%2])
		}
		people = append(people, v)
	}
	for range 11 * 8 {
		w.wait(3 * time.Hour)
		for _, v := range people {
			if r.IntN(4) > 0 {
				continue
			}
			for range 1 + r.IntN(3) {
				w.wait(time.Duration(1+r.IntN(100)) * time.Second)
				event := []string{"saved", "opened"}[r.IntN(2)]
				armed := v.send(track(event)).Armed
				w.wait(time.Second)
				v.claimed(event, armed, keys)
			}
		}
	}
}

// claimed is what a browser does when an event fires.
func (v *visitor) claimed(event string, armed []launch.Entry, keys []string) {
	for _, entry := range armed {
		if entry.Trigger.Name != event || !slices.Contains(keys, entry.Key) {
			continue
		}
		if res := v.send(op(OpView, Op{Survey: entry.Key, Launch: launch.ByTrigger, Event: event})); res.Results[0].Status == OK {
			return
		}
	}
}

// viewsOf counts views and the people behind them, from a moment on.
func (w *world) viewsOf(key string, since time.Time) (views, people int) {
	who := map[string]bool{}
	for _, r := range w.responses() {
		if r.SurveyKey == key && !r.FirstShown.Time().Before(since) {
			views++
			who[r.Contact.String()] = true
		}
	}
	return views, len(who)
}

// The simulation is asked in a world without the survey what would have come
// of it, and then compared with a world that had it.
func TestSimulationSaysWhatWouldReallyHaveHappened(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		settings team.Settings
		rules    string
	}{
		"for everybody":             {team.Settings{}, `"trigger":{"type":"event","event":"saved"}`},
		"again and again":           {team.Settings{}, `"trigger":{"type":"event","event":"saved"},"recurrence":{"repeat":"every","every":"3d"}`},
		"by traits and events":      {team.Settings{}, `"trigger":{"type":"event","event":"saved"},"audience":{"conditions":{"all":[{"trait":"plan","op":"is","value":"pro"},{"event":"opened","times":{"op":">=","value":5}}]}}`},
		"before others, with a cap": {team.Settings{PerContact: team.PerContact{Surveys: 1, Per: survey.Span(48 * time.Hour)}}, `"priority":5,"trigger":{"type":"event","event":"saved"},"recurrence":{"repeat":"every","every":"5d"}`},
		"behind others, with a cap": {team.Settings{PerContact: team.PerContact{Surveys: 1, Per: survey.Span(48 * time.Hour)}}, `"priority":-5,"trigger":{"type":"event","event":"saved"},"recurrence":{"repeat":"every","every":"2d"}`},
		"with a throttle":           {team.Settings{}, `"trigger":{"type":"event","event":"saved"},"limits":{"throttle":{"views":2,"per":"2d"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := published(t, "other", asking(`"trigger":{"type":"event","event":"opened"},"recurrence":{"repeat":"every","every":"4d"}`))
			draft := published(t, "draft", asking(tt.rules))

			had := newWorld(t, tt.settings, other, draft)
			began := had.now
			had.weeks("other", "draft")

			without := newWorld(t, tt.settings, other)
			without.weeks("other")
			file := trial(t, "draft", tt.rules)
			file.ID = draft.ID
			got := without.simulate(file, 18)

			views, people := had.viewsOf("draft", began)
			if got.Views != views || got.People != people {
				t.Errorf("simulated %d views of %d people, really %d of %d", got.Views, got.People, views, people)
			}
			before, _ := without.viewsOf("other", began)
			with, _ := had.viewsOf("other", began)
			if o := got.Others[0]; o.Before != before || o.With != with {
				t.Errorf("the other survey: %d views before, %d with; really %d and %d", o.Before, o.With, before, with)
			}
			if held := got.Contacts - got.People; got.Contacts != 12 || held != sumHeld(got) || !got.Exact {
				t.Errorf("of %d contacts %d saw it and %d were held back; exact %t", got.Contacts, got.People, sumHeld(got), got.Exact)
			}
		})
	}
}

func sumHeld(s Simulated) (n int) {
	for _, h := range s.Held {
		n += h.People
	}
	return n
}

func TestSimulationCountsWhatIsAskedAboutPropertiesForTheFirstTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	ada, bob := w.visitor("browser-ada"), w.visitor("browser-bob")
	for _, amount := range []int{1, 20, 30} {
		w.wait(time.Minute)
		ada.send(op(OpTrack, Op{Name: "paid", Given: propertiesOf(amount)}))
		bob.send(op(OpTrack, Op{Name: "paid", Given: propertiesOf(1)}))
	}
	w.wait(2 * time.Hour)
	ada.send()
	bob.send()
	got := w.simulate(trial(t, "big", `"audience":{"conditions":{"event":"paid","times":{"op":">=","value":2},"where":{"property":"amount","op":">","value":10}}}`), 1)
	if got.Contacts != 2 || got.People != 1 || len(got.Held) != 1 || got.Held[0].Gate != launch.ConditionMismatch {
		t.Errorf("got %+v", got)
	}
	if p := ada.contact(); len(p.Derived) != 0 {
		t.Error("simulating has changed a contact")
	}
}

func TestSimulationAsItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	w.visitor("browser-ada").send(view("nps", launch.ByTrigger))
	elsewhere, err := w.app.SetUp(t.Context(), Setup{Email: "ada@example.com", Project: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}

	var last Progress
	got, err := w.app.Simulate(t.Context(), w.project.ID, Trial{File: trial(t, "nps", `"priority":1`), Days: 2, Progress: func(p Progress) {
		if p.Pass != 1 || p.Done < last.Done {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}})
	if err != nil || last.Done != 1 {
		t.Fatalf("%v, the last progress was %+v", err, last)
	}
	if got.Survey != "nps" || got.Recorded != 1 || got.People != 1 || len(got.Others) != 0 || len(got.PerDay) != 2 || got.PerDay[1] != (SimulatedDay{"2026-03-02", 1, 1}) {
		t.Errorf("an edit of what is published: %+v", got)
	}
	if got.From != "2026-03-01T00:00:00.000000Z" || got.Until != "2026-03-02T09:00:00.000000Z" {
		t.Errorf("from %s until %s", got.From, got.Until)
	}
	there, err := w.app.Simulate(t.Context(), elsewhere.ProjectUUID, Trial{File: trial(t, "nps", `"priority":1`), Days: 2})
	if err != nil || there.Contacts != 0 {
		t.Errorf("in another project: %+v, %v", there, err)
	}
}

func TestSimulationRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	w.visitor("browser-ada").send()
	file := trial(t, "nps", `"priority":1`)
	broken := file
	broken.Definition.Elements = nil
	ended, end := context.WithCancel(t.Context())
	end()
	for _, tt := range []struct {
		says string
		ctx  context.Context
		t    Trial
		code string
	}{
		{"no days", t.Context(), Trial{File: file}, "simulation_days"},
		{"too many days", t.Context(), Trial{File: file, Days: 91}, "simulation_days"},
		{"what could not be published", t.Context(), Trial{File: broken, Days: 1}, "survey_files_invalid"},
		{"to go on when nobody waits", ended, Trial{File: file, Days: 1}, ""},
	} {
		_, err := w.app.Simulate(tt.ctx, w.project.ID, tt.t)
		if tt.code != "" && !fault.Is(err, tt.code) || tt.code == "" && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", tt.says, err)
		}
	}
	tell := func(Progress) {
		if _, err := w.app.Simulate(t.Context(), w.project.ID, Trial{File: file, Days: 1}); !fault.Is(err, "simulation_running") {
			t.Errorf("a second one: %v", err)
		}
	}
	if _, err := w.app.Simulate(t.Context(), w.project.ID, Trial{File: file, Days: 1, Workers: 1, Progress: tell}); err != nil {
		t.Error(err)
	}
}

func propertiesOf(amount int) contact.Given {
	return contact.Given{Set: contact.Traits{"amount": contact.IntegerValue(int64(amount))}}
}
