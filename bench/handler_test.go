package main

import (
	"bytes"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"earshot/internal/app"
	"earshot/internal/collect"
	"earshot/internal/loadkit"
	"earshot/internal/store/sqlite"
)

// What the door costs without the network around it, for profiles:
//
//	go test ./bench -run '^$' -bench Door/ping -cpuprofile /tmp/ping.out

func BenchmarkDoor(b *testing.B) {
	s := &site{contacts: 100_000, surveys: 100, dir: b.TempDir()}
	h := openDoor(b, s)
	who := uniform(s)
	before := liveHeap()
	for _, kind := range []struct {
		name    string
		callers int
		body    func(*rand.Rand, []byte) []byte
	}{
		{"ping-small", 16, smallPing(who)},
		{"ping-warm", 16, smallPing(func(r *rand.Rand) uint64 { return r.Uint64N(1000) })},
		{"ping-full", 16, fullPing(who)},
		{"durable", 64, durable(s, 1)},
		{"event", 64, event(s)},
		{"batch", 16, durable(s, batchOps)},
	} {
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(kind.callers)
			var caller atomic.Uint64
			b.RunParallel(func(pb *testing.PB) {
				r := rand.New(rand.NewPCG(caller.Add(1), uint64(time.Now().UnixNano())))
				var body []byte
				var out answer
				for pb.Next() {
					body = kind.body(r, body[:0])
					out.Reset()
					h.ServeHTTP(&out, request(b, s.path, body))
					if out.status != 200 || !loadkit.AllOK(out.Bytes()) {
						b.Errorf("%d %s", out.status, out.Bytes())
						return
					}
				}
			})
			b.ReportMetric(liveHeap()-before, "live-MiB")
		})
	}
}

// liveHeap is what is in use after collecting, in MiB.
func liveHeap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// openDoor wires the real handler to a filled store.
func openDoor(b *testing.B, s *site) http.Handler {
	log := slog.New(slog.DiscardHandler)
	st, err := sqlite.Open(b.Context(), s.dir, sqlite.Options{Log: log})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	a := app.New(st, time.Now, log)
	made, err := a.SetUp(b.Context(), app.Setup{Email: "bench@example.com", Project: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	s.project, s.path = made.ProjectUUID, loadkit.Path(made.ProjectUUID)
	if err := s.fill(b.Context(), st); err != nil {
		b.Fatal(err)
	}
	if err := a.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	(&collect.Door{App: a, Log: log}).Routes(mux)
	return mux
}

func request(b *testing.B, path string, body []byte) *http.Request {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, path, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		b.Fatal(err)
	}
	r.ContentLength = int64(len(body))
	return r
}

// answer is a ResponseWriter that keeps its memory.
type answer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (a *answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

func (a *answer) WriteHeader(status int) { a.status = status }

// The world of the benchmarks has what they claim to have.
func TestAboutThreeSurveysMatchHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	for _, surveys := range []int{10, 100, 1000} {
		total, seen := 0, 0
		const visitors = 300
		for n := range uint64(visitors) {
			total += len(armedFor(n, surveys))
			seen += len(seenBefore(n, surveys))
		}
		if average := float64(total) / visitors; average < 2.9 || average > 4 {
			t.Errorf("%d surveys: %.2f match", surveys, average)
		}
		if average := float64(seen) / visitors; average < 1.5 || average > 5 {
			t.Errorf("%d surveys: %.2f seen before", surveys, average)
		}
	}
}

func TestBodiesAreAsLongAsTheyAreSaidToBe(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for name, tt := range map[string]struct{ got, low, high int }{
		"small ping": {len(appendSmallPing(nil, 7)), 80, 110},
		"full ping":  {len(appendFullPing(nil, 7, r)), 500, 600},
		"event":      {len(event(&site{contacts: 1})(r, nil)), 400, 600},
		"identify":   {len(appendIdentify(nil, 7, r)), 300, 700},
		"answer":     {len(appendAnswer(nil, r)), 300, 600},
	} {
		if tt.got < tt.low || tt.got > tt.high {
			t.Errorf("%s: %d bytes", name, tt.got)
		}
	}
}
