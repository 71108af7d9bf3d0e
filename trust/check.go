package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

// inFlight gives what may or may not have happened to a view: requests that
// were sent and not answered.
func (k *killing) inFlight() map[ident.ID]entry {
	m := map[ident.ID]entry{}
	for _, c := range k.clients {
		if c.pending != nil && c.pending.means.Step == 0 {
			m[c.pending.means.View] = c.pending.means
		}
	}
	return m
}

// older is how many views of earlier cycles are looked at again each time.
const older = 200

// checkFresh looks at everything that was acknowledged since the last time,
// and some of what was before.
func (k *killing) checkFresh(ctx context.Context) error {
	l := k.ledger
	ids := l.fresh
	l.fresh = nil
	more := older
	for id := range l.views { // in random order
		if more--; more < 0 {
			break
		}
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	under := k.inFlight()
	return k.site.inspect(ctx, func(r store.Reader) error {
		for _, id := range ids {
			e := l.views[id]
			who, err := r.ContactByIdentity(ctx, k.site.project, contact.ByAnonymous, e.Visitor)
			if err != nil {
				k.lost(e, err)
				continue
			}
			have, err := r.Response(ctx, k.site.project, who, id)
			if err != nil {
				k.lost(e, err)
				continue
			}
			k.compare(e, under[id], have)
		}
		return k.checkSteps(ctx, r)
	})
}

func (k *killing) lost(e entry, err error) {
	k.missing++
	k.note(fmt.Sprintf("missing: %+v: %v", e, err))
}

// compare holds a stored response against what was acknowledged, or against
// the request that was under way on top of it.
func (k *killing) compare(e, under entry, have response.Response) {
	if is(e, have) || under.View == e.View && is(under, have) {
		return
	}
	k.altered++
	k.note(fmt.Sprintf("altered: %+v is stored as seq %d, answers %s", e, have.Seq, have.Answers))
}

func is(e entry, have response.Response) bool {
	var why string
	return json.Unmarshal(have.Answers["why"], &why) == nil && why == e.Why && int(have.Seq) == e.Seq && (have.CompletedAt != 0) == e.Complete
}

// checkSteps looks at the trait that each identify raised.
func (k *killing) checkSteps(ctx context.Context, r store.Reader) error {
	under := map[string]int{}
	for _, c := range k.clients {
		if c.pending != nil && c.pending.means.Step > 0 {
			under[c.visitor] = c.pending.means.Step
		}
	}
	for visitor, e := range k.ledger.steps {
		who, err := r.ContactByIdentity(ctx, k.site.project, contact.ByUserID, "user-"+visitor)
		if err != nil {
			k.lost(e, err)
			continue
		}
		p, err := r.Contact(ctx, k.site.project, who)
		if err != nil {
			k.lost(e, err)
			continue
		}
		if step := int(p.Traits["step"].Int); step != e.Step && step != under[visitor] {
			k.altered++
			k.note(fmt.Sprintf("altered: %s has step %d, acknowledged %d", visitor, step, e.Step))
		}
	}
	clear(k.ledger.steps)
	return nil
}

// checkAll reads every row once: each acknowledged view is there as it should
// be, none twice, and none that nobody sent.
func (k *killing) checkAll(ctx context.Context) error {
	under := k.inFlight()
	seen := make(map[ident.ID]bool, len(k.ledger.views))
	err := k.site.inspect(ctx, func(r store.Reader) error {
		for have, err := range r.Responses(ctx, k.site.project, store.ResponseFilter{}) {
			if err != nil {
				return err
			}
			if seen[have.ID] {
				k.twice++
				k.note(fmt.Sprintf("stored twice: %v", have.ID))
			}
			seen[have.ID] = true
			e, acked := k.ledger.views[have.ID]
			switch pending, sent := under[have.ID]; {
			case acked:
				k.compare(e, pending, have)
			case !sent:
				k.stranger++
				k.note(fmt.Sprintf("nobody sent %v", have.ID))
			}
		}
		return nil
	})
	for id := range maps.Keys(k.ledger.views) {
		if !seen[id] {
			k.lost(k.ledger.views[id], nil)
		}
	}
	return err
}
