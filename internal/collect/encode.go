package collect

import (
	"encoding/json"
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

type wireAnswer struct {
	Results    []wireResult  `json:"results"`
	Identified bool          `json:"identified"`
	Armed      *armed        `json:"armed,omitempty"`
	FreshFor   int           `json:"fresh_for"`
	AskIn      int           `json:"ask_in"`
	Explain    []wireExplain `json:"explain,omitempty"`
}

// armed is a list that is there, possibly empty.
type armed []launch.Entry

func (a *armed) MarshalJSON() ([]byte, error) {
	if len(*a) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]launch.Entry(*a))
}

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

// encode writes the answer, with the operations that never reached the use
// case in their places.
func encode(a app.Answer, refused map[int]app.Result, now time.Time) wireAnswer {
	out := wireAnswer{
		Results:    make([]wireResult, 0, len(a.Results)+len(refused)),
		Identified: a.Identified,
		FreshFor:   freshFor,
		AskIn:      int(a.AskIn / time.Second),
	}
	if a.HasArmed {
		list := armed(a.Armed)
		out.Armed = &list
	}
	rest := a.Results
	for len(rest) > 0 || len(refused) > 0 {
		at := len(out.Results)
		if r, ok := refused[at]; ok {
			delete(refused, at)
			out.Results = append(out.Results, encodeResult(r, now))
			continue
		}
		out.Results = append(out.Results, encodeResult(rest[0], now))
		rest = rest[1:]
	}
	for _, e := range a.Explain {
		out.Explain = append(out.Explain, encodeExplain(e, now))
	}
	return out
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
