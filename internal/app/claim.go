package app

import (
	"context"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/response"
	"earshot/internal/store"
	"earshot/internal/survey"
)

// What counters count.
const (
	countViews     = launch.Views
	countResponses = launch.Responses
)

// context is where and when launch decides.
func (v *visit) context(needs []launch.Need) (launch.Context, func(context.Context) error) {
	c := launch.Context{
		Now:     v.now.Time(),
		Channel: v.batch.At.Channel,
		URL:     v.batch.At.URL,
		Locale:  v.locale(),
		Country: v.profile.Country,
		Device:  v.batch.At.Device,
		Debug:   v.batch.Debug,
	}
	if len(needs) == 0 {
		return c, func(context.Context) error { return nil }
	}
	counts := make(map[launch.Need]int, len(needs))
	c.Counts = func(n launch.Need) int { return counts[n] }
	return c, func(ctx context.Context) error {
		for _, n := range needs {
			count, err := v.reader.CountSince(ctx, v.project.ID, store.Counter{Survey: n.Survey, What: counterName(n)}, windowStart(v.now, n.Per))
			if err != nil {
				return err
			}
			counts[n] = count
		}
		return nil
	}
}

func (v *visit) locale() string {
	if v.batch.At.Locale != "" {
		return v.batch.At.Locale
	}
	return v.profile.Locale
}

// decide asks launch about one survey, with the counts it needs.
func (v *visit) decide(ctx context.Context, op *Op) (launch.Verdict, error) {
	c, count := v.context(v.project.launch.NeededFor(op.Survey))
	if err := count(ctx); err != nil {
		return launch.Verdict{}, err
	}
	c.Event = op.Event
	return v.project.launch.Claim(op.Survey, op.Launch, v.visitor(), c), nil
}

// rehearse says what a claim would get, and records nothing.
func (v *visit) rehearse(ctx context.Context, op *Op) (Result, error) {
	verdict, err := v.decide(ctx, op)
	if err != nil {
		return Result{}, err
	}
	if !verdict.Granted {
		return refusal(op.UID, verdict), nil
	}
	return v.granted(op.UID, v.project.surveys[verdict.Survey]), nil
}

func refusal(uid ident.ID, verdict launch.Verdict) Result {
	return Result{UID: uid, Status: Refused, Reason: string(verdict.Reason), Message: verdict.Message(), Due: verdict.Due}
}

// granted hands out what is needed to draw the survey, and nothing else.
func (v *visit) granted(view ident.ID, s survey.Survey) Result {
	b := s.Publication.Definition.ForBrowser(s, s.Publication.Version, v.batch.At.Channel, v.piped())
	return Result{UID: view, Status: OK, View: view, Survey: &b}
}

// piped is what texts may say about the visitor. In anonymous mode that is
// nothing, even if the contact behind the browser is known.
func (v *visit) piped() survey.Lookup {
	if v.who.Anonymous() {
		return survey.Known(nil, nil)
	}
	return survey.Known(v.profile, v.account)
}

// claim is the moment that counts: every gate is checked once more inside the
// transaction that records the view, so that neither two tabs nor two devices
// nor sixty-four browsers at a survey's limit are all granted.
func (v *visit) claim(ctx context.Context, op *Op) (Result, error) {
	have, err := v.tx.Response(ctx, v.project.ID, v.profile.ID, op.UID)
	switch {
	case err == nil:
		return v.claimedBefore(op, have)
	case !fault.Is(err, "response_not_found"):
		return Result{}, err
	}
	if op.Dry {
		return v.rehearse(ctx, op)
	}
	verdict, err := v.decide(ctx, op)
	if err != nil {
		return Result{}, err
	}
	if !verdict.Granted {
		v.changed = true // the client holds an entry that is not true any more
		return refusal(op.UID, verdict), nil
	}
	s := v.project.surveys[verdict.Survey]
	if again, ok, err := v.reopen(ctx, op, s); ok || err != nil {
		return again, err
	}
	if err := v.show(ctx, op, s, verdict); err != nil {
		return Result{}, err
	}
	return v.granted(op.UID, s), nil
}

// claimedBefore answers a claim whose first answer got lost on the way.
func (v *visit) claimedBefore(op *Op, have response.Response) (Result, error) {
	s, ok := v.project.surveys[have.Survey]
	if !ok || s.Publication == nil || s.Key != op.Survey && s.ID.String() != op.Survey {
		return Result{}, errReused
	}
	return v.granted(op.UID, s), nil
}

// reopen continues an earlier response on a survey page: the same contact
// within a few hours overwrites what they gave.
func (v *visit) reopen(ctx context.Context, op *Op, s survey.Survey) (Result, bool, error) {
	if v.batch.At.Channel != survey.Page {
		return Result{}, false, nil
	}
	have, err := v.tx.LastResponse(ctx, v.project.ID, v.profile.ID, s.ID, string(survey.Page))
	if fault.Is(err, "response_not_found") {
		return Result{}, false, nil
	}
	if err != nil || v.now-have.LastShown >= contact.Micros(reopens(s).Microseconds()) {
		return Result{}, false, err
	}
	have.Shows++
	have.LastShown = v.now
	if err := v.tx.PutResponse(ctx, v.project.ID, have); err != nil {
		return Result{}, false, err
	}
	res := v.granted(op.UID, s)
	res.View, res.Answers, res.Seq = have.ID, have.Answers, have.Seq
	return res, true, nil
}

// reopensStandard is the span of the compatible interface.
const reopensStandard = 3 * time.Hour

func reopens(s survey.Survey) time.Duration {
	if d := s.Publication.Definition.PageReopens.Duration(); d > 0 {
		return d
	}
	return reopensStandard
}

// show records a view and everything that follows from it.
func (v *visit) show(ctx context.Context, op *Op, s survey.Survey, verdict launch.Verdict) error {
	r := response.Response{
		ID: op.UID, Contact: v.profile.ID, Survey: s.ID, Version: s.Publication.Version,
		Channel: string(v.batch.At.Channel), Launch: string(op.Launch), Tags: op.Tags,
		FirstShown: v.now, LastShown: v.now, Shows: 1,
		URL: bareAddress(v.batch.At.URL), Locale: v.locale(), Device: v.batch.At.Device, Country: v.profile.Country,
		Inclusion: verdict.Inclusion,
	}
	if err := v.tx.PutResponse(ctx, v.project.ID, r); err != nil {
		return err
	}
	v.profile.RecordView(s.ID, v.now)
	v.dirty, v.changed = true, true
	if err := v.count(ctx, s.ID, countViews); err != nil {
		return err
	}
	return v.emit(ctx, r.Contact, topicShown, r.ID, responseFact(r))
}

// count adds one to the counters that a limit needs. A survey without limits
// over all contacts touches none: that row would be the one every visitor
// waits for.
func (v *visit) count(ctx context.Context, id ident.ID, what string) error {
	for _, n := range v.project.launch.NeededFor(id.String()) {
		if n.What != what {
			continue
		}
		c := store.Counter{Survey: n.Survey, What: counterName(n)}
		if err := v.tx.AddCount(ctx, v.project.ID, c, bucketOf(v.now, n.Per), 1); err != nil {
			return err
		}
	}
	return nil
}
