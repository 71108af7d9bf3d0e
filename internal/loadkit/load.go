package loadkit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Load is a stream of requests to one server.
type Load struct {
	Server  *Server
	Path    string
	Workers int           // connections
	LeadIn  time.Duration // not counted
	For     time.Duration

	// Rate is requests a second, arriving at random moments (Poisson), whether
	// earlier ones were answered or not; latency then counts from the moment
	// a request should have left. 0 is the closed loop: each connection
	// sends when it has its answer.
	Rate float64

	// Body appends the body of the next request.
	Body func(r *rand.Rand, b []byte) []byte
	// Good looks at an answer with status 200.
	Good func(answer []byte) bool
}

// Outcome is what came of a Load.
type Outcome struct {
	Done    int           // answered within the measured time
	Failed  int           // of all sent, also during the lead-in
	Why     string        // the first failure
	Elapsed time.Duration // measured
	CPU     time.Duration // the server's, within it
	Latency Latency
	Unsent  int // open loop: what had no free connection to the end
}

// PerSecond is the rate of answers.
func (o *Outcome) PerSecond() float64 { return float64(o.Done) / o.Elapsed.Seconds() }

// CPUEach is the server's CPU time for one answer.
func (o *Outcome) CPUEach() time.Duration { return o.CPU / time.Duration(max(1, o.Done)) }

// Share is how much of one core the server got.
func (o *Outcome) Share() float64 { return o.CPU.Seconds() / o.Elapsed.Seconds() }

// run is a Load on its way.
type run struct {
	Load
	counting atomic.Bool
	stop     atomic.Bool
	done     atomic.Int64
	failed   atomic.Int64
	why      sync.Once
	reason   string
	intended chan time.Time // open loop: when requests should leave
}

// Run sends the load. An error means that it could not be sent at all.
func (l Load) Run(ctx context.Context) (*Outcome, error) {
	r := &run{Load: l}
	conns := make([]*Conn, l.Workers)
	for i := range conns {
		c, err := Dial(ctx, l.Server.Addr)
		if err != nil {
			return nil, err
		}
		defer c.Close()
		conns[i] = c
	}
	total := l.LeadIn + l.For
	if l.Rate > 0 {
		r.intended = make(chan time.Time, int(l.Rate*total.Seconds())*2+1000)
		go r.pace(total)
	}
	latencies := make([]Latency, len(conns))
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			r.worker(ctx, c, rand.New(rand.NewPCG(uint64(i), uint64(time.Now().UnixNano()))), &latencies[i])
		})
	}
	out := r.measure(ctx)
	all.Wait()
	for i := range latencies {
		out.Latency.Merge(&latencies[i])
	}
	out.Failed, out.Why, out.Unsent = int(r.failed.Load()), r.reason, len(r.intended)
	return out, ctx.Err()
}

func (r *run) measure(ctx context.Context) *Outcome {
	defer r.stop.Store(true)
	pause(ctx, r.LeadIn)
	from, cpu, began := r.done.Load(), r.Server.CPU(), time.Now()
	r.counting.Store(true)
	pause(ctx, r.For)
	return &Outcome{
		Done: int(r.done.Load() - from), CPU: r.Server.CPU() - cpu, Elapsed: time.Since(began),
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// pace decides when requests should leave. It has a thread of its own, so that
// its precise sleep holds nobody up.
func (r *run) pace(total time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(r.intended)
	random := rand.New(rand.NewPCG(1, uint64(r.Rate)))
	next := time.Now()
	for end := next.Add(total); next.Before(end) && !r.stop.Load(); {
		if wait := time.Until(next); wait > 0 {
			sleep(wait)
		}
		select {
		case r.intended <- next:
		default: // twice the expected number is waiting: more would change nothing
		}
		next = next.Add(time.Duration(random.ExpFloat64() / r.Rate * float64(time.Second)))
	}
}

func (r *run) worker(ctx context.Context, c *Conn, random *rand.Rand, latency *Latency) {
	var body []byte
	for !r.stop.Load() && ctx.Err() == nil {
		began := time.Now()
		if r.intended != nil {
			var more bool
			if began, more = <-r.intended; !more {
				return
			}
		}
		body = r.Body(random, body[:0])
		counted := r.counting.Load()
		status, answer, err := c.Post(r.Path, body)
		switch {
		case err != nil:
			r.fail(err.Error())
			return
		case status != 200 || !r.Good(answer):
			r.fail(fmt.Sprintf("%d %.300s to %.600s", status, answer, body))
		}
		r.done.Add(1)
		if counted {
			latency.Add(time.Since(began))
		}
	}
}

func (r *run) fail(why string) {
	r.failed.Add(1)
	r.why.Do(func() { r.reason = why })
}
