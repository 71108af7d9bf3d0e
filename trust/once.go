package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"earshot/internal/ident"
	"earshot/internal/loadkit"
	"earshot/internal/store"
)

// repeating is R3 on its way: every response is sent several times, in the
// ways that networks and crashes bring about, and must count once.
type repeating struct {
	site  *site
	proxy *cutProxy
	seed  uint64
	ids   int

	next      atomic.Int64 // number of the response to send
	sent      atomic.Int64
	failed5xx atomic.Int64
	differing atomic.Int64 // successful answers of one id that are not the same
	accepted  atomic.Int64 // changed bodies that were not called a conflict
	changed   atomic.Int64 // changed bodies sent
	unsettled atomic.Int64 // ids that never got a good answer
	afterKill atomic.Int64 // sent again because the server went away

	mu  sync.Mutex
	why string
}

// How the n-th response is sent.
const (
	crowdEvery  = 100 // 64 times at the same moment
	cutEvery    = 3   // first through the proxy that cuts the answer off
	changeEvery = 20  // once more with another body
	crowd       = 64
)

// exactlyOnce is R3: sent three times on average, counted once.
func (t *trust) exactlyOnce(ctx context.Context) error {
	ids, kills := 10_000, 5
	if t.full {
		ids, kills = 100_000, 50
	}
	s, err := t.newSite(ctx, "r3")
	if err != nil {
		return err
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	r := &repeating{site: s, seed: t.seed, ids: ids}
	if r.proxy, err = newCutProxy(&s.server); err != nil {
		return err
	}
	defer r.proxy.close()
	var all sync.WaitGroup
	for i := range visitorsAtOnce {
		all.Go(func() { r.work(ctx, rand.New(rand.NewPCG(t.seed, uint64(1000+i)))) })
	}
	err = r.kill(ctx, kills)
	all.Wait()
	if err != nil || ctx.Err() != nil {
		return err
	}
	return t.reportOnce(ctx, r, kills)
}

func (t *trust) reportOnce(ctx context.Context, r *repeating, kills int) error {
	rows, shown, completed, err := r.count(ctx)
	if err != nil {
		return err
	}
	ids := fmt.Sprintf("%d ids, %d sent", r.ids, r.sent.Load())
	t.report("R3", "rows, events shown, events completed", rows == r.ids && shown == r.ids && completed == r.ids,
		fmt.Sprintf("%d, %d, %d", rows, shown, completed), fmt.Sprintf("%d each", r.ids))
	t.none("R3", "ids without a good answer", int(r.unsettled.Load()), ids)
	t.none("R3", "answers of one id that differ", int(r.differing.Load()), ids)
	t.none("R3", "changed bodies not called a conflict", int(r.accepted.Load()), fmt.Sprint(r.changed.Load()))
	t.none("R3", "answers 5xx", int(r.failed5xx.Load()), fmt.Sprint(r.sent.Load()))
	t.report("R3", "answers cut off, requests after a kill", r.proxy.cut.Load() > 0 && r.afterKill.Load() > 0,
		fmt.Sprintf("%d, %d in %d kills", r.proxy.cut.Load(), r.afterKill.Load(), kills), "> 0")
	if r.why != "" {
		fmt.Println("     the first:", r.why)
	}
	return nil
}

// kill ends the server at moments spread over the run and starts it again.
func (r *repeating) kill(ctx context.Context, kills int) error {
	for i := range kills {
		mark := int64(r.ids * (i + 1) / (kills + 1))
		for r.next.Load() < mark && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		r.site.server.Load().Kill()
		if _, err := r.site.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *repeating) work(ctx context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		n := r.next.Add(1) - 1
		if n >= int64(r.ids) {
			return
		}
		r.one(ctx, int(n), random)
	}
}

// repeated is one response that is sent again and again.
type repeated struct {
	r       *repeating
	visitor string
	view    ident.ID
	body    []byte

	mu    sync.Mutex
	first []byte // results of the first good answer
}

func (r *repeating) one(ctx context.Context, n int, random *rand.Rand) {
	x := &repeated{r: r, visitor: fmt.Sprintf("visitor-%05d", n%(r.ids/10)), view: loadkit.UID(random)}
	claim := viewOp(x.view, surveyKey)
	complete := answerOp("complete", loadkit.UID(random), x.view, 1, random.IntN(11), fmt.Sprintf("reason %d", n))
	x.body = batch(x.visitor, "", claim, complete)
	switch {
	case n%crowdEvery == 0:
		var all sync.WaitGroup
		for range crowd {
			all.Go(func() { x.send(ctx) })
		}
		all.Wait()
	case n%cutEvery == 0:
		x.sendCut(ctx)
		fallthrough
	default:
		x.send(ctx)
		x.send(ctx)
	}
	if n%changeEvery == 7 {
		x.change(ctx, claim, complete)
	}
	if x.first == nil {
		r.unsettled.Add(1)
	}
}

// attempts bounds how often a request is tried while the server is away.
const attempts = 500

// send sends the response until there is an answer, as a browser's queue does.
func (x *repeated) send(ctx context.Context) {
	status, answer := x.post(ctx, x.body)
	if status != 200 {
		return
	}
	results := resultsOf(answer)
	if !loadkit.AllOK(answer) || results == nil {
		x.r.note(fmt.Sprintf("not good: %s", answer))
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.first == nil {
		x.first = results
	}
	if !bytes.Equal(x.first, results) {
		x.r.differing.Add(1)
		x.r.note(fmt.Sprintf("differs: %s and %s", x.first, results))
	}
}

func resultsOf(answer []byte) []byte {
	var a struct{ Results json.RawMessage }
	if json.Unmarshal(answer, &a) != nil {
		return nil
	}
	return a.Results
}

func (x *repeated) post(ctx context.Context, body []byte) (status int, answer []byte) {
	for range attempts {
		c, err := loadkit.Dial(ctx, x.r.site.server.Load().Addr)
		if err == nil {
			x.r.sent.Add(1)
			status, answer, err = c.Post(x.r.site.path, body)
			c.Close()
		}
		if err == nil {
			if status >= 500 {
				x.r.failed5xx.Add(1)
				x.r.note(fmt.Sprintf("%d %s", status, answer))
			}
			return status, answer
		}
		x.r.afterKill.Add(1)
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return 0, nil
		}
	}
	return 0, nil
}

// sendCut sends through the proxy, which takes the answer away.
func (x *repeated) sendCut(ctx context.Context) {
	c, err := loadkit.Dial(ctx, x.r.proxy.addr())
	if err != nil {
		return
	}
	defer c.Close()
	x.r.sent.Add(1)
	if _, answer, err := c.Post(x.r.site.path, x.body); err == nil {
		x.r.note(fmt.Sprintf("the proxy let an answer through: %s", answer))
	}
}

// change sends the same ids with another content.
func (x *repeated) change(ctx context.Context, claim, complete op) {
	otherClaim := viewOp(x.view, otherKey)
	otherAnswer := op{}
	for name, value := range complete {
		otherAnswer[name] = value
	}
	otherAnswer["answers"] = op{"recommend": 0, "why": "something else"}
	for _, ops := range [][]op{{otherClaim}, {claim, otherAnswer}} {
		x.r.changed.Add(1)
		status, answer := x.post(ctx, batch(x.visitor, "", ops...))
		var a struct{ Results []struct{ Status string } }
		if json.Unmarshal(answer, &a) != nil || len(a.Results) != len(ops) || a.Results[len(ops)-1].Status != "conflict" {
			x.r.accepted.Add(1)
			x.r.note(fmt.Sprintf("no conflict: %d %s", status, answer))
		}
	}
}

func (r *repeating) note(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.why == "" {
		r.why = why
	}
}

// count gives the stored responses, and for how many of them there is exactly
// one event of each kind.
func (r *repeating) count(ctx context.Context) (rows, shown, completed int, err error) {
	err = r.site.inspect(ctx, func(tx store.Reader) error {
		ids := map[ident.ID]bool{}
		for have, err := range tx.Responses(ctx, r.site.project, store.ResponseFilter{}) {
			if err != nil {
				return err
			}
			rows++
			ids[have.ID] = have.CompletedAt != 0
		}
		events, err := tx.Outbox(ctx, 1<<62, 10*r.ids)
		times := map[string]map[ident.ID]int{}
		for _, e := range events {
			if times[e.Topic] == nil {
				times[e.Topic] = map[ident.ID]int{}
			}
			times[e.Topic][e.Subject]++
		}
		shown, completed = once(times["survey_shown"], ids), once(times["response_completed"], ids)
		return err
	})
	return rows, shown, completed, err
}

// once counts the ids with exactly one event; an event too many, or of an id
// that is not there, takes one off.
func once(times map[ident.ID]int, ids map[ident.ID]bool) (n int) {
	for id, count := range times {
		if count == 1 && ids[id] {
			n++
		} else {
			n--
		}
	}
	return n
}
