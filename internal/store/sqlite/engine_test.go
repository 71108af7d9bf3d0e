package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/team"
)

var ctx = context.Background()

var quiet = slog.New(slog.DiscardHandler)

func putContact(s *Store, project ident.ID) error {
	return s.Write(ctx, func(w store.Writer) error { return w.PutContact(ctx, project, &contact.Profile{ID: ident.New()}) })
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want fault %s", err, code)
	}
}

// inWriter runs fn on the writer's connection.
func inWriter(t *testing.T, s *Store, fn func(c *conn) error) {
	t.Helper()
	if err := s.Write(ctx, func(w store.Writer) error { return fn(w.(*writer).c) }); err != nil {
		t.Fatal(err)
	}
}

func pragma(t *testing.T, c *conn, name string) (value string) {
	t.Helper()
	if err := c.query("pragma "+name, nil, func(r *row) error {
		value = fmt.Sprint(r.values[0])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestWriterSyncsEveryCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 { // as created, and as opened again
		s := openAt(t, dir, Options{})
		inWriter(t, s, func(c *conn) error {
			const full = "2"
			for name, want := range map[string]string{
				"synchronous": full, "fullfsync": "1", "journal_mode": "wal", "wal_autocheckpoint": "0", "secure_delete": "1",
			} {
				if got := pragma(t, c, name); got != want {
					t.Errorf("%s is %s, want %s", name, got, want)
				}
			}
			return nil
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneProcessServesADirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openAt(t, dir, Options{})
	_, err := Open(ctx, dir, Options{})
	wantCode(t, err, "data_in_use")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, dir, Options{})
}

func TestSharedStoreWritesConfigurationOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tool := openAt(t, dir, Options{Shared: true}) // makes the data, and leaves the lock
	server := openAt(t, dir, Options{})
	project := team.Project{ID: ident.New(), Name: "Alpha"}
	if err := tool.Write(ctx, func(w store.Writer) error { return w.PutProject(ctx, project) }); err != nil {
		t.Fatal(err)
	}
	if err := server.Read(ctx, func(r store.Reader) error {
		n, err := r.ConfigRevision(ctx)
		if n != 1 {
			t.Errorf("the server sees configuration revision %d, want 1", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, putContact(tool, project.ID), "data_in_use")

	p := &contact.Profile{ID: ident.New()}
	for views := range 3 {
		p = p.Clone()
		p.Views = views
		if err := server.Write(ctx, func(w store.Writer) error { return w.PutContact(ctx, project.ID, p) }); err != nil {
			t.Fatal(err)
		}
		if err := tool.Read(ctx, func(r store.Reader) error {
			got, err := r.Contact(ctx, project.ID, p.ID)
			if err == nil && got.Views != views {
				t.Errorf("the tool sees %d views, want %d", got.Views, views)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewerSchemaIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openAt(t, dir, Options{})
	inWriter(t, s, func(c *conn) error {
		_, err := c.exec("insert into goose_db_version (version_id, is_applied) values (999, 1)")
		return err
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Shared: true}} {
		_, err = Open(ctx, dir, o)
		wantCode(t, err, "schema_newer")
	}
	after, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	if n := strings.Count(fault.As(err).Message, "\n"); n != 0 {
		t.Errorf("the message has %d line breaks", n)
	}
}

func TestFullFileRefusesWritesAndRecovers(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{})
	project := ident.New()
	kept := 0
	inWriter(t, s, func(c *conn) error {
		_, err := c.exec("pragma max_page_count = 70")
		return err
	})
	var err error
	for err == nil {
		if err = putContact(s, project); err == nil {
			kept++
		}
	}
	wantCode(t, err, "storage_full")
	wantContacts(t, s, project, kept)
	inWriter(t, s, func(c *conn) error {
		_, err := c.exec("pragma max_page_count = 100000")
		return err
	})
	for range 10 {
		if err := putContact(s, project); err != nil {
			t.Fatalf("after there is room again: %v", err)
		}
	}
	wantContacts(t, s, project, kept+10)
}

func wantContacts(t *testing.T, s *Store, project ident.ID, want int) {
	t.Helper()
	if err := s.Read(ctx, func(r store.Reader) error {
		n, err := r.Count(ctx, project)
		if n.Contacts != want {
			t.Errorf("%d contacts are stored, want %d", n.Contacts, want)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestFailedSyncStopsWritingForGood(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{Log: quiet})
	project := ident.New()
	if err := putContact(s, project); err != nil {
		t.Fatal(err)
	}
	s.gate.Lock()
	s.fail(errors.New("sync failed"))
	s.gate.Unlock()
	<-s.Failed()
	wantCode(t, putContact(s, project), "storage_failed")
	wantCode(t, putContact(s, project), "storage_failed")
	wantContacts(t, s, project, 1)
}

// hold keeps the writer busy until release is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	entered, leave := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		if err := s.Write(ctx, func(store.Writer) error {
			close(entered)
			<-leave
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-entered
	return func() {
		close(leave)
		done.Wait()
	}
}

// queueUp queues n writes behind a held writer and returns when all wait.
func queueUp(s *Store, n int, call func(i int)) *sync.WaitGroup {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { call(i) })
		for len(s.queue) <= i {
			runtime.Gosched()
		}
	}
	return &all
}

func TestWaitingWritesShareACommit(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{})
	project := ident.New()
	before := s.Stats()
	release := hold(t, s)
	all := queueUp(s, maxGroup, func(int) {
		if err := putContact(s, project); err != nil {
			t.Error(err)
		}
	})
	release()
	all.Wait()
	after := s.Stats()
	if w, c := after.Writes-before.Writes, after.Commits-before.Commits; w != maxGroup+1 || c != 2 {
		t.Errorf("%d closures took %d commits, want %d and 2", w, c, maxGroup+1)
	}
}

func TestEndedContextLeavesTheQueue(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{})
	release := hold(t, s)
	waiting, cancel := context.WithCancel(ctx)
	var err error
	all := queueUp(s, 1, func(int) {
		err = s.Write(waiting, func(store.Writer) error { t.Error("the closure ran"); return nil })
	})
	cancel()
	all.Wait()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	release()
	if err := putContact(s, ident.New()); err != nil {
		t.Error(err)
	}
}

// A group in which everything goes wrong in every way at once.
func TestClosuresThatPanicHarmNoOther(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{Log: quiet})
	project := ident.New()
	release := hold(t, s)
	errs := make([]error, 40)
	all := queueUp(s, len(errs), func(i int) {
		errs[i] = s.Write(ctx, func(w store.Writer) error {
			if i%4 == 1 {
				panic("before writing")
			}
			if err := w.PutContact(ctx, project, &contact.Profile{ID: ident.New()}); err != nil {
				return err
			}
			if i%4 == 2 {
				panic("after writing")
			}
			return nil
		})
	})
	release()
	all.Wait()
	for i, err := range errs {
		if i%4 == 1 || i%4 == 2 {
			wantCode(t, err, "internal")
		} else if err != nil {
			t.Errorf("closure %d: %v", i, err)
		}
	}
	wantContacts(t, s, project, len(errs)/2)
}

func TestWriterOutlivesAClosureThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{Log: quiet})
	project := ident.New()
	err := s.Write(ctx, func(w store.Writer) error {
		if err := w.PutContact(ctx, project, &contact.Profile{ID: ident.New()}); err != nil {
			return err
		}
		runtime.Goexit()
		return nil // not reached
	})
	wantCode(t, err, "internal")
	if err := putContact(s, project); err != nil {
		t.Error(err)
	}
	wantContacts(t, s, project, 1)
}

func TestLookingAtTheLogMovesNothing(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{})
	c, err := connect(s.path, durable...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	s.gate.Lock() // no commit and, as there was none, no checkpoint meanwhile
	defer s.gate.Unlock()
	if _, err := c.exec("update config set revision = revision + 1"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		pages, moved, err := checkpoint(c, "noop")
		if err != nil || pages == 0 || moved >= pages {
			t.Errorf("of %d pages %d are moved (%v), want fewer", pages, moved, err)
		}
	}
	if pages, moved, err := checkpoint(c, "passive"); err != nil || moved != pages {
		t.Errorf("of %d pages %d are moved (%v), want all", pages, moved, err)
	}
}

func TestLogStaysBounded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("writes some 100 MB")
	}
	s := openAt(t, t.TempDir(), Options{})
	project, big := ident.New(), strings.Repeat("x", 32<<10)
	const writes, bound = 3000, 64 << 20
	var largest int64
	for range writes {
		if err := s.Write(ctx, func(w store.Writer) error {
			return w.PutContact(ctx, project, &contact.Profile{ID: ident.New(), Page: big})
		}); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(s.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, info.Size())
	}
	if largest > bound {
		t.Errorf("the log grew to %d MB while %d MB were written, want at most %d MB", largest>>20, writes*len(big)>>20, bound>>20)
	}
}

// Nothing that belongs to a visitor's request may read through a table.
func TestLookupsUseKeys(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), Options{CacheSize: -1, Readers: 1})
	project, id := ident.New(), ident.New()
	if err := s.Write(ctx, func(w store.Writer) error {
		_ = w.MoveContact(ctx, project, id, ident.New())
		_ = w.DropIdentity(ctx, project, contact.ByUserID, "x", id)
		_, _ = w.DropOutbox(ctx, 1, 1)
		wantPlans(t, w.(*writer).c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(ctx, func(r store.Reader) error {
		_, _ = r.Contact(ctx, project, id)
		_, _ = r.ContactByIdentity(ctx, project, contact.ByUserID, "x")
		_, _ = r.ContactByIdentity(ctx, project, contact.ByEmail, "x")
		_, _ = r.Account(ctx, project, id)
		_, _, _ = r.HasOperation(ctx, project, id, id)
		_, _ = r.Event(ctx, project, id, id)
		_, _ = r.Response(ctx, project, id, id)
		_, _ = r.LastResponse(ctx, project, id, id, "widget")
		_, _ = r.CountSince(ctx, project, store.Counter{What: "views"}, 0)
		_, _ = r.Outbox(ctx, 1, 1)
		_, _ = r.Survey(ctx, project, id)
		_, _ = r.SurveyByKey(ctx, project, "x")
		_, _, _ = r.SurveyByCode(ctx, "x")
		_, _ = r.ProjectByKey(ctx, []byte("x"))
		_, _ = r.MemberByEmail(ctx, "x")
		for _, f := range []store.ResponseFilter{{}, {Survey: id}, {Contact: id}, {Survey: id, Contact: id}} {
			for range r.Responses(ctx, project, f) {
				t.Error("a response out of nothing")
			}
		}
		wantPlans(t, r.(*reader).c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func wantPlans(t *testing.T, c *conn) {
	t.Helper()
	var statements []string
	for q := range c.stmts {
		if first := strings.Fields(q)[0]; first == "select" || first == "update" || first == "delete" {
			statements = append(statements, q)
		}
	}
	for _, q := range statements {
		if err := c.query("explain query plan "+q, nullsFor(q), func(r *row) error {
			step := r.values[3].(string)
			ofContact := strings.Contains(q, "contact_id = ?") && strings.HasPrefix(step, "SEARCH") && !strings.Contains(q, "identity")
			if strings.HasPrefix(step, "SCAN") || (ofContact && !strings.Contains(step, "contact_id=?")) {
				t.Errorf("%s\n\treads by: %s", q, step)
			}
			return nil
		}); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func nullsFor(q string) []any { return make([]any, strings.Count(q, "?")) }
