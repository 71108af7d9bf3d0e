package app

import (
	"context"
	"sync"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// seen gathers when contacts were last seen. It is the one thing that may be
// written late: a request that changes nothing else costs no transaction. A
// crash loses at most seenEvery of it.
type seen struct {
	mu      sync.Mutex
	pending map[seenKey]contact.Micros
	flushed contact.Micros
}

type seenKey struct{ project, contact ident.ID }

// seenEvery is how often gathered moments are written, in microseconds.
const seenEvery = 10_000_000

// seenBatch bounds one transaction of the flush, so that visitors' writes
// never wait long behind it.
const seenBatch = 200

func newSeen() *seen { return &seen{pending: map[seenKey]contact.Micros{}} }

func (s *seen) note(project, id ident.ID, at contact.Micros) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := seenKey{project, id}
	s.pending[k] = max(s.pending[k], at)
}

// last gives the moment that is not written yet, or 0.
func (s *seen) last(project, id ident.ID) contact.Micros {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending[seenKey{project, id}]
}

// written forgets a moment that a transaction has just stored.
func (s *seen) written(project, id ident.ID, at contact.Micros) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := seenKey{project, id}
	if s.pending[k] <= at {
		delete(s.pending, k)
	}
}

// seenAt is one moment to be written.
type seenAt struct {
	seenKey
	at contact.Micros
}

// take hands out what is due to be written, in pieces.
func (s *seen) take(now contact.Micros, all bool) [][]seenAt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 || !all && now-s.flushed < seenEvery {
		return nil
	}
	s.flushed = now
	var out [][]seenAt
	for k, at := range s.pending {
		if len(out) == 0 || len(out[len(out)-1]) == seenBatch {
			out = append(out, make([]seenAt, 0, min(seenBatch, len(s.pending))))
		}
		out[len(out)-1] = append(out[len(out)-1], seenAt{k, at})
	}
	return out
}

// flushSeen writes the gathered moments. With all it does so whether due or not.
func (a *App) flushSeen(ctx context.Context, all bool) error {
	for _, piece := range a.seen.take(contact.At(a.now()), all) {
		err := a.store.Write(ctx, func(w store.Writer) error {
			for _, s := range piece {
				if err := putSeen(ctx, w, s); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, s := range piece {
			a.seen.written(s.project, s.contact, s.at)
		}
	}
	return nil
}

func putSeen(ctx context.Context, w store.Writer, s seenAt) error {
	have, err := w.Contact(ctx, s.project, s.contact)
	if fault.Is(err, "contact_not_found") { // merged or deleted meanwhile
		return nil
	}
	if err != nil || have.LastSeen >= s.at {
		return err
	}
	p := have.Clone()
	p.LastSeen = s.at
	return w.PutContact(ctx, s.project, p)
}
