package main

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"

	"earshot/internal/ident"
)

// entry says what was acknowledged: the state that a view, or a visitor's
// traits, must have from then on.
type entry struct {
	Visitor  string   `json:"visitor"` // anonymous id
	View     ident.ID `json:"view,omitzero"`
	Seq      int      `json:"seq,omitempty"`
	Why      string   `json:"why,omitempty"`
	Complete bool     `json:"complete,omitempty"`
	Step     int      `json:"step,omitempty"` // trait of the visitor; 0: the entry is about a view
}

// ledger is the append-only file of what was acknowledged. Entries count once
// they are synced; many callers share a sync.
type ledger struct {
	file  *os.File
	queue chan entry
	done  sync.WaitGroup

	mu    sync.Mutex
	views map[ident.ID]entry // the newest of each view
	steps map[string]entry   // of each visitor
	fresh []ident.ID         // views since the last check
	count int
	err   error
}

func newLedger(path string) (*ledger, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	l := &ledger{file: f, queue: make(chan entry, 1024), views: map[ident.ID]entry{}, steps: map[string]entry{}}
	l.done.Go(l.write)
	return l, nil
}

func (l *ledger) add(e entry) { l.queue <- e }

func (l *ledger) write() {
	out := bufio.NewWriter(l.file)
	enc := json.NewEncoder(out)
	var group []entry
	for first := range l.queue {
		group = append(group[:0], first)
		for len(group) < cap(l.queue) && len(l.queue) > 0 {
			group = append(group, <-l.queue)
		}
		var err error
		for _, e := range group {
			if err == nil {
				err = enc.Encode(e)
			}
		}
		if err == nil {
			err = out.Flush()
		}
		if err == nil {
			err = l.file.Sync()
		}
		l.keep(group, err)
	}
}

func (l *ledger) keep(group []entry, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.err = err
		return
	}
	for _, e := range group {
		l.count++
		if e.Step > 0 {
			l.steps[e.Visitor] = e
			continue
		}
		if _, known := l.views[e.View]; !known || e.Seq > 1 {
			l.fresh = append(l.fresh, e.View)
		}
		l.views[e.View] = e
	}
}

// settle waits until everything added so far is synced. Nobody adds meanwhile.
func (l *ledger) settle() error {
	close(l.queue)
	l.done.Wait()
	l.queue = make(chan entry, 1024)
	l.done.Go(l.write)
	return l.err
}

func (l *ledger) close() {
	close(l.queue)
	l.done.Wait()
	_ = l.file.Close()
}
