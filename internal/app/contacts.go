package app

import (
	"context"
	"encoding/json"
	"io"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/team"
)

// contactJSON is a contact as files and programs see it.
type contactJSON struct {
	UUID      ident.ID       `json:"uuid"`
	UserID    string         `json:"user_id,omitempty"`
	Email     string         `json:"email,omitempty"`
	FirstSeen string         `json:"first_seen_at"`
	LastSeen  string         `json:"last_seen_at"`
	Sessions  int            `json:"sessions"`
	Views     int            `json:"views"`
	Responses int            `json:"responses"`
	Traits    map[string]any `json:"traits"`
	Events    map[string]int `json:"events"` // name -> how often
	Account   *accountJSON   `json:"account,omitempty"`
	Locale    string         `json:"locale,omitempty"`
	Device    string         `json:"device,omitempty"`
	Country   string         `json:"country,omitempty"`
	Page      string         `json:"page,omitempty"`
}

type accountJSON struct {
	UUID     ident.ID       `json:"uuid"`
	RemoteID string         `json:"remote_id,omitempty"`
	Name     string         `json:"name,omitempty"`
	Traits   map[string]any `json:"traits"`
}

// ContactsJSONL writes one JSON object a contact, nothing gathered in memory.
func (a *App) ContactsJSONL(ctx context.Context, p team.Project, out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return a.store.Read(ctx, func(r store.Reader) error {
		for c, err := range r.Contacts(ctx, p.ID, ident.None) {
			if err != nil {
				return err
			}
			w := contactWire(c)
			if w.Account, err = accountWire(ctx, r, p.ID, c.Account); err != nil {
				return err
			}
			if err := enc.Encode(w); err != nil {
				return err
			}
		}
		return nil
	})
}

func contactWire(c *contact.Profile) contactJSON {
	events := make(map[string]int, len(c.Events))
	for name, count := range c.Events {
		events[name] = count.Count
	}
	return contactJSON{
		UUID: c.ID, UserID: c.UserID, Email: c.Email, FirstSeen: stamp(c.FirstSeen), LastSeen: stamp(c.LastSeen),
		Sessions: c.Sessions, Views: c.Views, Responses: c.Responses, Traits: traitsWire(c.Traits), Events: events,
		Locale: c.Locale, Device: c.Device, Country: c.Country, Page: c.Page,
	}
}

func accountWire(ctx context.Context, r store.Reader, project, id ident.ID) (*accountJSON, error) {
	if id == ident.None {
		return nil, nil
	}
	acc, err := r.Account(ctx, project, id)
	if fault.Is(err, "account_not_found") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &accountJSON{UUID: acc.ID, RemoteID: acc.RemoteID, Name: acc.Name, Traits: traitsWire(acc.Traits)}, nil
}

func traitsWire(t contact.Traits) map[string]any {
	out := make(map[string]any, len(t))
	for name, value := range t {
		out[name] = value.Wire()
	}
	return out
}
