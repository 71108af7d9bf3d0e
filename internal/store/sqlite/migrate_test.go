package sqlite

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// makeAt makes a file of an earlier schema and runs statements in it.
func makeAt(t *testing.T, dir string, version int64, statements ...string) {
	t.Helper()
	path := filepath.Join(dir, File)
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	pool, err := openPool(path, durable...)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := pool.ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDataOfTheFirstSchemaOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	project, owner, id := ident.ID{1}, ident.ID{2}, ident.ID{3}
	makeAt(t, dir, 1, `insert into event (project_id, contact_id, event_id, name, properties, at, sent_at)
		values (x'01000000000000000000000000000000', x'02000000000000000000000000000000', x'03000000000000000000000000000000', 'saved', '', 5, 4)`)
	s := openAt(t, dir, Options{})
	began := contact.Session{Contact: owner, At: 7, Page: "https://example.com/"}
	if err := s.Write(ctx, func(w store.Writer) error { return w.PutSession(ctx, project, began) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(ctx, func(r store.Reader) error {
		e, err := r.Event(ctx, project, owner, id)
		if err != nil {
			return err
		}
		if e.Name != "saved" || e.At != 5 || e.SentAt != 4 || e.Page != "" {
			t.Errorf("event = %+v", e)
		}
		all, err := r.Sessions(ctx, project, owner, 0)
		if len(all) != 1 || all[0] != began {
			t.Errorf("sessions = %+v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
