package app

import (
	"context"
	"strings"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/store"
)

// Conditions on the properties of events are counted in the profile when an
// event arrives. When a survey with a new condition is published, what came
// before is counted once from the stored events: for whoever is here, before
// anything is decided about them; for everybody else by and by.

// derived are a project's conditions on properties, by event.
type derived = map[string][]segment.Derived

// stale tells whether some events of a contact have not been looked at.
func stale(p *contact.Profile, d derived) bool {
	for event, conditions := range d {
		if p.Events[event] == nil {
			continue
		}
		for _, c := range conditions {
			if !p.Complete(event, c.Key) {
				return true
			}
		}
	}
	return false
}

// recount completes the counts of a profile and tells how many events it read.
func recount(ctx context.Context, r store.Reader, project ident.ID, p *contact.Profile, d derived) (events int, err error) {
	for event, conditions := range d {
		var missing []segment.Derived
		for _, c := range conditions {
			if !p.Complete(event, c.Key) {
				missing = append(missing, c)
			}
		}
		if len(missing) == 0 {
			continue
		}
		met := make([][]contact.Micros, len(missing))
		for e, err := range r.Events(ctx, project, p.ID, event) {
			if err != nil {
				return events, err
			}
			events++
			for i, c := range missing {
				if c.Holds(e.Properties) {
					met[i] = append(met[i], e.At)
				}
			}
		}
		for i, c := range missing {
			p.Recount(event, c.Key, met[i])
		}
	}
	return events, nil
}

// forget drops what no published survey asks about any more.
func forget(p *contact.Profile, d derived) {
	asked := map[string]bool{}
	for _, conditions := range d {
		for _, c := range conditions {
			asked[c.Key] = true
		}
	}
	p.KeepDerived(func(key string) bool { return asked[key] })
}

// recount makes sure that what is decided next knows all events of the visitor.
func (v *visit) recount(ctx context.Context) error {
	d := v.project.launch.Derived()
	if len(v.profile.Derived) > 0 {
		forget(v.profile, d)
	}
	if !stale(v.profile, d) {
		return nil
	}
	_, err := recount(ctx, v.tx, v.project.ID, v.profile, d)
	return err
}

// countEvent counts an event that was stored a moment ago.
func (v *visit) countEvent(name string, properties contact.Traits) {
	v.profile.CountEvent(name, v.now)
	for _, c := range v.project.launch.Derived()[name] {
		v.profile.CountDerived(c.Key, v.now, c.Holds(properties))
	}
}

// Bounds of what one tick does for contacts who are not here, so that neither
// visitors nor the writer wait long for it.
const (
	recountPieces   = 20    // a tick
	recountContacts = 200   // a piece
	recountEvents   = 2_000 // about, a transaction
)

// recounter walks through all contacts of a project when there is something
// new to count. It belongs to one goroutine.
type recounter struct {
	app  *App
	done map[walked]bool
	walk *walk // nil: nothing to do
}

type walked struct {
	project ident.ID
	key     string
}

// walk is one way through all contacts of a project.
type walk struct {
	project ident.ID
	derived derived
	after   ident.ID
}

func newRecounter(a *App) *recounter { return &recounter{app: a, done: map[walked]bool{}} }

// step does a bounded piece of work, if there is any.
func (c *recounter) step(ctx context.Context) error {
	for range recountPieces {
		if c.walk == nil {
			if err := c.next(ctx); err != nil || c.walk == nil {
				return err
			}
		}
		if err := c.piece(ctx); err != nil {
			return err
		}
	}
	return nil
}

// next finds a project with conditions that were never walked for.
func (c *recounter) next(ctx context.Context) error {
	for id, p := range c.app.live.Load().projects {
		fresh := derived{}
		for event, conditions := range p.launch.Derived() {
			for _, d := range conditions {
				if !c.done[walked{id, d.Key}] {
					fresh[event] = append(fresh[event], d)
				}
			}
		}
		if len(fresh) == 0 {
			continue
		}
		if err := c.app.store.Read(ctx, func(r store.Reader) error { return c.dropWalked(ctx, r, id, fresh) }); err != nil {
			return err
		}
		if len(fresh) > 0 {
			c.walk = &walk{project: id, derived: fresh}
			return nil
		}
	}
	return nil
}

// dropWalked leaves those for which no walk has ended, perhaps before a restart.
func (c *recounter) dropWalked(ctx context.Context, r store.Reader, project ident.ID, fresh derived) error {
	for event, conditions := range fresh {
		var left []segment.Derived
		for _, d := range conditions {
			n, err := r.CountSince(ctx, project, walkedCounter(d.Key), 0)
			if err != nil {
				return err
			}
			if n == 0 {
				left = append(left, d)
				continue
			}
			c.done[walked{project, d.Key}] = true
		}
		if fresh[event] = left; len(left) == 0 {
			delete(fresh, event)
		}
	}
	return nil
}

// walkedCounter counts the walks that have ended for a condition.
func walkedCounter(key string) store.Counter {
	_, hash, _ := strings.Cut(key, "\x00")
	return store.Counter{What: "recounted/" + hash}
}

// piece looks at the next contacts, and ends the walk behind the last.
func (c *recounter) piece(ctx context.Context) error {
	var behind []ident.ID
	seen, last := 0, c.walk.after
	err := c.app.store.Read(ctx, func(r store.Reader) error {
		for p, err := range r.Contacts(ctx, c.walk.project, c.walk.after) {
			if err != nil {
				return err
			}
			if stale(p, c.walk.derived) {
				behind = append(behind, p.ID)
			}
			if seen, last = seen+1, p.ID; seen == recountContacts {
				break
			}
		}
		return nil
	})
	for err == nil && len(behind) > 0 {
		behind, err = c.complete(ctx, behind)
	}
	if err != nil {
		return err
	}
	c.walk.after = last
	if seen < recountContacts {
		return c.finish(ctx)
	}
	return nil
}

// complete counts for as many contacts as one transaction should take, and
// gives the rest.
func (c *recounter) complete(ctx context.Context, contacts []ident.ID) (rest []ident.ID, err error) {
	const perContact = 10 // what writing a profile costs, in events read
	err = c.app.store.Write(ctx, func(w store.Writer) error {
		rest = contacts
		for room := recountEvents; room > 0 && len(rest) > 0; rest = rest[1:] {
			n, err := c.completeOne(ctx, w, rest[0])
			if err != nil {
				return err
			}
			room -= n + perContact
		}
		return nil
	})
	return rest, err
}

func (c *recounter) completeOne(ctx context.Context, w store.Writer, id ident.ID) (events int, err error) {
	have, err := w.Contact(ctx, c.walk.project, id)
	if fault.Is(err, "contact_not_found") { // merged or deleted meanwhile
		return 0, nil
	}
	if err != nil || !stale(have, c.walk.derived) {
		return 0, err
	}
	p := have.Clone()
	if events, err = recount(ctx, w, c.walk.project, p, c.walk.derived); err != nil {
		return events, err
	}
	return events, w.PutContact(ctx, c.walk.project, p)
}

// finish notes that nobody has to walk for these conditions again.
func (c *recounter) finish(ctx context.Context) error {
	ended := *c.walk
	err := c.app.store.Write(ctx, func(w store.Writer) error {
		for _, conditions := range ended.derived {
			for _, d := range conditions {
				if err := w.AddCount(ctx, ended.project, walkedCounter(d.Key), 0, 1); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, conditions := range ended.derived {
		for _, d := range conditions {
			c.done[walked{ended.project, d.Key}] = true
		}
	}
	c.walk = nil
	return nil
}
