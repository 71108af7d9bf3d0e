package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"earshot/internal/ident"
	"earshot/internal/loadkit"
)

// client is one browser: it does one thing after the other, and sends again,
// byte for byte, what was not answered.
type client struct {
	number  int
	random  *rand.Rand
	visits  int
	visitor string // anonymous id of the present visitor
	user    string // their user id, once they are identified

	open    entry // a view that is being answered; no view: none
	step    int
	pending *request

	retried int
	wrong   []string
}

// request is what was sent and not answered yet.
type request struct {
	body  []byte
	means entry
}

func newClient(number int, seed uint64) *client {
	return &client{number: number, random: rand.New(rand.NewPCG(seed, uint64(100+number)))}
}

// work sends until the server is gone.
func (c *client) work(ctx context.Context, server *loadkit.Server, path string, l *ledger) {
	conn, err := loadkit.Dial(ctx, server.Addr)
	if err != nil {
		return
	}
	defer conn.Close()
	if c.pending != nil {
		c.retried++
	} else {
		c.arrive()
	}
	for ctx.Err() == nil {
		if c.pending == nil {
			c.pending = c.next()
		}
		status, answer, err := conn.Post(path, c.pending.body)
		if err != nil {
			return // killed; whether it was kept is what the next look tells
		}
		if status != 200 || !loadkit.AllOK(answer) {
			c.wrong = append(c.wrong, fmt.Sprintf("%d %.300s to %.500s", status, answer, c.pending.body))
			if len(c.wrong) > 10 {
				return
			}
			c.pending = nil
			continue
		}
		l.add(c.pending.means)
		c.learn(c.pending.means)
		c.pending = nil
	}
}

// arrive makes somebody new sit in front of the browser.
func (c *client) arrive() {
	c.visits++
	c.visitor = fmt.Sprintf("browser-%02d-%06d", c.number, c.visits)
	c.user, c.open, c.step = "", entry{}, 0
}

// learn notes what an acknowledged request changed for the next ones.
func (c *client) learn(e entry) {
	switch {
	case e.Step > 0:
		c.step, c.user = e.Step, "user-"+e.Visitor
	case !e.Complete:
		c.open = e
	}
}

// next draws what to do: 70 % a whole response, 20 % a part of one, 10 % an
// identify.
func (c *client) next() *request {
	switch n := c.random.IntN(10); {
	case n < 7:
		return c.submit()
	case n < 9:
		return c.part()
	}
	e := entry{Visitor: c.visitor, Step: c.step + 1}
	return &request{batch(c.visitor, c.user, identifyOp(c.uid(), "user-"+c.visitor, e.Step)), e}
}

func (c *client) submit() *request {
	e := entry{Visitor: c.visitor, View: c.uid(), Seq: 1, Why: c.text(), Complete: true}
	return &request{batch(c.visitor, c.user, viewOp(e.View, surveyKey), answerOp("complete", c.uid(), e.View, 1, c.score(), e.Why)), e}
}

// updates is how often a part is changed before the next view begins.
const updates = 5

func (c *client) part() *request {
	if c.open.View == ident.None || c.open.Seq >= updates {
		e := entry{Visitor: c.visitor, View: c.uid(), Seq: 1, Why: c.text()}
		return &request{batch(c.visitor, c.user, viewOp(e.View, surveyKey), answerOp("answer", c.uid(), e.View, 1, c.score(), e.Why)), e}
	}
	e := c.open
	e.Seq++
	e.Why = c.text()
	return &request{batch(c.visitor, c.user, answerOp("answer", c.uid(), e.View, e.Seq, c.score(), e.Why)), e}
}

func (c *client) uid() ident.ID { return loadkit.UID(c.random) }

func (c *client) score() int { return c.random.IntN(11) }

func (c *client) text() string {
	return fmt.Sprintf("because of %016x, said at %s — with ünïcode, \"quotes\" and <tags>", c.random.Uint64(), time.Now().Format(time.RFC3339Nano))
}
