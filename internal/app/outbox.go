package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

// Topics of the outbox: what others may want to hear about.
const (
	topicShown      = "survey_shown"
	topicPartial    = "response_partial"
	topicCompleted  = "response_completed"
	topicDismissed  = "survey_dismissed"
	topicIdentified = "contact_identified"
)

type contactBody struct {
	Contact ident.ID `json:"contact"`
	ID      string   `json:"id,omitempty"`
	Email   string   `json:"email,omitempty"`
}

type responseBody struct {
	Response ident.ID                   `json:"response"`
	Contact  ident.ID                   `json:"contact"`
	Survey   ident.ID                   `json:"survey"`
	Version  int                        `json:"version"`
	Answers  map[string]json.RawMessage `json:"answers,omitempty"`
	Hidden   map[string]json.RawMessage `json:"hidden,omitempty"`
}

func responseFact(r response.Response) responseBody {
	return responseBody{r.ID, r.Contact, r.Survey, r.Version, r.Answers, r.Hidden}
}

// emit writes an outbox row into the fact's own transaction: if the fact is
// kept, what must happen because of it is kept, too.
func (v *visit) emit(ctx context.Context, who ident.ID, topic string, subject ident.ID, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("outbox %s: %w", topic, err)
	}
	return v.tx.PutOutbox(ctx, store.OutboxRow{
		ID: ident.New(), Project: v.project.ID, Contact: who, Topic: topic, Subject: subject,
		Body: b, Created: v.now, Due: v.now,
	})
}

// outboxKept is how long outbox rows stay when nothing takes them.
const outboxKept = 7 * 24 * time.Hour

// outboxPiece bounds one transaction of the purge, so that visitors' writes
// never wait long behind it.
const outboxPiece = 1000

// PurgeOutbox removes outbox rows that nobody took for seven days.
func (a *App) PurgeOutbox(ctx context.Context) error {
	before := contact.At(a.now().Add(-outboxKept))
	for {
		var n int
		err := a.store.Write(ctx, func(w store.Writer) (err error) {
			n, err = w.DropOutbox(ctx, before, outboxPiece)
			return err
		})
		if err != nil {
			a.log.ErrorContext(ctx, "outbox purge failed", "err", err)
			return fmt.Errorf("purge outbox: %w", err)
		}
		if n < outboxPiece {
			return nil
		}
	}
}

// bareAddress drops query, fragment and user info from a page's address: they
// often carry what should not be kept.
func bareAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}
