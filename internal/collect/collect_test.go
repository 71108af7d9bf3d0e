package collect

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/survey"
)

// listener stands in for the use case and keeps what it was told.
type listener struct {
	got app.Batch
	say app.Answer
	err error
}

func (l *listener) Sync(_ context.Context, b app.Batch) (app.Answer, error) {
	l.got = b
	if l.say.Results == nil {
		for _, op := range b.Ops {
			l.say.Results = append(l.say.Results, app.Result{UID: op.UID, Status: app.OK})
		}
	}
	return l.say, l.err
}

const (
	project = "6f1c2d3e-0000-4000-8000-000000000001"
	uid1    = "6f1c2d3e-0000-4000-8000-00000000000a"
	uid2    = "6f1c2d3e-0000-4000-8000-00000000000b"
)

func post(t *testing.T, l *listener, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	(&Door{App: l, Log: slog.New(slog.DiscardHandler), CountryHeader: "X-Country"}).Routes(mux)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func TestABatchReachesTheUseCase(t *testing.T) {
	t.Parallel()
	var l listener
	body := `{"v":1,"client":"0.1.0","installation":"npm","future":{"field":1},
		"who":{"anonymous_id":"anon-0001","id":42,"signature":"ab"},
		"at":{"url":"https://a.example/x","locale":"de-AT","device":"mobile","channel":"embed"},
		"ask":true,
		"ops":[{"op":"identify","uid":"` + uid1 + `","ts":1700000000123,"id":"u1","traits":{"plan":"pro"},"account":{"id":7,"name":"Acme","seats":3}},
			{"op":"view","uid":"` + uid2 + `","survey":"nps","launch":"forced","dry":true}]}`
	w := post(t, &l, "/c/v1/"+project, body, "X-Country", "AT")
	if w.Code != 200 {
		t.Fatalf("status = %d: %s", w.Code, w.Body)
	}
	b := l.got
	if b.Who.ID != "42" || b.At.Channel != survey.Embed || b.At.Country != "AT" || !b.Ask || b.Installation != "npm" {
		t.Errorf("batch = %+v", b)
	}
	if b.Ops[0].Given.Set["plan"].Text != "pro" || b.Ops[0].Account.Set["seats"].Int != 3 || b.Ops[0].Account.ID != "7" || b.Ops[0].SentAt != 1700000000123000 {
		t.Errorf("identify = %+v", b.Ops[0])
	}
	if b.Ops[1].Launch != launch.Forced || !b.Ops[1].Dry {
		t.Errorf("view = %+v", b.Ops[1])
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("headers = %v", w.Header())
	}
}

func TestAWrongOperationDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	var l listener
	body := `{"who":{"anonymous_id":"anon-0001"},"ops":[
		{"op":"track","uid":"` + uid1 + `"},
		{"op":"track","uid":"` + uid2 + `","name":"login"},
		{"op":"dance","uid":"` + uid1 + `"}, {"op":"track","name":"x"}, {"op":"view","uid":7}]}`
	w := post(t, &l, "/c/v1/"+project, body)
	var got struct {
		Results []struct {
			UID, Status, Reason string
			Fields              map[string]string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Results) != 5 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	want := []struct{ uid, status, reason, field string }{
		{uid1, "refused", "bad_event_name", "name"},
		{uid2, "ok", "", ""},
		{uid1, "refused", "unknown_op", "op"},
		{"", "refused", "bad_uid", "uid"},
		{"", "refused", "bad_type", "uid"},
	}
	for i, r := range got.Results {
		if r.UID != want[i].uid || r.Status != want[i].status || r.Reason != want[i].reason {
			t.Errorf("result %d = %+v, want %+v", i, r, want[i])
		}
		if want[i].field != "" && r.Fields[want[i].field] == "" {
			t.Errorf("result %d names no field %q: %v", i, want[i].field, r.Fields)
		}
	}
}

func TestWhatIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	who := `"who":{"anonymous_id":"anon-0001"}`
	tests := []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"an unknown project", "/c/v1/nothing", `{` + who + `}`, 404, "project_not_found"},
		{"no visitor", "/c/v1/" + project, `{}`, 400, "bad_anonymous_id"},
		{"an odd visitor", "/c/v1/" + project, `{"who":{"anonymous_id":"../../etc"}}`, 400, "bad_anonymous_id"},
		{"not JSON", "/c/v1/" + project, `<html>`, 400, "bad_json"},
		{"two documents", "/c/v1/" + project, `{` + who + `}{}`, 400, "bad_json"},
		{"a key twice", "/c/v1/" + project, `{` + who + `,"ask":true,"ask":false}`, 400, "duplicate_key"},
		{"a wrong type", "/c/v1/" + project, `{` + who + `,"ask":"yes"}`, 400, "bad_type"},
		{"a body over 64 KiB", "/c/v1/" + project, `{"x":"` + strings.Repeat("x", 65<<10) + `"}`, 413, "too_large"},
		{"too many operations", "/c/v1/" + project, `{` + who + `,"ops":[` + strings.Repeat(`1,`, 100) + `1]}`, 400, "too_many_ops"},
		{"an endless user id", "/c/v1/" + project, `{"who":{"anonymous_id":"anon-0001","id":"` + strings.Repeat("x", 201) + `"}}`, 400, "too_long"},
		{"NUL", "/c/v1/" + project, `{` + who + `,"installation":"a\u0000"}`, 400, "bad_json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := post(t, &listener{}, tt.path, tt.body)
			var got struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if w.Code != tt.status || got.Error.Code != tt.code || got.Error.Message == "" {
				t.Errorf("%d %s %q, want %d %s", w.Code, got.Error.Code, got.Error.Message, tt.status, tt.code)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page must be able to read the refusal")
			}
		})
	}
}

func TestWhenNothingCanBeKeptTheClientIsToldToWait(t *testing.T) {
	t.Parallel()
	l := &listener{err: fault.New(fault.Unavailable, "storage_full", "The disk is full.")}
	w := post(t, l, "/c/v1/"+project, `{"who":{"anonymous_id":"anon-0001"}}`)
	if w.Code != 507 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status = %d, Retry-After = %q", w.Code, w.Header().Get("Retry-After"))
	}
}

func TestArmedIsToldApartFromNothingSaid(t *testing.T) {
	t.Parallel()
	now := time.Unix(100, 0)
	for _, tt := range []struct {
		name string
		say  app.Answer
		want string
	}{
		{"nothing said", app.Answer{}, `{"results":[],"identified":false,"fresh_for":1800,"ask_in":0}`},
		{"none armed", app.Answer{HasArmed: true}, `{"results":[],"identified":false,"armed":[],"fresh_for":1800,"ask_in":0}`},
		{"ask again", app.Answer{HasArmed: true, AskIn: 90 * time.Second}, `{"results":[],"identified":false,"armed":[],"fresh_for":1800,"ask_in":90}`},
		{"a refused view", app.Answer{Results: []app.Result{{UID: ident.MustParse(uid1), Status: app.Refused, Reason: "not_started", Due: 160_000_000}}},
			`{"results":[{"uid":"` + uid1 + `","status":"refused","reason":"not_started","due_ms":60000}],"identified":false,"fresh_for":1800,"ask_in":0}`},
	} {
		b, err := appendAnswer(nil, tt.say, nil, now)
		if err != nil || string(b) != tt.want {
			t.Errorf("%s: %s %v, want %s", tt.name, b, err, tt.want)
		}
	}
}

// Nothing that a stranger sends panics, and what decodes keeps within limits.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"who":{"anonymous_id":"anon-0001"},"ops":[{"op":"identify","uid":"` + uid1 + `","email":"a@b","traits":{"a_at":1,"b":{"c":[1,"2"]}}}]}`))
	f.Add([]byte(`{"who":{"anonymous_id":"anon-0001"},"ops":[{"op":"complete","uid":"` + uid1 + `","view":"` + uid2 + `","seq":1,"answers":{"a":1}}]}`))
	f.Add([]byte(`{"who":{"anonymous_id":"anon-0001"},"at":{"url":"\ud83d\ude00"},"ops":[null,1,{}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, refused, err := decode(body)
		if err != nil {
			if k := fault.As(err).Kind; k != fault.Invalid && k != fault.TooLarge {
				t.Errorf("kind = %s for %q", k, body)
			}
			return
		}
		if len(b.Ops)+len(refused) > maxOps || len(b.At.URL) > maxAddress {
			t.Errorf("over the limits: %q", body)
		}
	})
}
