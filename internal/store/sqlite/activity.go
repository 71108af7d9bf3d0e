package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

// activityPage is how many contacts are read at a time: one query a kind of
// fact for all of them, by the key's order, which is the contacts'.
const activityPage = 100

func (r *reader) Activity(ctx context.Context, project ident.ID, f store.ActivityFilter) iter.Seq2[store.Activity, error] {
	return func(yield func(store.Activity, error) bool) {
		if f.Only == nil {
			r.activityOf(ctx, project, f, yield)
			return
		}
		for _, id := range f.Only {
			f.From, f.Upto = id, following(id)
			if !r.activityOf(ctx, project, f, yield) {
				return
			}
		}
	}
}

// activityOf tells the activity of a range of contacts, and whether more is
// wanted.
func (r *reader) activityOf(ctx context.Context, project ident.ID, f store.ActivityFilter, yield func(store.Activity, error) bool) (more bool) {
	for {
		page, err := r.activityPage(project, f)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(store.Activity{}, err)
			return false
		}
		for i := range page {
			f.From = following(page[i].Profile.ID)
			if !yield(page[i], nil) {
				return false
			}
		}
		if len(page) < activityPage || f.From == ident.None {
			return true
		}
	}
}

// following is the next higher id; None behind the highest.
func following(id ident.ID) ident.ID {
	for i := len(id) - 1; i >= 0; i-- {
		id[i]++
		if id[i] != 0 {
			break
		}
	}
	return id
}

// behindAll is higher than every id: it is longer than the highest.
var behindAll = bytes.Repeat([]byte{0xff}, len(ident.ID{})+1)

func (r *reader) activityPage(project ident.ID, f store.ActivityFilter) ([]store.Activity, error) {
	page, err := r.activeContacts(project, f)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	p := &activePage{
		reader: r, filter: f, all: page,
		bounds: []any{project, page[0].Profile.ID, page[len(page)-1].Profile.ID},
	}
	for _, read := range []func() error{p.sessions, p.events, p.responses} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return page, nil
}

func (r *reader) activeContacts(project ident.ID, f store.ActivityFilter) (page []store.Activity, err error) {
	upto := f.Upto[:]
	if f.Upto == ident.None {
		upto = behindAll
	}
	query := "select profile from contact where project_id = ? and contact_id >= ? and contact_id < ? and last_seen >= ? order by contact_id limit ?"
	err = r.each(query, []any{project, f.From, upto, f.Since, activityPage}, func(row *row) error {
		p, err := contact.DecodeProfile(row.blob())
		page = append(page, store.Activity{Profile: p})
		return err
	})
	return page, err
}

// activePage gathers the facts of the contacts of one page. Facts of contacts
// between them, who were not seen lately, are passed over.
type activePage struct {
	reader *reader
	filter store.ActivityFilter
	bounds []any // project, first and last contact
	all    []store.Activity
	at     int // of the contact whose facts are being read
}

// each reads facts in the order of contacts. read gets the activity that the
// row's first column names.
func (p *activePage) each(query string, args []any, read func(*row, *store.Activity) error) error {
	p.at = 0
	return p.reader.each(query, args, func(row *row) error {
		owner := row.id()
		for p.at < len(p.all) && bytes.Compare(p.all[p.at].Profile.ID[:], owner[:]) < 0 {
			p.at++
		}
		if p.at == len(p.all) || p.all[p.at].Profile.ID != owner {
			return nil
		}
		return read(row, &p.all[p.at])
	})
}

func (p *activePage) sessions() error {
	return p.each(`select contact_id, at, page, locale, device, country from session
		where project_id = ? and contact_id >= ? and contact_id <= ? and at >= ? order by contact_id, at`,
		append(p.bounds[:3:3], p.filter.Since), func(row *row, a *store.Activity) error {
			a.Sessions = append(a.Sessions, scanSession(row, a.Profile.ID))
			return nil
		})
}

func (p *activePage) events() error {
	properties := "''"
	if len(p.filter.Properties) > 0 {
		properties = "properties"
	}
	err := p.each("select contact_id, event_id, name, "+properties+`, page, at, sent_at from event
		where project_id = ? and contact_id >= ? and contact_id <= ? and at >= ? order by contact_id`,
		append(p.bounds[:3:3], p.filter.Since), func(row *row, a *store.Activity) error {
			e := contact.Event{ID: row.id(), Contact: a.Profile.ID, Name: row.text()}
			properties := row.text()
			e.Page, e.At, e.SentAt = row.text(), row.micros(), row.micros()
			if properties != "" && p.filter.Properties[e.Name] {
				if err := json.Unmarshal([]byte(properties), &e.Properties); err != nil {
					return fmt.Errorf("properties of event %s: %w", e.ID, err)
				}
			}
			a.Events = append(a.Events, e)
			return nil
		})
	for i := range p.all {
		slices.SortFunc(p.all[i].Events, func(a, b contact.Event) int {
			return cmp.Or(cmp.Compare(a.At, b.At), bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
	return err
}

func (p *activePage) responses() error {
	err := p.each(`select contact_id, response_id, survey_id, channel, launch, first_shown, last_shown, first_data, last_data, completed_at, dismissed_at
		from response where project_id = ? and contact_id >= ? and contact_id <= ? order by contact_id`,
		p.bounds, func(row *row, a *store.Activity) error {
			a.Responses = append(a.Responses, response.Response{
				Contact: a.Profile.ID, ID: row.id(), Survey: row.id(), Channel: row.text(), Launch: row.text(),
				FirstShown: row.micros(), LastShown: row.micros(), FirstData: row.micros(), LastData: row.micros(),
				CompletedAt: row.micros(), DismissedAt: row.micros(),
			})
			return nil
		})
	for i := range p.all {
		slices.SortFunc(p.all[i].Responses, func(a, b response.Response) int {
			return cmp.Or(cmp.Compare(a.FirstShown, b.FirstShown), bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
	return err
}
