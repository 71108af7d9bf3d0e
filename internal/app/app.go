// Package app holds the use cases: what a door may ask for, who may ask it,
// and which changes belong into one transaction. Doors above decode and
// encode; rules live in the domain below.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// App carries out use cases on one store. Make it with New.
type App struct {
	store store.Store
	now   func() time.Time
	log   *slog.Logger
	seen  *seen

	live    atomic.Pointer[live]
	loading sync.Mutex // one refresh at a time

	simulating sync.Mutex // one simulation at a time: it keeps every processor busy
}

// live is everything about all projects that a visitor's request needs, in
// memory, replaced as a whole when a revision changes.
type live struct {
	revision int64
	projects map[ident.ID]*project
}

// project is one project compiled for the live path. It is never changed.
type project struct {
	team.Project
	launch  *launch.Project
	surveys map[ident.ID]survey.Survey
	traits  *traitNames
}

// New makes an App. now is the clock; tests pass their own.
func New(s store.Store, now func() time.Time, log *slog.Logger) *App {
	a := &App{store: s, now: now, log: log, seen: newSeen()}
	a.live.Store(&live{revision: -1})
	return a
}

// Run keeps the compiled projects fresh, writes down coalesced last-seen
// moments and counts what new surveys ask about old events, until ctx ends; then
// it writes what is left.
func (a *App) Run(ctx context.Context) error {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	events := newRecounter(a)
	for {
		if err := a.Refresh(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "refresh of projects failed", "err", err)
		}
		if err := a.flushSeen(ctx, false); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "writing last seen failed", "err", err)
		}
		if err := events.step(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "counting stored events failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return a.lastFlush(context.WithoutCancel(ctx))
		case <-tick.C:
		}
	}
}

// refreshEvery bounds how long a change made by another process or node stays
// unseen. Changes made through this App are seen at once.
const refreshEvery = time.Second

// Refresh reloads the projects whose revision has changed.
func (a *App) Refresh(ctx context.Context) error {
	a.loading.Lock()
	defer a.loading.Unlock()
	have := a.live.Load()
	var next *live
	err := a.store.Read(ctx, func(r store.Reader) error {
		revision, err := r.ConfigRevision(ctx)
		if err != nil || revision == have.revision {
			return err
		}
		next, err = a.load(ctx, r, have, revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("refresh projects: %w", err)
	}
	if next != nil {
		a.live.Store(next)
	}
	return nil
}

func (a *App) load(ctx context.Context, r store.Reader, have *live, revision int64) (*live, error) {
	all, err := r.Projects(ctx)
	if err != nil {
		return nil, err
	}
	next := &live{revision: revision, projects: make(map[ident.ID]*project, len(all))}
	for _, p := range all {
		if old := have.projects[p.ID]; old != nil && old.Revision == p.Revision {
			next.projects[p.ID] = old
			continue
		}
		if next.projects[p.ID], err = compile(ctx, r, p, have.projects[p.ID]); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func compile(ctx context.Context, r store.Reader, p team.Project, old *project) (*project, error) {
	surveys, err := r.Surveys(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	c := &project{Project: p, launch: launch.Compile(p, surveys), surveys: make(map[ident.ID]survey.Survey, len(surveys))}
	for _, s := range surveys {
		c.surveys[s.ID] = s
	}
	if old != nil {
		c.traits = old.traits
		return c, nil
	}
	c.traits, err = loadTraitNames(ctx, r, p.ID)
	return c, err
}

// project finds a compiled project. A project that is not known yet may have
// been made a moment ago by another process, so the revision is looked at once
// more before saying no; that costs one indexed read.
func (a *App) project(ctx context.Context, id ident.ID) (*project, error) {
	if p := a.live.Load().projects[id]; p != nil {
		return p, nil
	}
	if err := a.Refresh(ctx); err != nil {
		return nil, err
	}
	if p := a.live.Load().projects[id]; p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "project_not_found", "There is no project with this id.")
}
