package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// maxGroup is how many closures share a commit at most. More would lengthen
// each visitor's wait without saving much: the sync is spread thin by then.
const maxGroup = 64

// job is a closure on its way through the writer.
type job struct {
	fn   func(store.Writer) error
	at   atomic.Int32 // queued, started or givenUp
	err  error
	done chan struct{}
}

const (
	queued int32 = iota
	started
	givenUp
)

// Write queues fn for the writer and waits for its commit. Once started it
// runs to its end whatever happens to ctx; before that, the end of ctx takes
// it out of the queue.
func (s *Store) Write(ctx context.Context, fn func(store.Writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.calls.Done()

	j := &job{fn: fn, done: make(chan struct{})}
	select {
	case s.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.at.CompareAndSwap(queued, givenUp) {
			return ctx.Err()
		}
		<-j.done
	}
	return j.err
}

// writer is the one goroutine that writes, and what it hands to closures.
type writer struct {
	reader
	group []*job
	buf   []byte // of the row being encoded
}

func newWriter(s *Store, c *conn) *writer {
	return &writer{reader: reader{s: s, c: c, writing: true}, group: make([]*job, 0, maxGroup)}
}

// run commits group after group until the store closes.
func (w *writer) run() {
	finished := false
	defer func() {
		if finished {
			w.close()
			return
		}
		// A closure ended this goroutine (runtime.Goexit, as t.FailNow does).
		w.abandon()
		w.s.workers.Go(w.run)
	}()
	for {
		select {
		case j := <-w.s.queue:
			w.gather(j)
			w.s.gate.Lock()
			w.commitGroup()
			w.s.gate.Unlock()
			w.answer()
		case <-w.s.stop:
			finished = true
			return
		}
	}
}

// gather takes what is waiting. The yield lets callers that are about to queue
// do so: without it, groups shrink to one on few cores.
func (w *writer) gather(first *job) {
	runtime.Gosched()
	w.group = w.group[:0]
	w.take(first)
	for len(w.group) < maxGroup {
		select {
		case j := <-w.s.queue:
			w.take(j)
		default:
			return
		}
	}
}

func (w *writer) take(j *job) {
	if j.at.CompareAndSwap(queued, started) {
		w.group = append(w.group, j)
	}
}

func (w *writer) answer() {
	for i, j := range w.group {
		close(j.done)
		w.group[i] = nil
	}
	w.group = w.group[:0]
}

// commitGroup runs the group in one transaction. Nobody is answered before its
// end, not even a closure that failed: its reason may be something that
// another one wrote and that is not on disk yet.
func (w *writer) commitGroup() {
	if len(w.group) == 0 {
		return
	}
	if w.s.failure != nil {
		w.answerAll(stopped(w.s.failure))
		return
	}
	err := w.transaction(w.runPlainly)
	if errors.Is(err, errUnclean) {
		err = w.transaction(w.runGuarded)
	}
	if err != nil {
		if isFailedSync(err) {
			w.s.fail(err)
		}
		w.answerAll(outward(err))
		return
	}
	w.s.commits.Add(1)
	for _, j := range w.group {
		if j.err == nil {
			w.s.writes.Add(1)
		}
	}
}

func (w *writer) answerAll(err error) {
	for _, j := range w.group {
		j.err = err
	}
}

// transaction runs body between begin and commit. Any error means that nothing
// of it was kept.
func (w *writer) transaction(body func() error) error {
	w.c.broken = nil
	w.asOf = w.s.finished.Load()
	if _, err := w.c.exec("begin immediate"); err != nil {
		return err
	}
	err := body()
	if err == nil {
		err = w.c.broken
	}
	if err == nil {
		return w.commit()
	}
	w.rollback()
	return err
}

// commit keeps the order that cache relies on: the
// keys are marked before, the values are shown and then the number after.
func (w *writer) commit() error {
	s := w.s
	n := s.finished.Load() + 1
	s.profiles.mark(n)
	s.people.mark(n)
	if _, err := w.c.exec("commit"); err != nil {
		w.rollback()
		s.profiles.unmark()
		s.people.unmark()
		return err
	}
	s.profiles.publish(n)
	s.people.publish(n)
	s.finished.Store(n)
	return nil
}

// rollback undoes the transaction. SQLite has done so itself after some
// errors, and then says that there is none.
func (w *writer) rollback() {
	_, _ = w.c.exec("rollback")
	w.s.profiles.dropAll()
	w.s.people.dropAll()
}

// errUnclean says that a closure failed after it had written.
var errUnclean = errors.New("a closure failed after writing")

// runPlainly runs the closures one after the other. One that fails without
// having written has just its own error; one that fails after writing spoils
// the transaction for all.
func (w *writer) runPlainly() error {
	for _, j := range w.group {
		before := w.c.changes
		j.err = w.call(j)
		if w.c.broken != nil {
			return w.c.broken
		}
		if j.err != nil && w.c.changes != before {
			return errUnclean
		}
		w.keep(j.err == nil)
	}
	return nil
}

// runGuarded runs them with a savepoint each, so that the failing ones are
// undone alone. It is the second try of a group: every closure runs at most
// twice, however many of them fail.
func (w *writer) runGuarded() error {
	for _, j := range w.group {
		if _, err := w.c.exec("savepoint closure"); err != nil {
			return err
		}
		j.err = w.call(j)
		if w.c.broken != nil {
			return w.c.broken
		}
		if j.err != nil {
			if _, err := w.c.exec("rollback to closure"); err != nil {
				return err
			}
		}
		if _, err := w.c.exec("release closure"); err != nil {
			return err
		}
		w.keep(j.err == nil)
	}
	return nil
}

func (w *writer) keep(ok bool) {
	if ok {
		w.s.profiles.keepOwn()
		w.s.people.keepOwn()
		return
	}
	w.s.profiles.dropOwn()
	w.s.people.dropOwn()
}

// call runs one closure. A panic is its own failure and nobody else's.
func (w *writer) call(j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.s.log.Error("a write panicked", "panic", p, "stack", string(debug.Stack()))
			err = fault.New(fault.Internal, "internal", "Something went wrong on our side.").Because(fmt.Errorf("panic: %v", p))
		}
	}()
	return outward(j.fn(w))
}

// abandon answers a group whose goroutine is ending.
func (w *writer) abandon() {
	w.rollback()
	w.s.gate.Unlock()
	w.answerAll(fault.New(fault.Internal, "internal", "A write ended its goroutine."))
	w.answer()
}

func (w *writer) close() {
	if err := w.c.close(); err != nil {
		w.s.log.Error("close the database", "error", err)
	}
}

// owned refuses to write what belongs to contacts in a shared store.
func (w *writer) owned() error {
	if w.s.shared {
		return fault.New(fault.Unavailable, "data_in_use", "Contacts can be written only by the process that serves them.")
	}
	return nil
}

// put runs a statement that writes configuration.
func (w *writer) put(query string, args ...any) error {
	_, err := w.c.exec(query, args...)
	return outward(err)
}

// putOwned runs one that writes what belongs to a contact.
func (w *writer) putOwned(query string, args ...any) error {
	if err := w.owned(); err != nil {
		return err
	}
	return w.put(query, args...)
}

func (w *writer) stageProfile(k contactKey, p *contact.Profile) {
	w.s.profiles.stage(k, change[*contact.Profile]{value: p, gone: p == nil})
}

func (w *writer) stagePerson(k identityKey, id ident.ID) {
	w.s.people.stage(k, change[ident.ID]{value: id, gone: id == ident.None})
}
