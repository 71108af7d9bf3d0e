package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"earshot/internal/fault"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// prepare brings the file to this binary's schema, making it if need be.
func prepare(ctx context.Context, path string) error {
	if current, err := isCurrent(path); err != nil || current {
		return err
	}
	return migrate(ctx, path)
}

// isCurrent tells whether there is nothing to prepare. Data of a newer schema
// is refused, before anything is changed.
func isCurrent(path string) (bool, error) {
	have, err := schemaVersion(path)
	if err != nil {
		return false, err
	}
	want, err := newestMigration()
	if err != nil {
		return false, err
	}
	if have > want {
		return false, fault.Newf(fault.Unavailable, "schema_newer",
			"The data in %s was written by a newer Earshot (schema %d; this one knows up to %d): use that version or a later one.",
			path, have, want)
	}
	return have == want, nil
}

// migrate runs each missing migration in a transaction of its own, with its
// number, so that a kill at any moment leaves one schema or the other.
func migrate(ctx context.Context, path string) error {
	if err := create(path); err != nil {
		return err
	}
	pool, err := openPool(path, durable...)
	if err != nil {
		return err
	}
	defer pool.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	return nil
}

// create makes the file, readable by its owner only. The write-ahead log is a
// property of the file, kept in it: it is set here once, not per connection.
// Files that lost it, by being copied with a tool, get it back.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	c, err := connect(path, durable...)
	if err != nil {
		return err
	}
	defer c.close()
	var mode string
	if _, err := c.one("pragma journal_mode = wal", nil, func(r *row) error {
		mode = r.text()
		return nil
	}); err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	if mode != "wal" {
		return fmt.Errorf("create %s: the file system does not allow a write-ahead log (journal mode %s)", path, mode)
	}
	return nil
}

// schemaVersion is 0 for a file that is not there or has no tables yet.
func schemaVersion(path string) (version int64, err error) {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return 0, nil
	}
	c, err := connect(path, "busy_timeout = 5000", "query_only = 1")
	if err != nil {
		return 0, err
	}
	defer c.close()
	found, err := c.one("select 1 from sqlite_master where type = 'table' and name = 'goose_db_version'", nil, noColumns)
	if err != nil || !found {
		return 0, err
	}
	_, err = c.one("select coalesce(max(version_id), 0) from goose_db_version where is_applied", nil, func(r *row) error {
		version = r.int64()
		return nil
	})
	return version, err
}

func newestMigration() (newest int64, err error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		digits, _, _ := strings.Cut(f.Name(), "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", f.Name(), err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

func noColumns(*row) error { return nil }
