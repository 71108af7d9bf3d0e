package response

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"

	"earshot/internal/contact"
	"earshot/internal/survey"
)

// Op is what a change does besides storing answers.
type Op string

// The operations on a view, as docs/api/collect.md names them.
const (
	Answer   Op = "answer"
	Complete Op = "complete"
	Dismiss  Op = "dismiss"
)

// Change is one operation on a view as it arrived, unchecked.
type Change struct {
	Op      Op
	Seq     int64                      // rises with every operation on the view, from 1
	Answers map[string]json.RawMessage // what was answered or changed; null takes an answer back
	Hidden  map[string]json.RawMessage // nil keeps what was there, anything else replaces it
	Element string                     // last element seen; "" keeps what was there
	At      contact.Micros
}

// Digest tells two changes with the same Seq apart. The moment of arrival has
// no part in it: a retry arrives later.
func (c Change) Digest() []byte {
	raw, err := json.Marshal([]any{c.Op, c.Seq, c.Answers, c.Hidden, c.Element})
	if err != nil { // a value that is not JSON; its bytes still tell changes apart
		raw = fmt.Append(nil, c.Op, c.Seq, c.Answers, c.Hidden, c.Element)
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}

// Outcome is what came of a change.
type Outcome struct {
	Changed   bool // the response differs from before and is to be stored
	Conflict  bool // the seq was used before with another content; nothing changed
	Answered  bool // this was the first answer
	Completed bool // it is complete now and was not before
	Dismissed bool // it was closed now, uncompleted, and was not before

	// Wrong says, by identifier ("hidden.<name>" for a hidden field), what
	// was expected. These values were not kept, the others were.
	Wrong map[string]string
	// Missing names the required questions for want of which a complete did
	// not complete. The good answers of the same change are kept.
	Missing []string
}

// Apply brings a change into the response. Asked is the definition that was
// shown. An older or repeated change changes nothing and is no conflict.
//
// Completing after a dismissal completes: somebody who closes the survey in
// one tab and finishes it in another has finished it. A dismissal after
// completion changes nothing.
//
// Answers that a change of mind left behind stay until completion, which
// drops those off the path taken: coming back to a question finds them again.
// The values of r are replaced, never written into.
func (r *Response) Apply(asked survey.Definition, c Change) Outcome {
	digest := c.Digest()
	if c.Seq <= r.Seq {
		return r.again(asked, c, digest)
	}
	if c.Op == Dismiss && r.CompletedAt != 0 {
		return Outcome{}
	}
	good, wrong := asked.CheckAnswers(c.Answers)
	out := Outcome{Changed: true, Wrong: wrong}
	r.Seq, r.Digest = c.Seq, digest
	if c.Element != "" {
		r.Element = c.Element
	}
	if c.Hidden != nil {
		r.Hidden = checkHidden(c.Hidden, r.Hidden, out.Wrong)
	}
	out.Answered = r.merge(good, c.At)
	switch c.Op {
	case Complete:
		r.complete(asked, c.At, &out)
	case Dismiss:
		if r.DismissedAt == 0 {
			r.DismissedAt = c.At
			out.Dismissed = true
		}
	}
	return out
}

// again answers a change that came late or twice. The sender of the latest one
// may have missed what was wrong with it, so that is said again.
func (r *Response) again(asked survey.Definition, c Change, digest []byte) Outcome {
	if c.Seq < r.Seq {
		return Outcome{}
	}
	if !bytes.Equal(digest, r.Digest) {
		return Outcome{Conflict: true}
	}
	_, wrong := asked.CheckAnswers(c.Answers)
	out := Outcome{Wrong: wrong}
	if c.Hidden != nil {
		checkHidden(c.Hidden, nil, wrong)
	}
	if c.Op == Complete && r.CompletedAt == 0 {
		out.Missing = asked.Missing(r.Answers, r.Hidden, r.ID.String())
	}
	return out
}

// merge takes over checked answers and tells whether they are the first.
func (r *Response) merge(good map[string]json.RawMessage, at contact.Micros) (first bool) {
	if len(good) == 0 {
		return false
	}
	answers := maps.Clone(r.Answers)
	if answers == nil {
		answers = make(map[string]json.RawMessage, len(good))
	}
	given := false
	for id, value := range good {
		if string(value) == "null" {
			delete(answers, id)
			continue
		}
		answers[id] = value
		given = true
	}
	r.Answers = answers
	first = given && r.FirstData == 0
	if first {
		r.FirstData = at
	}
	if r.FirstData != 0 {
		r.LastData = at
	}
	return first
}

func (r *Response) complete(asked survey.Definition, at contact.Micros, out *Outcome) {
	view := r.ID.String()
	out.Missing = asked.Missing(r.Answers, r.Hidden, view)
	if len(out.Missing) > 0 {
		return
	}
	r.Answers = asked.OnPath(r.Answers, r.Hidden, view)
	r.DismissedAt = 0
	if r.CompletedAt == 0 {
		r.CompletedAt = at
		out.Completed = true
	}
}
