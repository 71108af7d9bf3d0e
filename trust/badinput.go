package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"

	"earshot/internal/loadkit"
)

// sweep is S8 on its way: requests that no browser sends.
type sweep struct {
	site     *site
	sent     atomic.Int64
	refused  atomic.Int64 // 4xx
	taken    atomic.Int64 // 2xx
	unheard  atomic.Int64 // not even HTTP: the connection was closed
	answer5x atomic.Int64

	mu  sync.Mutex
	why string
}

const sweepers = 8

// spoken are net/http's own answers to HTTP that it does not speak: an unknown
// transfer coding or version. RFC 9112 and RFC 9110 ask for them.
var spoken = map[int]bool{501: true, 505: true}

// badInput is S8 in short: whatever a stranger sends is their mistake, never
// an error of ours.
func (t *trust) badInput(ctx context.Context) error {
	n := 6_000
	if t.full {
		n = 1_000_000
	}
	s, err := t.newSite(ctx, "s8")
	if err != nil {
		return err
	}
	server, err := s.start(ctx)
	if err != nil {
		return err
	}
	w := &sweep{site: s}
	var all sync.WaitGroup
	for i := range sweepers {
		all.Go(func() { w.work(ctx, server, n/sweepers, &mutator{rand.New(rand.NewPCG(t.seed, uint64(5000+i)))}) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	sent := fmt.Sprintf("%d (%d refused, %d taken, %d cut)", w.sent.Load(), w.refused.Load(), w.taken.Load(), w.unheard.Load())
	t.none("S8", "answers 5xx to malformed requests", int(w.answer5x.Load()), sent)
	_, peak := server.Memory()
	t.report("S8", "memory at its highest", peak <= 256, fmt.Sprintf("%.0f MiB", peak), "256 MiB")
	err = w.stillWell(ctx, server)
	t.report("S8", "the server serves afterwards", err == nil && server.Errors() == "", word(err, server.Errors()), "ok, nothing logged")
	if w.why != "" {
		fmt.Println("     the first:", w.why)
	}
	return server.Stop()
}

func word(err error, logged string) string {
	switch {
	case err != nil:
		return err.Error()
	case logged != "":
		return fmt.Sprintf("logged %.200s", logged)
	}
	return "ok"
}

func (w *sweep) work(ctx context.Context, server *loadkit.Server, n int, m *mutator) {
	var c *loadkit.Conn
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for range n {
		if ctx.Err() != nil {
			return
		}
		if c == nil {
			var err error
			if c, err = loadkit.Dial(ctx, server.Addr); err != nil {
				w.note("dial: " + err.Error())
				return
			}
		}
		request := m.request(w.site.path)
		w.sent.Add(1)
		status, answer, err := c.Do(request)
		switch {
		case err != nil:
			w.unheard.Add(1)
		case status >= 500 && !spoken[status]:
			w.answer5x.Add(1)
			w.note(fmt.Sprintf("%d %s to %.2000q", status, answer, request))
		case status >= 400:
			w.refused.Add(1)
		default:
			w.taken.Add(1)
		}
		if err != nil || status == 400 || spoken[status] { // net/http may have closed it
			c.Close()
			c = nil
		}
	}
}

func (w *sweep) note(why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.why == "" {
		w.why = why
	}
}

func (w *sweep) stillWell(ctx context.Context, server *loadkit.Server) error {
	c, err := loadkit.Dial(ctx, server.Addr)
	if err != nil {
		return err
	}
	defer c.Close()
	id := loadkit.UID(rand.New(rand.NewPCG(1, 2)))
	status, answer, err := c.Post(w.site.path, batch("visitor-well", "", viewOp(id, surveyKey), answerOp("complete", id, id, 1, 9, "well")))
	if err == nil && (status != 200 || !loadkit.AllOK(answer)) {
		err = errors.New(strconv.Itoa(status) + " " + string(answer))
	}
	return err
}
