package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"earshot/internal/loadkit"
)

// result is one line of the table and of the file.
type result struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Floor float64 `json:"floor,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	Goal  string  `json:"goal"`
}

// machine is what a figure means nothing without.
type machine struct {
	Computer          string     `json:"computer"`
	When              string     `json:"when"`
	Command           string     `json:"command"`
	Pinned            bool       `json:"pinned"` // server and generator had a core each
	LoadAverage       [2]float64 `json:"load_average"`
	SyncMS            [2]float64 `json:"sync_ms"` // appending 8 KiB and syncing: median, before and after
	CoreShare         float64    `json:"core_share"`
	RequestsPerCommit float64    `json:"requests_per_commit,omitempty"`
	FloorPerCommit    float64    `json:"floor_requests_per_commit,omitempty"`
	Rounds            int        `json:"rounds"`
	RoundSeconds      float64    `json:"round_seconds"`
	Checked           int        `json:"answers_checked_by_reference"`
	Failed            int        `json:"failed_answers"`
	Seconds           int        `json:"seconds"`
}

func (b *bench) look(full bool) error {
	b.machine = machine{
		Computer: loadkit.Computer(), When: time.Now().UTC().Format(time.RFC3339), Command: "go run ./bench", Pinned: loadkit.CanPin(),
		Rounds: b.rounds, RoundSeconds: b.round.Seconds(),
	}
	if full {
		b.machine.Command += " -full"
	}
	if !b.machine.Pinned {
		b.note("no taskset or a single core: server and generator share cores, compare nothing with other runs")
	}
	b.machine.LoadAverage[0] = loadkit.LoadAverage()
	var err error
	b.machine.SyncMS[0], err = syncLatency(b.stage.Path("sync"))
	return err
}

func (b *bench) lookAgain() (err error) {
	b.machine.LoadAverage[1] = loadkit.LoadAverage()
	b.machine.SyncMS[1], err = syncLatency(b.stage.Path("sync"))
	return err
}

// syncLatency appends 8 KiB and syncs, again and again.
func syncLatency(path string) (ms float64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page := make([]byte, 8<<10)
	var took []time.Duration
	for range 300 {
		began := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	return round3(median(took).Seconds() * 1000), nil
}

func (b *bench) add(r result) {
	r.Value, r.Floor, r.Ratio = round3(r.Value), round3(r.Floor), round3(r.Ratio)
	b.results = append(b.results, r)
}

// versus adds what there is to say about a target beside its floor. The ratio
// of CPU times is steadier than that of rates where the machine is shared.
func (b *bench) versus(id, name string, t, floor *target, goal string) {
	b.add(result{ID: id, Name: name, Value: t.rate(), Unit: "req/s", Floor: floor.rate(), Ratio: t.rate() / floor.rate(), Goal: goal})
	b.add(result{ID: id, Name: name + ": CPU", Value: t.spend(), Unit: "µs", Floor: floor.spend(), Ratio: floor.spend() / t.spend(), Goal: "the same, by CPU time"})
	if len(t.p50) > 0 && len(floor.p50) > 0 {
		ms := func(d time.Duration) float64 { return d.Seconds() * 1000 }
		b.add(result{ID: id, Name: name + ": p50 at half load", Value: ms(median(t.p50)), Unit: "ms", Floor: ms(median(floor.p50))})
		b.add(result{ID: id, Name: name + ": p99 at half load", Value: ms(slices.Min(t.p99)), Unit: "ms", Floor: ms(slices.Min(floor.p99))})
	}
	b.note("%-45s %8.0f/s %6.1f µs, floor %8.0f/s %6.1f µs, spread %.0f %%", name, t.rate(), t.spend(), floor.rate(), floor.spend(), t.spread()*100)
}

// grows adds a ratio of CPU times, large over small.
func (b *bench) grows(id, name string, large, small *target, goal string) {
	b.add(result{ID: id, Name: name, Value: large.spend(), Unit: "µs", Floor: small.spend(), Ratio: large.spend() / small.spend(), Goal: goal})
	b.note("%-45s %.1f µs over %.1f µs", name, large.spend(), small.spend())
}

func (b *bench) print(out io.Writer) {
	m := b.machine
	fmt.Fprintf(out, "\n%s\n%s, %s, load %.1f to %.1f, sync %.2f to %.2f ms, core share %.2f, %.1f requests a commit (floor %.1f)\n\n", m.Computer,
		m.When, m.Command, m.LoadAverage[0], m.LoadAverage[1], m.SyncMS[0], m.SyncMS[1], m.CoreShare, m.RequestsPerCommit, m.FloorPerCommit)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\twhat\tvalue\tunit\tfloor\tratio\tgoal")
	for _, r := range b.results {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Name, figure(r.Value), r.Unit, orBlank(r.Floor), orBlank(r.Ratio), r.Goal)
	}
	_ = w.Flush()
}

func figure(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 1000:
		return thousands(int(v + 0.5))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// orBlank leaves out what a line does not have.
func orBlank(v float64) string {
	if v == 0 {
		return ""
	}
	return figure(v)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }

func (b *bench) write(path string) error {
	out, err := json.MarshalIndent(struct {
		Machine machine  `json:"machine"`
		Results []result `json:"results"`
	}{b.machine, b.results}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(out, '\n'), 0o644)
}
