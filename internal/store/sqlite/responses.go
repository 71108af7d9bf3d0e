package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

const responseColumns = `response_id, contact_id, survey_id, version, channel, launch, seq, answers, hidden, element, tags,
	first_shown, last_shown, shows, first_data, last_data, completed_at, dismissed_at, url, locale, device, country, inclusion, digest`

const selectResponse = "select " + responseColumns + " from response "

func scanResponse(row *row) (v response.Response, err error) {
	v = response.Response{
		ID: row.id(), Contact: row.id(), Survey: row.id(), Version: row.int(),
		Channel: row.text(), Launch: row.text(), Seq: row.int64(),
	}
	answers, hidden := row.text(), row.text()
	v.Element = row.text()
	tags := row.text()
	v.FirstShown, v.LastShown, v.Shows = row.micros(), row.micros(), row.int()
	v.FirstData, v.LastData = row.micros(), row.micros()
	v.CompletedAt, v.DismissedAt = row.micros(), row.micros()
	v.URL, v.Locale, v.Device, v.Country = row.text(), row.text(), row.text(), row.text()
	v.Inclusion, v.Digest = row.float(), row.blob()
	for _, f := range []struct {
		text string
		into any
	}{{answers, &v.Answers}, {hidden, &v.Hidden}, {tags, &v.Tags}} {
		if f.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(f.text), f.into); err != nil {
			return v, fmt.Errorf("response %s: %w", v.ID, err)
		}
	}
	return v, nil
}

func (r *reader) Response(_ context.Context, project, contact, id ident.ID) (response.Response, error) {
	return r.response("where project_id = ? and contact_id = ? and response_id = ?", project, contact, id)
}

// LastResponse goes by the contact's key: a contact has few responses, a
// survey or project many. The plus keeps SQLite from taking the order's index.
func (r *reader) LastResponse(_ context.Context, project, contact, survey ident.ID, channel string) (response.Response, error) {
	return r.response(`where project_id = ? and contact_id = ? and +survey_id = ? and channel = ?
		order by +last_shown desc, response_id limit 1`, project, contact, survey, channel)
}

func (r *reader) response(where string, args ...any) (v response.Response, err error) {
	ok, err := r.one(selectResponse+where, args, func(row *row) error {
		v, err = scanResponse(row)
		return err
	})
	return v, or(err, ok, "response")
}

// responsePage is how many responses are read at a time. Between pages no
// statement is open, so whoever ranges may use the snapshot in any way.
const responsePage = 200

func (r *reader) Responses(ctx context.Context, project ident.ID, f store.ResponseFilter) iter.Seq2[response.Response, error] {
	return func(yield func(response.Response, error) bool) {
		left := f.Limit
		if left <= 0 {
			left = math.MaxInt
		}
		after := place{last: math.MaxInt64}
		for left > 0 {
			if err := ctx.Err(); err != nil {
				yield(response.Response{}, err)
				return
			}
			want := min(left, responsePage)
			page, err := r.responsePage(project, f, after, want)
			if err != nil {
				yield(response.Response{}, err)
				return
			}
			for _, v := range page {
				if !yield(v, nil) {
					return
				}
				after = place{v.LastShown, v.ID}
			}
			if len(page) < want {
				return
			}
			left -= len(page)
		}
	}
}

// place is where a response stands in the order: newest first, then by id.
type place struct {
	last contact.Micros
	id   ident.ID
}

func (r *reader) responsePage(project ident.ID, f store.ResponseFilter, after place, limit int) (page []response.Response, err error) {
	query, args := selectResponse+"where project_id = ?", []any{project}
	index := "" // or a plus, which keeps SQLite from using one but the contact's key
	if f.Contact != ident.None {
		query, args = query+" and contact_id = ?", append(args, f.Contact)
		index = "+"
	}
	if f.Survey != ident.None {
		query, args = query+" and "+index+"survey_id = ?", append(args, f.Survey)
	}
	if f.Answered {
		query += " and answers <> ''"
	}
	last := index + "last_shown"
	query += " and " + last + " <= ? and (" + last + " < ? or response_id > ?) order by " + last + " desc, response_id limit ?"
	args = append(args, after.last, after.last, after.id, limit)
	err = r.each(query, args, func(row *row) error {
		v, err := scanResponse(row)
		page = append(page, v)
		return err
	})
	return page, err
}

func (w *writer) PutResponse(_ context.Context, project ident.ID, v response.Response) error {
	answers, err := optionalJSON(v.Answers, len(v.Answers))
	if err != nil {
		return fmt.Errorf("answers of response %s: %w", v.ID, err)
	}
	hidden, err := optionalJSON(v.Hidden, len(v.Hidden))
	if err != nil {
		return fmt.Errorf("hidden fields of response %s: %w", v.ID, err)
	}
	tags, err := optionalJSON(v.Tags, len(v.Tags))
	if err != nil {
		return fmt.Errorf("tags of response %s: %w", v.ID, err)
	}
	return w.putOwned(putResponse,
		project, v.ID, v.Contact, v.Survey, v.Version, v.Channel, v.Launch, v.Seq, answers, hidden, v.Element, tags,
		v.FirstShown, v.LastShown, v.Shows, v.FirstData, v.LastData, v.CompletedAt, v.DismissedAt,
		v.URL, v.Locale, v.Device, v.Country, v.Inclusion, v.Digest)
}

const putResponse = "insert into response (project_id, " + responseColumns + `)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	on conflict (project_id, contact_id, response_id) do update set survey_id = excluded.survey_id, version = excluded.version,
		channel = excluded.channel, launch = excluded.launch, seq = excluded.seq, answers = excluded.answers, hidden = excluded.hidden,
		element = excluded.element, tags = excluded.tags, first_shown = excluded.first_shown, last_shown = excluded.last_shown,
		shows = excluded.shows, first_data = excluded.first_data, last_data = excluded.last_data,
		completed_at = excluded.completed_at, dismissed_at = excluded.dismissed_at, url = excluded.url, locale = excluded.locale,
		device = excluded.device, country = excluded.country, inclusion = excluded.inclusion, digest = excluded.digest`
