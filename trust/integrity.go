package main

import (
	"context"
	"database/sql"
	"net/url"

	_ "modernc.org/sqlite" // the checker's own view of the file
)

// integrity asks SQLite itself whether the file is whole: "ok", or what is wrong.
func integrity(ctx context.Context, database string) (said string, err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: database}).EscapedPath()+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return "", err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "pragma integrity_check").Scan(&said)
	return said, err
}
