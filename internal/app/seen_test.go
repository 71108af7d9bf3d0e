package app

import (
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/team"
)

func TestWhoStaysCostsOneWriteInAWhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	v.send()
	before, stored := w.store.Stats().Writes, v.contact().LastSeen
	flush := func() {
		t.Helper()
		if err := w.app.flushSeen(t.Context(), false); err != nil {
			t.Fatal(err)
		}
	}
	for range 60 { // ten minutes
		w.wait(10 * time.Second)
		v.send()
		flush()
	}
	if n := w.store.Stats().Writes - before; n > 2 {
		t.Errorf("%d writes in ten minutes, want at most 2", n)
	}
	w.wait(6 * time.Minute)
	flush()
	if moved := time.Duration(v.contact().LastSeen-stored) * time.Microsecond; moved != 10*time.Minute {
		t.Errorf("last seen moved by %v, want 10m: what was noted last has to be written, too", moved)
	}
	if len(w.app.seen.pending) != 0 || len(w.app.seen.queue) != 0 {
		t.Errorf("%d moments wait, %d queue", len(w.app.seen.pending), len(w.app.seen.queue))
	}
}

func TestNotTooManyWaitToBeWritten(t *testing.T) {
	t.Parallel()
	s, project := newSeen(), ident.New()
	for n := range seenFull + 10 {
		s.note(project, ident.ID{1: byte(n >> 16), 2: byte(n >> 8), 3: byte(n)}, contact.Micros(1))
	}
	if len(s.pending) != seenFull {
		t.Errorf("%d are kept, want %d", len(s.pending), seenFull)
	}
	early := 0
	for piece := s.due(2, false); len(piece) > 0; piece = s.due(2, false) {
		s.written(piece)
		early += len(piece)
	}
	if early != seenFull-seenMost {
		t.Errorf("%d were written early, want %d", early, seenFull-seenMost)
	}
}
