package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// seen gathers when contacts were last seen. It is the one thing that may be
// written late: a request that changes nothing else costs no transaction. A
// crash loses at most seenEvery of it, which no session can tell: that takes an
// hour's absence.
type seen struct {
	mu      sync.Mutex
	pending map[seenKey]contact.Micros
	queue   []seenAt // each key of pending once, by when it was noted first
}

type seenKey struct{ project, contact ident.ID }

// seenAt is a contact and a moment.
type seenAt struct {
	seenKey
	at contact.Micros
}

// seenEvery is how long a moment waits to be written, in microseconds. Somebody
// who stays costs one write in that time, however often their browser asks.
const seenEvery = 300_000_000

// seenMost bounds how many wait, to some 20 MB; beyond that the oldest are
// written early.
// While nothing can be written at all, seenFull bounds the memory.
const (
	seenMost = 150_000
	seenFull = 2 * seenMost
)

// seenBatch bounds one transaction of the flush, so that visitors' writes
// never wait long behind it.
const seenBatch = 100

func newSeen() *seen { return &seen{pending: map[seenKey]contact.Micros{}} }

func (s *seen) note(project, id ident.ID, at contact.Micros) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := seenKey{project, id}
	last, waits := s.pending[k]
	if !waits {
		if len(s.queue) >= seenFull {
			return
		}
		s.queue = append(s.queue, seenAt{k, at})
	}
	s.pending[k] = max(last, at)
}

// last gives the moment that is not written yet, or 0.
func (s *seen) last(project, id ident.ID) contact.Micros {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending[seenKey{project, id}]
}

// due gives some contacts whose turn it is, with the moment to write.
func (s *seen) due(now contact.Micros, all bool) []seenAt {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < min(seenBatch, len(s.queue)) && (all || len(s.queue)-n > seenMost || now-s.queue[n].at >= seenEvery) {
		n++
	}
	piece := make([]seenAt, n)
	for i, q := range s.queue[:n] {
		piece[i] = seenAt{q.seenKey, s.pending[q.seenKey]}
	}
	return piece
}

// written forgets the piece that due gave and a transaction has stored. Who
// was seen again meanwhile queues up anew.
func (s *seen) written(piece []seenAt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = s.queue[len(piece):]
	for _, p := range piece {
		if at := s.pending[p.seenKey]; at > p.at {
			s.queue = append(s.queue, seenAt{p.seenKey, at})
			continue
		}
		delete(s.pending, p.seenKey)
	}
}

// flushSeen writes the moments whose turn it is, or all. Only one may run at a
// time.
func (a *App) flushSeen(ctx context.Context, all bool) error {
	now := contact.At(a.now())
	for {
		piece := a.seen.due(now, all)
		if len(piece) == 0 {
			return nil
		}
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
		a.seen.written(piece)
	}
}

// lastFlush writes what is left before the process ends, for as long as
// somebody who waits for that has patience. What is then still left is lost as
// in a crash.
func (a *App) lastFlush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, seenPatience)
	defer cancel()
	err := a.flushSeen(ctx, true)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.InfoContext(ctx, "not every last seen was written")
		return nil
	}
	return err
}

const seenPatience = 3 * time.Second

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
