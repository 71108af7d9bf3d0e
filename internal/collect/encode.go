package collect

import (
	"encoding/json"
	"strconv"
	"time"

	"earshot/internal/app"
	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/survey"
)

// freshFor is how many seconds a client goes without asking by itself: a
// visitor without a survey costs one request for so long.
const freshFor = 1800

type wireResult struct {
	UID     ident.ID                   `json:"uid"`
	Status  app.Status                 `json:"status"`
	Reason  string                     `json:"reason,omitempty"`
	Message string                     `json:"message,omitempty"`
	Fields  map[string]string          `json:"fields,omitempty"`
	DueMS   int64                      `json:"due_ms,omitempty"`
	View    ident.ID                   `json:"view,omitzero"`
	Survey  *survey.BrowserSurvey      `json:"survey,omitempty"`
	Answers map[string]json.RawMessage `json:"answers,omitempty"`
	Seq     int64                      `json:"seq,omitempty"`
}

type wireExplain struct {
	Survey  ident.ID   `json:"survey"`
	Key     string     `json:"key"`
	Armed   bool       `json:"armed"`
	Reason  string     `json:"reason,omitempty"`
	Message string     `json:"message,omitempty"`
	Winner  string     `json:"winner,omitempty"`
	DueMS   int64      `json:"due_ms,omitempty"`
	Gates   []wireGate `json:"gates"`
}

type wireGate struct {
	Gate    string `json:"gate"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail,omitempty"`
}

// appendAnswer writes the answer, with the operations that never reached the
// use case in their places. Every page view of every visitor waits for one, so
// what is in most of them is appended by hand; the rest is encoding/json's.
func appendAnswer(b []byte, a app.Answer, refused map[int]app.Result, now time.Time) ([]byte, error) {
	b = append(b, `{"results":[`...)
	var err error
	rest := a.Results
	for at := 0; len(rest) > 0 || len(refused) > 0; at++ {
		if at > 0 {
			b = append(b, ',')
		}
		r, early := refused[at]
		if early {
			delete(refused, at)
		} else {
			r, rest = rest[0], rest[1:]
		}
		if b, err = appendResult(b, r, now); err != nil {
			return b, err
		}
	}
	b = append(b, `],"identified":`...)
	b = strconv.AppendBool(b, a.Identified)
	if a.HasArmed {
		b = appendArmed(append(b, `,"armed":`...), a.Armed)
	}
	b = append(b, `,"fresh_for":`...)
	b = strconv.AppendInt(b, freshFor, 10)
	b = append(b, `,"ask_in":`...)
	b = strconv.AppendInt(b, int64(a.AskIn/time.Second), 10)
	if len(a.Explain) > 0 {
		explain := make([]wireExplain, len(a.Explain))
		for i, e := range a.Explain {
			explain[i] = encodeExplain(e, now)
		}
		if b, err = appendJSON(append(b, `,"explain":`...), explain); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func appendResult(b []byte, r app.Result, now time.Time) ([]byte, error) {
	w := encodeResult(r, now)
	if w.isPlain() {
		b = appendText(append(b, `{"uid":`...), textOf(w.UID))
		b = appendText(append(b, `,"status":`...), string(w.Status))
		return append(b, '}'), nil
	}
	return appendJSON(b, &w)
}

func textOf(id ident.ID) string {
	if id == ident.None {
		return ""
	}
	return id.String()
}

func appendArmed(b []byte, entries []launch.Entry) []byte {
	b = append(b, '[')
	for i, e := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"survey":`...), e.Survey)
		b = appendText(append(b, `,"key":`...), e.Key)
		b = appendWatch(append(b, `,"trigger":`...), e.Trigger)
		if e.Pages != nil {
			b = appendRules(append(b, `,"pages":{"allow":`...), e.Pages.Allow)
			b = appendRules(append(b, `,"exclude":`...), e.Pages.Exclude)
			b = strconv.AppendInt(append(b, `,"delay_ms":`...), e.Pages.DelayMS, 10)
			b = append(b, '}')
		}
		b = appendText(append(b, `,"repeat":`...), e.Repeat)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendWatch(b []byte, w launch.Watch) []byte {
	b = appendText(append(b, `{"type":`...), w.Type)
	if w.DelayMS != 0 {
		b = strconv.AppendInt(append(b, `,"delay_ms":`...), w.DelayMS, 10)
	}
	if len(w.Pages) > 0 {
		b = appendRules(append(b, `,"pages":`...), w.Pages)
	}
	if w.Name != "" {
		b = appendText(append(b, `,"name":`...), w.Name)
	}
	return append(b, '}')
}

func appendRules(b []byte, rules []survey.PageRule) []byte {
	b = append(b, '[')
	for i, r := range rules {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"op":`...), r.Op)
		b = appendText(append(b, `,"value":`...), r.Value)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendText writes a text as JSON; encoding/json does it where anything needs
// an escape.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			b, _ = appendJSON(b, s) // a string always encodes
			return b
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendJSON(b []byte, v any) ([]byte, error) {
	out, err := json.Marshal(v)
	return append(b, out...), err
}

// isPlain tells whether a result says no more than its status.
func (w *wireResult) isPlain() bool {
	return w.Reason == "" && w.Message == "" && len(w.Fields) == 0 && w.DueMS == 0 &&
		w.View == ident.None && w.Survey == nil && len(w.Answers) == 0 && w.Seq == 0
}

func encodeResult(r app.Result, now time.Time) wireResult {
	return wireResult{
		UID: r.UID, Status: r.Status, Reason: r.Reason, Message: r.Message, Fields: r.Fields, DueMS: dueIn(r.Due, now),
		View: r.View, Survey: r.Survey, Answers: r.Answers, Seq: r.Seq,
	}
}

func encodeExplain(e launch.Explanation, now time.Time) wireExplain {
	w := wireExplain{
		Survey: e.Survey, Key: e.Key, Armed: e.Armed, Reason: string(e.Reason), Winner: e.Winner,
		DueMS: dueIn(e.Due, now), Gates: make([]wireGate, 0, len(e.Gates)),
	}
	if e.Reason != "" {
		w.Message = e.Message()
	}
	for _, g := range e.Gates {
		w.Gates = append(w.Gates, wireGate{string(g.Gate), string(g.Outcome), g.Detail})
	}
	return w
}

// dueIn gives the milliseconds until a moment: the client's clock may be
// anything, so it gets a distance, never a date.
func dueIn(due contact.Micros, now time.Time) int64 {
	if due == 0 {
		return 0
	}
	return max(1, due.Time().Sub(now).Milliseconds())
}
