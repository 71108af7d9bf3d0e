package app

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
)

// Trial is a survey to be tried on what really happened.
type Trial struct {
	File     surveyfile.File
	Days     int            // 1..launch.MaxDays, the one of now included
	Workers  int            // how many processors it may keep busy; 0: all
	Progress func(Progress) // told from one goroutine at a time; may be nil
}

// Progress of a simulation.
type Progress struct {
	Pass int     // 1, 2, ...; throttles over all contacts need several
	Done float64 // of the pass, 0..1
}

// Simulated is what a survey would have done in the last days, had it been
// there.
type Simulated struct {
	Survey   string            `json:"survey"` // key
	From     string            `json:"from"`
	Until    string            `json:"until"`
	Days     int               `json:"days"`
	Contacts int               `json:"contacts"` // who were there
	People   int               `json:"people"`   // of them, who would have seen it
	Views    int               `json:"views"`
	Recorded int               `json:"recorded_views"` // real ones of the survey that this one would replace
	PerDay   []SimulatedDay    `json:"per_day"`
	Held     []SimulatedHeld   `json:"held_back"`
	Others   []SimulatedEffect `json:"other_surveys"`
	Exact    bool              `json:"exact"` // false: throttles over all contacts are approximate
	TookMS   int64             `json:"took_ms"`
}

// SimulatedDay is one day, in the project's time zone.
type SimulatedDay struct {
	Date   string `json:"date"`
	People int    `json:"people"`
	Views  int    `json:"views"`
}

// SimulatedHeld is how many people a gate held back.
type SimulatedHeld struct {
	Gate    launch.Reason `json:"gate"`
	Message string        `json:"message"`
	People  int           `json:"people"`
}

// SimulatedEffect is what becomes of another survey.
type SimulatedEffect struct {
	Survey ident.ID `json:"survey"`
	Key    string   `json:"key"`
	Before int      `json:"views_before"` // recorded
	With   int      `json:"views_with"`   // with the new one beside it
}

// Simulate replays the recorded activity of the last days against a survey file
// as if it had been published, beside the published surveys and in place of the
// one it is about. Nothing is changed. It ends early when ctx does.
//
// Faults: project_not_found; survey_files_invalid; simulation_days; of kind Busy
// simulation_running, because one is enough for a machine.
func (a *App) Simulate(ctx context.Context, project ident.ID, t Trial) (Simulated, error) {
	if t.Days < 1 || t.Days > launch.MaxDays {
		return Simulated{}, fault.Field("simulation_days", "days", fmt.Sprintf("a number from 1 to %d", launch.MaxDays))
	}
	if !a.simulating.TryLock() {
		return Simulated{}, fault.New(fault.Busy, "simulation_running", "A simulation is running; try again when it has ended.")
	}
	defer a.simulating.Unlock()
	p, err := a.project(ctx, project)
	if err != nil {
		return Simulated{}, err
	}
	began := a.now()
	m := &simulator{app: a, project: p, trial: t}
	if err := m.prepare(ctx, began); err != nil {
		return Simulated{}, err
	}
	for again := true; again; {
		if again, err = m.pass(ctx); err != nil {
			return Simulated{}, fmt.Errorf("simulate: %w", err)
		}
	}
	out := simulated(m.sim.Result())
	out.Survey, out.Days = t.File.Key, t.Days
	out.From, out.Until = stamp(m.sim.Since()), stamp(contact.At(began))
	out.TookMS = a.now().Sub(began).Milliseconds()
	return out, nil
}

// simulator carries out one simulation.
type simulator struct {
	app     *App
	project *project
	trial   Trial
	sim     *launch.Simulation
	counts  map[launch.Need]int // what counters since ever are now
	passes  int

	mu    sync.Mutex // guards parts, and orders Progress
	parts []*launch.Pass
}

func (m *simulator) prepare(ctx context.Context, now time.Time) error {
	file := m.trial.File
	return m.app.store.Read(ctx, func(r store.Reader) error {
		all, err := r.Surveys(ctx, m.project.ID)
		if err != nil {
			return err
		}
		// The id decides who is in a sample; the same file gives the same people.
		newID := func() ident.ID { return ident.Derived(m.project.ID, "simulated:"+file.Key) }
		draft, err := surveyfile.Candidate(all, file, newID)
		if err != nil {
			return err
		}
		m.counts = map[launch.Need]int{}
		m.sim = launch.NewSimulation(m.project.Project, all, draft, m.trial.Days, now, func(n launch.Need) int { return m.counts[n] })
		for _, n := range m.sim.Needs() {
			if m.counts[n], err = m.countNow(ctx, r, n, draft); err != nil {
				return err
			}
		}
		return nil
	})
}

// countNow reads a counter since ever. A survey that had no limit on responses
// until now has none; then they are counted.
func (m *simulator) countNow(ctx context.Context, r store.Reader, n launch.Need, draft survey.Survey) (int, error) {
	switch {
	case n.Per != 0:
		return 0, nil // counted from what is replayed
	case draft.Publication == nil || draft.Publication.Definition.Limits.Responses > 0:
		return r.CountSince(ctx, m.project.ID, store.Counter{Survey: n.Survey, What: counterName(n)}, 0)
	}
	return completed(ctx, r, m.project.ID, n.Survey)
}

// pass replays all contacts, or those that are still open, once.
func (m *simulator) pass(ctx context.Context) (again bool, err error) {
	m.passes++
	pieces := m.pieces()
	m.parts = make([]*launch.Pass, 0, len(pieces))
	m.tell(0)
	var next atomic.Int32
	group, ctx := errgroup.WithContext(ctx)
	workers := m.trial.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range workers {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < len(pieces); i = int(next.Add(1)) - 1 {
				if err := m.piece(ctx, pieces[i], len(pieces)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return false, err
	}
	return m.sim.End(m.parts...), nil
}

// Each piece of a pass is one short read, so that no snapshot holds up the log
// of a busy database for long.
const (
	ranges = 256 // of contacts, in a first pass
	few    = 64  // contacts in a piece of a later one
)

func (m *simulator) pieces() []store.ActivityFilter {
	all := store.ActivityFilter{Since: m.sim.From(), Properties: map[string]bool{}}
	for event := range m.sim.Project().Derived() {
		all.Properties[event] = true
	}
	var pieces []store.ActivityFilter
	add := func(change func(f *store.ActivityFilter)) {
		f := all
		change(&f)
		pieces = append(pieces, f)
	}
	if open := m.sim.Open(); m.passes > 1 && len(open) < m.sim.Contacts()/8 {
		for ids := range slices.Chunk(open, few) {
			add(func(f *store.ActivityFilter) { f.Only = ids })
		}
		return pieces
	}
	for first := range ranges {
		add(func(f *store.ActivityFilter) {
			if f.From = (ident.ID{byte(first)}); first < ranges-1 {
				f.Upto = ident.ID{byte(first + 1)}
			}
		})
	}
	return pieces
}

// piece replays the contacts of one filter.
func (m *simulator) piece(ctx context.Context, filter store.ActivityFilter, of int) error {
	var part *launch.Pass
	err := m.app.store.Read(ctx, func(r store.Reader) error {
		part = m.sim.Begin() // a read may run twice
		accounts := map[ident.ID]*contact.Account{}
		for a, err := range r.Activity(ctx, m.project.ID, filter) {
			if err != nil {
				return err
			}
			if err := m.contact(ctx, r, part, a, accounts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.parts = append(m.parts, part)
	m.tell(float64(len(m.parts)) / float64(of))
	return nil
}

func (m *simulator) tell(done float64) {
	if m.trial.Progress != nil {
		m.trial.Progress(Progress{Pass: m.passes, Done: done})
	}
}

// contact replays one.
func (m *simulator) contact(ctx context.Context, r store.Reader, part *launch.Pass, a store.Activity, accounts map[ident.ID]*contact.Account) error {
	if d := m.sim.Project().Derived(); stale(a.Profile, d) {
		if _, err := recount(ctx, r, m.project.ID, a.Profile, d); err != nil {
			return err
		}
	}
	account, known := accounts[a.Profile.Account]
	if id := a.Profile.Account; !known && id != ident.None {
		var err error
		if account, err = r.Account(ctx, m.project.ID, id); err != nil && !fault.Is(err, "account_not_found") {
			return err
		}
		accounts[id] = account
	}
	rec := launch.Recorded{Profile: a.Profile, Account: account, Sessions: a.Sessions, Events: a.Events}
	for _, v := range a.Responses {
		rec.Shown = append(rec.Shown, launch.Shown{
			Survey: v.Survey, At: v.FirstShown, How: launch.Launch(v.Launch), Channel: survey.Channel(v.Channel),
			Answered: v.FirstData, Completed: v.CompletedAt, Dismissed: v.DismissedAt,
		})
	}
	part.Replay(&rec)
	return nil
}

func simulated(r launch.Simulated) Simulated {
	out := Simulated{
		Contacts: r.Contacts, People: r.People, Views: r.Views, Recorded: r.Recorded, Exact: r.Settled,
		PerDay: make([]SimulatedDay, 0, len(r.Days)), Held: make([]SimulatedHeld, 0, len(r.Held)), Others: make([]SimulatedEffect, 0, len(r.Others)),
	}
	for _, d := range r.Days {
		out.PerDay = append(out.PerDay, SimulatedDay(d))
	}
	for _, h := range r.Held {
		out.Held = append(out.Held, SimulatedHeld{Gate: h.Gate, Message: h.Gate.Message(), People: h.People})
	}
	for _, e := range r.Others {
		out.Others = append(out.Others, SimulatedEffect(e))
	}
	return out
}
