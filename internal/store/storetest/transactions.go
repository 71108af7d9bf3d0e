package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

var errOwn = errors.New("the closure's own error")

func rollback(t *testing.T, s store.Store) {
	project := ident.New()
	kept := newBelongings(project)
	write(t, s, func(w store.Writer) error { return kept.put(w, project) })
	before := revision(t, s)

	lost := newBelongings(project)
	changed := kept.profile.Clone()
	changed.Country = "XX"
	err := s.Write(ctx, func(w store.Writer) error {
		return do(
			func() error { return lost.put(w, project) },
			func() error { return w.PutContact(ctx, project, changed) },
			func() error {
				return w.PutIdentity(ctx, project, contact.ByUserID, kept.profile.UserID, lost.profile.ID)
			},
			func() error { return w.PutSurvey(ctx, project, newSurvey("nps", "")) },
			func() error { return w.MoveContact(ctx, project, kept.profile.ID, lost.profile.ID) },
			func() error { return errOwn },
		)
	})
	if !errors.Is(err, errOwn) {
		t.Errorf("got %v, want the closure's own error", err)
	}
	wantProfile(t, s, project, kept.profile)
	wantEqual(t, "user id", find(t, s, project, contact.ByUserID, kept.profile.UserID), kept.profile.ID)
	wantEqual(t, "the lost one's user id", find(t, s, project, contact.ByUserID, lost.profile.UserID), ident.None)
	wantEqual(t, "configuration revision", revision(t, s), before)
	read(t, s, func(r store.Reader) error {
		wantOwner(t, r, project, kept, kept.profile.ID)
		_, gone := r.Contact(ctx, project, lost.profile.ID)
		wantFault(t, gone, fault.NotFound, "contact_not_found")
		n, err := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{Contacts: 1, Sessions: 1, Events: 1, Responses: 1, Operations: 1, Outbox: 1})
		return err
	})
}

// together starts n callers at once and waits for them.
func together(n int, call func(i int)) {
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			call(i)
		})
	}
	close(start)
	all.Wait()
}

func failsAlone(t *testing.T, s store.Store) {
	const callers = 96
	project := ident.New()
	profiles, errs := make([]*contact.Profile, callers), make([]error, callers)
	for i := range profiles {
		profiles[i] = newProfile()
	}
	together(callers, func(i int) {
		errs[i] = s.Write(ctx, func(w store.Writer) error {
			switch i % 4 {
			case 1: // fails before it writes
				return errOwn
			case 2: // fails after
				return do(func() error { return w.PutContact(ctx, project, profiles[i]) }, func() error { return errOwn })
			}
			return do(
				func() error { return w.PutContact(ctx, project, profiles[i]) },
				func() error { return w.AddCount(ctx, project, store.Counter{What: "views"}, noon, 1) },
			)
		})
	})
	read(t, s, func(r store.Reader) error {
		for i, p := range profiles {
			_, err := r.Contact(ctx, project, p.ID)
			if fails := i%4 == 1 || i%4 == 2; fails {
				wantFault(t, err, fault.NotFound, "contact_not_found")
				wantEqual(t, "a failing closure got its own error", errors.Is(errs[i], errOwn), true)
			} else if err != nil || errs[i] != nil {
				t.Errorf("a closure beside failing ones: write %v, read %v", errs[i], err)
			}
		}
		n, err := r.CountSince(ctx, project, store.Counter{What: "views"}, 0)
		wantEqual(t, "each that succeeded counted once", n, callers/2)
		return err
	})
}

func ownWrites(t *testing.T, s store.Store) {
	project := ident.New()
	b := newBelongings(project)
	write(t, s, func(w store.Writer) error {
		if err := b.put(w, project); err != nil {
			return err
		}
		wantOwner(t, w, project, b, b.profile.ID)
		id, err := w.ContactByIdentity(ctx, project, contact.ByUserID, b.profile.UserID)
		wantEqual(t, "own identifier", id, b.profile.ID)
		changed := b.profile.Clone()
		changed.Country = "XX"
		if err := w.PutContact(ctx, project, changed); err != nil {
			return err
		}
		own, ownErr := w.Contact(ctx, project, b.profile.ID)
		if ownErr == nil {
			wantEqual(t, "own profile", own.Country, "XX")
		}
		read(t, s, func(r store.Reader) error {
			_, none := r.Contact(ctx, project, b.profile.ID)
			wantFault(t, none, fault.NotFound, "contact_not_found")
			_, none = r.ContactByIdentity(ctx, project, contact.ByUserID, b.profile.UserID)
			wantFault(t, none, fault.NotFound, "contact_not_found")
			return nil
		})
		return do(func() error { return err }, func() error { return ownErr })
	})
}

// snapshot reads in several ways before and after a write by somebody else.
func snapshot(t *testing.T, s store.Store) {
	project := ident.New()
	b := newBelongings(project)
	b.profile.Sessions = 0 // from here on as much as the counter that bump adds to
	write(t, s, func(w store.Writer) error { return b.put(w, project) })
	for _, c := range []struct {
		rule   string
		before func(r store.Reader) error
	}{
		{"after a read of a table", func(r store.Reader) error { _, err := r.Count(ctx, project); return err }},
		{"after a read of the profile", func(r store.Reader) error { _, err := r.Contact(ctx, project, b.profile.ID); return err }},
		{"after a read of the identifier", func(r store.Reader) error {
			_, err := r.ContactByIdentity(ctx, project, contact.ByUserID, b.profile.UserID)
			return err
		}},
	} {
		for range 2 { // once as after the write, once from a warm cache
			writes := 0
			read(t, s, func(r store.Reader) error {
				if err := c.before(r); err != nil {
					return err
				}
				p, err := r.Contact(ctx, project, b.profile.ID)
				if err != nil {
					return err
				}
				writes++
				write(t, s, func(w store.Writer) error { return bump(w, project, b.profile.ID) })
				again, err := r.Contact(ctx, project, b.profile.ID)
				if err != nil {
					return err
				}
				n, err := r.CountSince(ctx, project, store.Counter{What: "views"}, 0)
				if err != nil {
					return err
				}
				if p.Views != again.Views || p.Sessions != n {
					t.Errorf("%s: profile went from %d to %d views; its count of writes is %d, the counter's %d",
						c.rule, p.Views, again.Views, p.Sessions, n)
				}
				return nil
			})
			if writes > 2 {
				t.Errorf("%s: the closure ran %d times", c.rule, writes)
			}
		}
	}
}

// bump changes a profile and a counter in step.
func bump(w store.Writer, project, id ident.ID) error {
	p, err := w.Contact(ctx, project, id)
	if err != nil {
		return err
	}
	n, err := w.CountSince(ctx, project, store.Counter{What: "views"}, 0)
	if err != nil {
		return err
	}
	p = p.Clone()
	p.Views++
	p.Sessions = n + 1
	return do(
		func() error { return w.PutContact(ctx, project, p) },
		func() error { return w.AddCount(ctx, project, store.Counter{What: "views"}, noon, 1) },
	)
}

func readYourWrites(t *testing.T, s store.Store) {
	project := ident.New()
	together(8, func(int) {
		p := newProfile()
		for i := range 50 {
			p = p.Clone()
			p.Views = i
			if err := s.Write(ctx, func(w store.Writer) error {
				return do(
					func() error { return w.PutContact(ctx, project, p) },
					func() error { return w.PutIdentity(ctx, project, contact.ByUserID, p.UserID, p.ID) },
				)
			}); err != nil {
				t.Error(err)
				return
			}
			if err := s.Read(ctx, func(r store.Reader) error {
				id, err := r.ContactByIdentity(ctx, project, contact.ByUserID, p.UserID)
				if err != nil {
					return err
				}
				got, err := r.Contact(ctx, project, id)
				if err == nil && got.Views != i {
					t.Errorf("read %d after writing %d", got.Views, i)
				}
				return err
			}); err != nil {
				t.Error(err)
				return
			}
		}
	})
}

func exactlyOnce(t *testing.T, s store.Store) {
	const racers, ids = 64, 20
	project, owner := ident.New(), ident.New()
	for range ids {
		id := ident.New()
		var mu sync.Mutex
		stored := 0
		together(racers, func(int) {
			err := s.Write(ctx, func(w store.Writer) error {
				if err := w.PutOperation(ctx, project, owner, id, []byte("d"), noon); err != nil {
					return err
				}
				return do(
					func() error {
						return w.PutEvent(ctx, project, contact.Event{ID: id, Contact: owner, Name: "e", At: noon})
					},
					func() error { return w.AddCount(ctx, project, store.Counter{What: "views"}, noon, 1) },
				)
			})
			if err == nil {
				mu.Lock()
				stored++
				mu.Unlock()
				return
			}
			wantFault(t, err, fault.Conflict, "operation_exists")
		})
		wantEqual(t, "callers told that they stored it", stored, 1)
	}
	read(t, s, func(r store.Reader) error {
		n, err := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{Events: ids, Operations: ids})
		sum, sumErr := r.CountSince(ctx, project, store.Counter{What: "views"}, 0)
		wantEqual(t, "effects", sum, ids)
		return do(func() error { return err }, func() error { return sumErr })
	})
}

func concurrentCounts(t *testing.T, s store.Store) {
	project := ident.New()
	together(16, func(int) {
		for range 20 {
			if err := s.Write(ctx, func(w store.Writer) error {
				return w.AddCount(ctx, project, store.Counter{What: "responses"}, noon, 1)
			}); err != nil {
				t.Error(err)
			}
		}
	})
	read(t, s, func(r store.Reader) error {
		n, err := r.CountSince(ctx, project, store.Counter{What: "responses"}, 0)
		wantEqual(t, "sum", n, 16*20)
		return err
	})
}

func concurrentProfiles(t *testing.T, s store.Store) {
	project, p := ident.New(), newProfile()
	p.Views, p.Sessions = 0, 0
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, project, p) })
	together(16, func(int) {
		for range 20 {
			if err := s.Write(ctx, func(w store.Writer) error { return bump(w, project, p.ID) }); err != nil {
				t.Error(err)
			}
			if err := s.Read(ctx, func(r store.Reader) error {
				seen, err := r.Contact(ctx, project, p.ID)
				if err != nil {
					return err
				}
				n, err := r.CountSince(ctx, project, store.Counter{What: "views"}, 0)
				if err == nil && (seen.Sessions != n || seen.Views != n) {
					t.Errorf("in one snapshot the profile says %d and %d, the counter %d", seen.Views, seen.Sessions, n)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
	})
	p = p.Clone()
	p.Views, p.Sessions = 16*20, 16*20
	wantProfile(t, s, project, p)
}

func endedContext(t *testing.T, s store.Store) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Read(over, func(store.Reader) error { t.Error("read ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("read: got %v", err)
	}
	if err := s.Write(over, func(store.Writer) error { t.Error("write ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("write: got %v", err)
	}
}

func stats(t *testing.T, s store.Store) {
	before := s.Stats()
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, ident.New(), newProfile()) })
	one := s.Stats()
	wantEqual(t, "after one write", store.Stats{Writes: one.Writes - before.Writes, Commits: one.Commits - before.Commits}, store.Stats{Writes: 1, Commits: 1})
	together(32, func(int) {
		_ = s.Write(ctx, func(w store.Writer) error { return w.PutContact(ctx, ident.New(), newProfile()) })
	})
	_ = s.Write(ctx, func(store.Writer) error { return errOwn })
	after := s.Stats()
	wantEqual(t, "writes do not count what failed", after.Writes-one.Writes, int64(32))
	if n := after.Commits - one.Commits; n < 1 || n > 33 {
		t.Errorf("33 closures took %d commits", n)
	}
}

func closedStore(t *testing.T, s store.Store) {
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.Read(ctx, func(store.Reader) error { return nil }), fault.Unavailable, "storage_closed")
	wantFault(t, s.Write(ctx, func(store.Writer) error { return nil }), fault.Unavailable, "storage_closed")
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func panicInRead(t *testing.T, s store.Store) {
	for range 20 { // more often than there are connections
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not reach the caller")
				}
			}()
			_ = s.Read(ctx, func(r store.Reader) error {
				_, _ = r.Projects(ctx)
				panic("the closure's own")
			})
		}()
	}
	read(t, s, func(r store.Reader) error { _, err := r.Projects(ctx); return err })
}

func panicInWrite(t *testing.T, s store.Store) {
	project := ident.New()
	err := s.Write(ctx, func(w store.Writer) error {
		if err := w.PutContact(ctx, project, newProfile()); err != nil {
			return err
		}
		panic("the closure's own")
	})
	wantFault(t, err, fault.Internal, "internal")
	read(t, s, func(r store.Reader) error {
		n, err := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{})
		return err
	})
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, project, newProfile()) })
}
