// Command trust runs the acceptance tests of what Earshot promises about
// people's answers: what was acknowledged is on disk, everything counts once,
// and nothing that a stranger sends breaks the server. Each test prints one
// line: its id, name, figure, limit, and PASS or FAIL. The exit code is 1 if
// one failed.
//
// Run it from the root of the repository, after make build:
//
//	go run ./trust          about two minutes
//	go run ./trust -full    the form for a release, an hour or more
//	go run ./trust -only R1
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"earshot/internal/loadkit"
)

// trust is one run.
type trust struct {
	stage  *loadkit.Stage
	binary string
	full   bool
	seed   uint64
	lines  []line
}

// line is one result.
type line struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Figure string `json:"figure"`
	Limit  string `json:"limit"`
	Pass   bool   `json:"pass"`
}

// test is one acceptance test. An error means that it could not be carried out.
type test struct {
	id  string
	run func(*trust, context.Context) error
}

var tests = []test{
	{"R1", (*trust).durability},
	{"R3", (*trust).exactlyOnce},
	{"S8", (*trust).badInput},
}

func main() {
	t := &trust{}
	only := flag.String("only", "", "run only these, such as R1,S8")
	flag.BoolVar(&t.full, "full", false, "the form for a release")
	flag.Uint64Var(&t.seed, "seed", uint64(time.Now().UnixNano()), "of everything that is random")
	flag.StringVar(&t.binary, "binary", "", "the program to test (default bin/earshot)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ok, err := t.run(ctx, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "trust:", err)
	}
	if err != nil || !ok {
		stop()
		os.Exit(1)
	}
}

func (t *trust) run(ctx context.Context, only string) (ok bool, err error) {
	if t.binary == "" {
		if t.binary, err = loadkit.Binary(); err != nil {
			return false, err
		}
	}
	if t.stage, err = loadkit.NewStage("trust"); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, t.stage.Close()) }()
	limit := 10 * time.Minute
	if t.full {
		limit = 6 * time.Hour
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	fmt.Fprintf(os.Stderr, "seed %d\n", t.seed)
	for _, test := range tests {
		if only != "" && !strings.Contains(","+only+",", ","+test.id+",") {
			continue
		}
		if err := test.run(t, ctx); err != nil {
			t.report(test.id, "carried out", false, "no", "yes")
			return false, fmt.Errorf("%s: %w", test.id, err)
		}
	}
	ok = true
	for _, l := range t.lines {
		ok = ok && l.Pass
	}
	return ok, t.write("trust/results.json", began)
}

// report prints a line as soon as it is known.
func (t *trust) report(id, name string, pass bool, figure, limit string) {
	word := "FAIL"
	if pass {
		word = "PASS"
	}
	fmt.Printf("%-3s  %-46s %-34s %-22s %s\n", id, name, figure, limit, word)
	t.lines = append(t.lines, line{id, name, figure, limit, pass})
}

// none reports something of which there must be none at all.
func (t *trust) none(id, name string, n int, of string) {
	t.report(id, name, n == 0, fmt.Sprintf("%d of %s", n, of), "0")
}

func (t *trust) write(path string, began time.Time) error {
	command := "go run ./trust"
	if t.full {
		command += " -full"
	}
	b, err := json.MarshalIndent(map[string]any{
		"machine": loadkit.Computer(), "when": began.UTC().Format(time.RFC3339), "command": command,
		"seconds": int(time.Since(began).Seconds()), "seed": t.seed, "results": t.lines,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}
