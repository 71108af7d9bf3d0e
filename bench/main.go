// Command bench measures how fast the built server is, against floors of the
// same run: a bare HTTP handler, and bare group-committed SQLite behind one.
// Absolute figures say something about the machine; the ratios say something
// about the server. It prints a table and writes bench/results.json.
//
// Run it from the root of the repository, after make build:
//
//	go run ./bench          about four minutes
//	go run ./bench -full    larger data, longer rounds
//	go run ./bench -only P-2
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"earshot/internal/loadkit"
)

// Servers under test have one core, the load generator the other.
const (
	serverCore    = 0
	generatorCore = 1
)

// bench is one run.
type bench struct {
	stage   *loadkit.Stage
	binary  string
	size    size
	rounds  int
	round   time.Duration // measured, of one target in one round
	leadIn  time.Duration
	results []result
	machine machine
	void    []string // why figures do not count
}

// size is how much data there is.
type size struct {
	contacts, few, responses int // few: what growth with contacts is compared with
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "floor" {
		exit(floor(os.Args[2:]))
	}
	full := flag.Bool("full", false, "larger data and longer rounds")
	only := flag.String("only", "", "measure only these, such as P-1,P-3")
	binary := flag.String("binary", "", "the program to measure (default bin/earshot)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, *full, *only, *binary))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, full bool, only, binary string) (err error) {
	b := &bench{size: size{contacts: 100_000, few: 1_000, responses: 100_000}, rounds: 3, round: 3 * time.Second, leadIn: 500 * time.Millisecond}
	if full {
		b.size, b.round, b.leadIn = size{contacts: 1_000_000, few: 1_000, responses: 1_000_000}, 10*time.Second, time.Second
	}
	if b.binary = binary; binary == "" {
		if b.binary, err = loadkit.Binary(); err != nil {
			return err
		}
	}
	if b.stage, err = loadkit.NewStage("bench"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stage.Close()) }()
	ctx, cancel := context.WithTimeout(ctx, 90*time.Minute)
	defer cancel()

	if err := b.look(full); err != nil {
		return err
	}
	began := time.Now()
	if err := b.measure(ctx, only); err != nil {
		return err
	}
	b.machine.Seconds = int(time.Since(began).Seconds())
	if err := b.lookAgain(); err != nil {
		return err
	}
	b.print(os.Stdout)
	if err := b.write("bench/results.json"); err != nil {
		return err
	}
	if len(b.void) > 0 {
		return fmt.Errorf("these figures do not count: %s", strings.Join(b.void, "; "))
	}
	return nil
}

// measure runs the parts that are asked for, with the data they share.
func (b *bench) measure(ctx context.Context, only string) error {
	wanted := func(ids ...string) bool {
		for _, id := range ids {
			if only == "" || strings.Contains(","+only+",", ","+id+",") {
				return true
			}
		}
		return false
	}
	if wanted("P-3") {
		if err := b.decide(); err != nil {
			return err
		}
	}
	if loadkit.CanPin() {
		if err := loadkit.PinSelf(generatorCore); err != nil {
			return fmt.Errorf("keep the generator to one core: %w", err)
		}
		runtime.GOMAXPROCS(2) // the second for the thread that sleeps precisely
	}
	if wanted("P-1", "P-2", "P-4", "P-6", "P-7") {
		if err := b.base(ctx, wanted); err != nil {
			return err
		}
	}
	if wanted("P-4", "P-5") {
		return b.growth(ctx)
	}
	return nil
}

// base measures what needs the large site, one after the other on one server.
func (b *bench) base(ctx context.Context, wanted func(...string) bool) error {
	s, err := b.build(ctx, "base", b.size.contacts, 100, b.size.responses)
	if err != nil {
		return err
	}
	if wanted("P-7") {
		if err := b.starts(ctx, s); err != nil {
			return err
		}
	}
	if err := b.open(ctx, s); err != nil {
		return err
	}
	idle, _ := s.server.Memory()
	if err := b.check(ctx, s); err != nil {
		return err
	}
	if wanted("P-1", "P-6") {
		if err := b.pings(ctx, s, idle); err != nil {
			return err
		}
	}
	if wanted("P-4") {
		if err := b.growthBase(ctx, s); err != nil {
			return err
		}
	}
	if wanted("P-2") {
		if err := b.writes(ctx, s); err != nil {
			return err
		}
	}
	return s.server.Stop()
}
