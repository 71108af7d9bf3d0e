package sqlite

import (
	"context"
	"errors"

	"earshot/internal/fault"
	"earshot/internal/store"
)

// Read runs fn on one snapshot. A closure that finds everything in the cache
// never touches a connection; the snapshot is that of the last commit. One
// that goes on to the database continues there if what it was given so far
// still holds, and is run again from the start if not.
func (s *Store) Read(ctx context.Context, fn func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.calls.Done()

	r := &reader{s: s, waiting: ctx, asOf: s.finished.Load()}
	err := r.run(fn)
	if r.torn {
		r = &reader{s: s, waiting: ctx}
		if err := errors.Join(r.open(), r.pin()); err != nil {
			r.end()
			return outward(err)
		}
		err = r.run(fn)
	}
	return outward(err)
}

// reader is one snapshot, or the writer's view (see writer).
type reader struct {
	s       *Store
	waiting context.Context // of Read, for the wait for a connection
	writing bool            // the writer's view: no snapshot to take or to end
	c       *conn           // nil until something is read from the database

	asOf uint64 // the state seen is that after this commit, or a later one that changes nothing given out
	torn bool   // the cache gave out something that the snapshot cannot vouch for

	// What the cache gave out before there was a snapshot.
	gaveProfiles []given[contactKey]
	gavePeople   []given[identityKey]
}

type given[K comparable] struct {
	key   K
	since uint64
}

// errTorn ends a closure that Read will run again.
var errTorn = fault.New(fault.Busy, "storage_busy", "What was read changed meanwhile; try again.")

func (r *reader) run(fn func(store.Reader) error) error {
	defer r.end()
	return fn(r)
}

// db gives the connection, and on first use the snapshot.
func (r *reader) db() (*conn, error) {
	if r.c != nil {
		return r.c, nil
	}
	if r.torn {
		return nil, errTorn
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	if len(r.gaveProfiles)+len(r.gavePeople) == 0 {
		return r.c, nil // what the caller reads now takes the snapshot
	}
	if err := r.pin(); err != nil {
		return nil, err
	}
	if !r.stillHolds() {
		r.torn = true
		return nil, errTorn
	}
	return r.c, nil
}

// open begins a read transaction. SQLite takes the snapshot at the first read
// in it; the number is loaded before, so that the state seen is at least that new.
func (r *reader) open() error {
	select {
	case r.c = <-r.s.readers:
	default:
		select {
		case r.c = <-r.s.readers:
		case <-r.waiting.Done():
			return r.waiting.Err()
		}
	}
	r.asOf = r.s.finished.Load()
	_, err := r.c.exec("begin")
	return err
}

// pin takes the snapshot now.
func (r *reader) pin() error {
	if r.c == nil {
		return nil // open failed
	}
	_, err := r.c.one("select revision from config", nil, noColumns)
	return err
}

func (r *reader) stillHolds() bool {
	for _, g := range r.gaveProfiles {
		if !r.s.profiles.holds(g.key, g.since) {
			return false
		}
	}
	for _, g := range r.gavePeople {
		if !r.s.people.holds(g.key, g.since) {
			return false
		}
	}
	return true
}

func (r *reader) end() {
	if r.c == nil || r.writing {
		return
	}
	if _, err := r.c.exec("rollback"); err != nil {
		r.s.log.Warn("end of a read", "error", err)
	}
	r.c.broken = nil
	r.s.readers <- r.c
	r.c = nil
}

// one reads at most one row through the snapshot and says whether there was one.
func (r *reader) one(query string, args []any, scan func(*row) error) (bool, error) {
	c, err := r.db()
	if err != nil {
		return false, err
	}
	return c.one(query, args, scan)
}

// each calls scan with every row.
func (r *reader) each(query string, args []any, scan func(*row) error) error {
	c, err := r.db()
	if err != nil {
		return err
	}
	return c.query(query, args, scan)
}

// look searches what this write group staged, then what is committed. Without
// a snapshot yet, it notes what it gives out.
func look[K comparable, V any](r *reader, c *cache[K, V], noted *[]given[K], k K) (v V, gone, ok bool) {
	if r.writing {
		if ch, ok := c.staged(k); ok {
			return ch.value, ch.gone, true
		}
	}
	v, since, ok := c.get(k, r.asOf)
	if ok && r.c == nil {
		*noted = append(*noted, given[K]{k, since})
	}
	return v, false, ok
}
