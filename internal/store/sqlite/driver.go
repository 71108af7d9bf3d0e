package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"

	engine "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// This is the only file that knows which SQLite driver is used. It talks to
// the driver below database/sql: with one writer and a handful of readers,
// each used by one goroutine at a time, a pool has nothing to do, and a
// statement that stays prepared on its connection costs half as much.

// processWide makes the two settings that exist once per process, before the
// first connection: fdatasync instead of fsync, as every distribution's SQLite
// is built (it does not write time stamps through the file system's journal),
// and locks that survive somebody else closing the same file in this process.
// Where a platform has neither, SQLite's own default stands.
var processWide = sync.OnceFunc(func() {
	_, _ = engine.Fdatasync(true)
	_, _ = engine.OFDLocking(true)
})

// conn is one connection, used by one goroutine at a time.
type conn struct {
	raw   driver.Conn
	stmts map[string]*stmt
	args  []driver.NamedValue

	changes int   // statements that changed something
	broken  error // the first error after which the open transaction cannot be trusted
}

type stmt struct {
	driver.Stmt
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
	dest  []driver.Value
}

// connect opens a connection and runs pragmas on it.
func connect(path string, pragmas ...string) (*conn, error) {
	processWide()
	connector, err := engine.NewConnector(dataSource(path))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	raw, err := connector.Connect(context.Background())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	c := &conn{raw: raw, stmts: make(map[string]*stmt)}
	for _, p := range pragmas {
		if _, err := c.exec("pragma " + p); err != nil {
			c.close()
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	return c, nil
}

// dataSource names the file as a URI, whatever characters its path has.
func dataSource(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_dqs=0"
}

// openPool gives a database/sql view of the file, which migrations want.
func openPool(path string, pragmas ...string) (*sql.DB, error) {
	processWide()
	dsn := dataSource(path)
	for _, p := range pragmas {
		dsn += "&_pragma=" + url.QueryEscape(p)
	}
	connector, err := engine.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	return c.raw.Close()
}

func (c *conn) prepare(query string) (*stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	raw, err := c.raw.Prepare(query)
	if err != nil {
		return nil, err
	}
	s := &stmt{Stmt: raw, exec: raw.(driver.StmtExecContext), query: raw.(driver.StmtQueryContext)}
	c.stmts[query] = s
	return s, nil
}

// exec runs a statement that gives no rows and says how many rows it changed.
//
// No context reaches the driver, here or in query: it would start a goroutine
// for each statement, and an interrupt arriving late would hit somebody else's.
func (c *conn) exec(query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, c.noted(err)
	}
	res, err := s.exec.ExecContext(context.Background(), c.bind(args))
	if err != nil {
		return 0, c.noted(fmt.Errorf("%s: %w", firstWords(query), err))
	}
	n, err := res.RowsAffected()
	if n > 0 {
		c.changes++
	}
	return n, err
}

// query calls each with every row. The row is valid only during the call, and
// each must not run the same query again: a statement has one cursor.
func (c *conn) query(query string, args []any, each func(*row) error) error {
	s, err := c.prepare(query)
	if err != nil {
		return c.noted(err)
	}
	rows, err := s.query.QueryContext(context.Background(), c.bind(args))
	if err != nil {
		return c.noted(fmt.Errorf("%s: %w", firstWords(query), err))
	}
	if s.dest == nil {
		s.dest = make([]driver.Value, len(rows.Columns()))
	}
	r := row{values: s.dest}
	for {
		if err = rows.Next(s.dest); err != nil {
			break
		}
		if err = each(&r); err != nil {
			break
		}
		if err = r.err; err != nil {
			break
		}
		r.at = 0
	}
	closing := rows.Close()
	switch {
	case errors.Is(err, io.EOF):
		return c.noted(closing)
	case err != nil:
		return c.noted(err)
	}
	return nil
}

// one is query for at most one row; it says whether there was one.
func (c *conn) one(query string, args []any, each func(*row) error) (found bool, err error) {
	err = c.query(query, args, func(r *row) error {
		found = true
		return each(r)
	})
	return found, err
}

// bind turns arguments into the driver's few types.
func (c *conn) bind(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, a := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: value(a)})
	}
	return c.args
}

func value(a any) driver.Value {
	switch v := a.(type) {
	case ident.ID:
		return v[:]
	case contact.Micros:
		return int64(v)
	case int:
		return int64(v)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case time.Time:
		return int64(contact.At(v))
	case json.RawMessage:
		return string(v)
	}
	return a
}

// row reads the columns of one row from left to right.
type row struct {
	values []driver.Value
	at     int
	err    error
}

func next[T any](r *row) (v T) {
	if r.at >= len(r.values) {
		r.err = errors.New("read a row: no column left")
		return v
	}
	got := r.values[r.at]
	r.at++
	v, ok := got.(T)
	if !ok && got != nil && r.err == nil {
		r.err = fmt.Errorf("read column %d: want %T, got %T", r.at, v, got)
	}
	return v
}

func (r *row) text() string           { return next[string](r) }
func (r *row) blob() []byte           { return next[[]byte](r) }
func (r *row) int() int               { return int(next[int64](r)) }
func (r *row) int64() int64           { return next[int64](r) }
func (r *row) float() float64         { return next[float64](r) }
func (r *row) micros() contact.Micros { return contact.Micros(next[int64](r)) }
func (r *row) time() time.Time        { return r.micros().Time() }

func (r *row) id() (id ident.ID) {
	b := next[[]byte](r)
	if len(b) != len(id) && r.err == nil {
		r.err = fmt.Errorf("read column %d: want an id of 16 bytes, got %d", r.at, len(b))
	}
	copy(id[:], b)
	return id
}

// noted remembers an error after which nothing of the open transaction may be
// committed: SQLite may have rolled it back on its own.
func (c *conn) noted(err error) error {
	if c.broken == nil && breaksTransaction(err) {
		c.broken = err
	}
	return err
}

func codeOf(err error) int {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Code()
	}
	return 0
}

func breaksTransaction(err error) bool {
	switch codeOf(err) & 0xff {
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM, codes.SQLITE_CORRUPT,
		codes.SQLITE_INTERRUPT, codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_NOTADB,
		codes.SQLITE_PROTOCOL, codes.SQLITE_BUSY:
		return true
	}
	return false
}

// isTaken tells a second row under a key that must be unique.
func isTaken(err error) bool {
	switch codeOf(err) {
	case codes.SQLITE_CONSTRAINT_PRIMARYKEY, codes.SQLITE_CONSTRAINT_UNIQUE:
		return true
	}
	return false
}

// isFull tells that there is no room: for the file, or for the shared memory
// file that lists what the write-ahead log holds.
func isFull(err error) bool {
	code := codeOf(err)
	return code&0xff == codes.SQLITE_FULL || code == codes.SQLITE_IOERR_SHMSIZE
}

// isFailedSync tells that the operating system could not put data on disk.
// It may have dropped that data, so a second sync that succeeds proves nothing.
func isFailedSync(err error) bool {
	switch codeOf(err) {
	case codes.SQLITE_IOERR_FSYNC, codes.SQLITE_IOERR_DIR_FSYNC:
		return true
	}
	return false
}

func isBusy(err error) bool { return codeOf(err)&0xff == codes.SQLITE_BUSY }

// firstWords names a statement in an error.
func firstWords(query string) string {
	words := strings.Fields(query)
	return strings.Join(words[:min(3, len(words))], " ")
}
