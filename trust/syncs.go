package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"earshot/internal/loadkit"
)

// syncs counts, from outside the process, how often it asks the system to put
// data on disk while it acknowledges: at least once for each commit. A driver,
// a pragma or a pool that turns durability off shows here, as no kill -9 can
// show it: the system keeps what a killed process has written.
func (t *trust) syncs(ctx context.Context, k *killing) error {
	strace, err := exec.LookPath("strace")
	if err != nil {
		fmt.Println("R1   sync calls: not counted, because strace is not installed (apt-get install strace)")
		return nil
	}
	out := t.stage.Path("strace")
	server, err := k.site.start(ctx, strace, "-D", "-f", "-c", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", out)
	if err != nil {
		fmt.Println("R1   sync calls: not counted, because the server cannot be traced here:", firstLine(err))
		_, err := k.site.start(ctx)
		return err
	}
	before, acked := loadkit.Commits(k.site.database()), k.ledger.count
	k.load(ctx, server, 2*time.Second)
	commits := loadkit.Commits(k.site.database()) - before // the index outlives the kill
	if err := k.ledger.settle(); err != nil {
		return err
	}
	calls, err := countedBy(ctx, out)
	if err != nil {
		return err
	}
	t.report("R1", "sync calls for each commit", commits > 0 && calls >= int(commits),
		fmt.Sprintf("%.2f (%d commits, %d requests)", float64(calls)/float64(max(1, commits)), commits, k.ledger.count-acked), "≥ 1")
	_, err = k.site.start(ctx)
	return err
}

// countedBy waits for the tracer's table and adds up its calls.
func countedBy(ctx context.Context, path string) (calls int, err error) {
	for range 100 {
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(b), "total") {
			return addUp(string(b)), nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 0, errors.New("strace wrote no table")
}

func addUp(table string) (calls int) {
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) >= 5 && strings.HasSuffix(fields[len(fields)-1], "sync") {
			n, _ := strconv.Atoi(fields[3])
			calls += n
		}
	}
	return calls
}

func firstLine(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}
