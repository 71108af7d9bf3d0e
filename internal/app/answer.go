package app

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"strings"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/response"
	"earshot/internal/survey"
)

// answered stores answers, a completion or a dismissal.
func (v *visit) answered(ctx context.Context, op *Op) (Result, error) {
	r, err := v.tx.Response(ctx, v.project.ID, v.profile.ID, op.View)
	if fault.Is(err, "response_not_found") {
		return Result{}, fault.New(fault.NotFound, "view_not_found", "This visitor has no view with this id. A survey is claimed before it is answered.")
	}
	if err != nil {
		return Result{}, err
	}
	asked, err := v.asked(ctx, r)
	if err != nil {
		return Result{}, err
	}
	out := r.Apply(asked, response.Change{
		Op: response.Op(op.Kind), Seq: op.Seq, Answers: op.Answers, Hidden: op.Hidden, Element: op.Element, At: v.now,
	})
	if out.Conflict {
		return Result{}, errReused
	}
	if out.Changed {
		if err := v.keep(ctx, r, asked, op, out); err != nil {
			return Result{}, err
		}
	}
	if op.Kind == OpComplete && r.CompletedAt == 0 {
		return incomplete(asked.Missing(r.Answers, r.Hidden, r.ID.String()), out.Wrong), nil
	}
	return Result{Fields: out.Wrong}, nil
}

// incomplete refuses a completion. The good answers that came with it are kept.
func incomplete(missing []string, wrong map[string]string) Result {
	fields := map[string]string{}
	for _, id := range missing {
		fields[id] = "an answer; this question is required"
	}
	maps.Copy(fields, wrong)
	return Result{Status: Refused, Reason: "answers_incomplete", Fields: fields,
		Message: "Required questions have no answer: " + strings.Join(missing, ", ") + ". The other answers are kept."}
}

// asked gives the definition that a response answers, which need not be the
// one that is published now.
func (v *visit) asked(ctx context.Context, r response.Response) (survey.Definition, error) {
	s, ok := v.project.surveys[r.Survey]
	if ok && s.Publication != nil && s.Publication.Version == r.Version {
		return s.Publication.Definition, nil
	}
	versions, err := v.tx.Versions(ctx, v.project.ID, r.Survey)
	if err != nil {
		return survey.Definition{}, err
	}
	for _, version := range versions {
		if version.Version == r.Version {
			return version.Definition, nil
		}
	}
	return survey.Definition{}, fault.New(fault.NotFound, "survey_not_found", "The version of the survey that was shown is gone.")
}

// keep stores a changed response and everything that follows from it, in the
// transaction that the sender waits for.
func (v *visit) keep(ctx context.Context, r response.Response, asked survey.Definition, op *Op, out response.Outcome) error {
	if err := v.tx.PutResponse(ctx, v.project.ID, r); err != nil {
		return err
	}
	if out.Answered {
		v.profile.RecordAnswer(r.Survey, v.now)
	}
	if out.Completed {
		v.profile.RecordComplete(r.Survey, v.now)
		if err := v.count(ctx, r.Survey, countResponses); err != nil {
			return err
		}
	}
	if out.Dismissed {
		v.profile.RecordDismiss(r.Survey, v.now)
	}
	if r.FirstData != 0 {
		v.profile.RecordAnswers(r.Survey, contact.Answers{Response: r.ID, At: r.LastData, Values: asked.Comparable(r.Answers)})
	}
	v.dirty = true
	v.changed = v.changed || out.Completed || out.Dismissed
	if err := v.writeTraits(ctx, r, asked, op); err != nil {
		return err
	}
	if topic := topicOf(op, out); topic != "" {
		return v.emit(ctx, r.Contact, topic, r.ID, responseFact(r))
	}
	return nil
}

func topicOf(op *Op, out response.Outcome) string {
	switch {
	case out.Completed:
		return topicCompleted
	case out.Dismissed:
		return topicDismissed
	case len(op.Answers) > 0:
		return topicPartial
	}
	return ""
}

// writeTraits copies answers into the traits that their questions name.
func (v *visit) writeTraits(ctx context.Context, r response.Response, asked survey.Definition, op *Op) error {
	own, accounts := contact.Traits{}, contact.Traits{}
	for _, e := range asked.Elements {
		if _, now := op.Answers[e.ID]; e.Trait == "" || !now {
			continue
		}
		value, ok := traitValue(e.Trait, r.Answers[e.ID])
		switch {
		case !ok:
		case e.AccountSide:
			accounts[e.Trait] = value
		default:
			own[e.Trait] = value
		}
	}
	if len(own) > 0 {
		given, err := v.admit(ctx, ownerContact, contact.Given{Set: own})
		if err != nil {
			return err
		}
		_, err = v.profile.Identify(contact.Identify{Verified: v.profile.Verified, Given: given})
		if err != nil && !fault.Is(err, "too_many_traits") { // the answer itself is kept all the same
			return err
		}
	}
	if len(accounts) == 0 || v.account == nil {
		return nil
	}
	return v.writeAccount(ctx, contact.Given{Set: accounts})
}

// traitValue reads a stored answer as the value of a trait. An answer that was
// taken back leaves the trait as it is.
func traitValue(name string, raw json.RawMessage) (contact.Value, bool) {
	if len(raw) == 0 {
		return contact.Value{}, false
	}
	var answer any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		return contact.Value{}, false
	}
	return contact.ParseValue(name, answer)
}

func (v *visit) writeAccount(ctx context.Context, g contact.Given) error {
	given, err := v.admit(ctx, ownerAccount, g)
	if err != nil {
		return err
	}
	acc := v.account.Clone()
	if _, err := acc.Identify(given, false); err != nil && !fault.Is(err, "too_many_traits") {
		return err
	}
	v.account = acc
	return v.tx.PutAccount(ctx, v.project.ID, acc)
}
