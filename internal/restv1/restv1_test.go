package restv1

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"earshot/internal/app"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
	"earshot/internal/store/sqlite"
)

// start serves a project on a real database and gives its address and key.
func start(t *testing.T) (base, key string) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	a := app.New(s, time.Now, slog.New(slog.DiscardHandler))
	made, err := a.SetUp(t.Context(), app.Setup{Email: "ada@example.com", Project: "P"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Sync(t.Context(), app.Batch{
		Project: made.ProjectUUID, Who: app.Who{AnonymousID: "browser-1", ID: "u1"}, At: app.Where{URL: "https://app.example.com/plan", Device: "desktop"}, Ask: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	(&Door{App: a, Log: slog.New(slog.DiscardHandler)}).Routes(mux)
	server := httptest.NewUnstartedServer(mux)
	server.Config = httpkit.Server(mux, slog.New(slog.DiscardHandler))
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, made.APIKey
}

func send(t *testing.T, request *http.Request) (status int, header http.Header, body map[string]any) {
	t.Helper()
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatalf("not JSON: %s", raw)
	}
	return res.StatusCode, res.Header, body
}

func request(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

func TestKeysOpenTheDoorInThreeWays(t *testing.T) {
	t.Parallel()
	base, key := start(t)
	bearer := func(key string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
	}
	for _, tt := range []struct {
		says   string
		body   string
		change func(*http.Request)
		status int
		want   map[string]any
	}{
		{"as a bearer", `{"contact":"u1"}`, bearer(key), 200, nil},
		{"as user name", `{"contact":"u1"}`, func(r *http.Request) { r.SetBasicAuth(key, "") }, 200, nil},
		{"in the address", `{"contact":"u1"}`, func(r *http.Request) { r.URL.RawQuery = "api_key=" + key }, 200, nil},
		{"in the body", `{"contact":"u1","api_key":"` + key + `"}`, nil, 200, nil},
		{"not at all", `{"contact":"u1"}`, nil, 401, map[string]any{"error": "No API key found in headers"}},
		{"too short", `{"contact":"u1"}`, bearer("abc"), 401, map[string]any{"error": "No API key found in headers"}},
		{"as a number", `{"contact":"u1","api_key":12345678901234567890}`, nil, 401, map[string]any{"error": "No API key found in headers"}},
		{"malformed", `{"contact":"u1"}`, bearer("this-is-not-a-key-at-all"), 401, map[string]any{"error": "API key does not look valid"}},
		{"of nobody", `{"contact":"u1"}`, bearer(strings.Repeat("0", 8) + "-0000-0000-0000-" + strings.Repeat("0", 12)), 404, map[string]any{"message": "API key not valid or does not exist"}},
		{"almost right", `{"contact":"u1"}`, bearer(key[:len(key)-1] + "x"), 401, map[string]any{"error": "API key does not look valid"}},
	} {
		t.Run(tt.says, func(t *testing.T) {
			t.Parallel()
			r := request(t, "POST", base+"/v1/explain", tt.body)
			if tt.change != nil {
				tt.change(r)
			}
			status, _, body := send(t, r)
			if status != tt.status || tt.want != nil && !reflect.DeepEqual(body, tt.want) {
				t.Errorf("%d %v, want %d %v", status, body, tt.status, tt.want)
			}
		})
	}
}

const draft = `{"key":"nps","name":"NPS","elements":[{"id":"a","type":"nps","question":"How likely is it"}]}`

func TestAnswers(t *testing.T) {
	t.Parallel()
	base, key := start(t)
	for _, tt := range []struct {
		says, method, path, body string
		status                   int
		has                      string // part of the body
	}{
		{"a contact is explained", "POST", "/v1/explain", `{"contact":"u1","device":"mobile","event":"saved"}`, 200, `"device":"mobile","event":"saved"`},
		{"a survey that is not there has that as its reason", "POST", "/v1/explain", `{"contact":"u1","survey":"x"}`, 200, `"reason":"survey_not_found"`},
		{"nobody is not found", "POST", "/v1/explain", `{"contact":"u2"}`, 404, `"error":"There is no contact`},
		{"somebody has to be named", "POST", "/v1/explain", ``, 422, `"fields":{"contact":`},
		{"channels are known", "POST", "/v1/explain", `{"contact":"u1","channel":"mail"}`, 422, `"fields":{"channel":`},
		{"a wrong type is named", "POST", "/v1/explain", `{"contact":1}`, 422, `"fields":{"contact":`},
		{"JSON has one meaning", "POST", "/v1/explain", `{"contact":"u1","contact":"u2"}`, 400, `appears twice`},
		{"and is JSON", "POST", "/v1/explain", `contact=u1`, 400, `Not acceptable JSON`},
		{"a survey is simulated", "POST", "/v1/simulate", `{"survey":` + draft + `,"days":2}`, 200, `"people":1`},
		{"thirty days if nothing is said", "POST", "/v1/simulate", `{"survey":` + draft + `}`, 200, `"days":30`},
		{"days have bounds", "POST", "/v1/simulate", `{"survey":` + draft + `,"days":1000}`, 422, `"fields":{"days":`},
		{"a survey has to be there", "POST", "/v1/simulate", `{}`, 422, `"fields":{"survey":`},
		{"its problems are named", "POST", "/v1/simulate", `{"survey":{"key":"a","name":"A","elements":[{"id":"a","type":"npss"}]}}`, 422, `"survey.elements[0].type":`},
		{"what publishing would refuse, too", "POST", "/v1/simulate", `{"survey":{"key":"a","name":"A","elements":[]}}`, 422, `"survey.elements":`},
		{"too much is refused", "POST", "/v1/explain", `{"contact":"` + strings.Repeat("x", 1<<20) + `"}`, 413, `larger than 1048576 bytes`},
		{"another method is refused", "GET", "/v1/explain", ``, 405, `"error":"Use POST here."`},
		{"another address is not there", "POST", "/v1/explains", ``, 404, `"error":"There is no such endpoint."`},
	} {
		t.Run(tt.says, func(t *testing.T) {
			r := request(t, tt.method, base+tt.path, tt.body)
			r.Header.Set("Authorization", "Bearer "+key)
			status, header, body := send(t, r)
			raw, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if status != tt.status || !strings.Contains(string(raw), tt.has) {
				t.Errorf("%d %s, want %d with %s", status, raw, tt.status, tt.has)
			}
			if status == 405 && header.Get("Allow") != "POST" {
				t.Errorf("Allow = %q", header.Get("Allow"))
			}
		})
	}
	r := request(t, "POST", base+"/v1/explain", "contact=u1")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+key)
	if status, _, _ := send(t, r); status != 415 {
		t.Errorf("a form: %d", status)
	}
}

// slow is an App whose simulations last as long as somebody waits.
type slow struct {
	App
	begun chan struct{}
	ended chan error
	lasts time.Duration
}

func (slow) ProjectOfKey(context.Context, string) (ident.ID, error) { return ident.ID{1}, nil }

func (s slow) Simulate(ctx context.Context, _ ident.ID, _ app.Trial) (app.Simulated, error) {
	close(s.begun)
	select {
	case <-ctx.Done():
		s.ended <- ctx.Err()
		return app.Simulated{}, ctx.Err()
	case <-time.After(s.lasts):
		s.ended <- nil
		return app.Simulated{Days: 1}, nil
	}
}

// serveSlow serves it with the limits of time that a server has, but shorter.
func serveSlow(t *testing.T, s slow) (simulate *http.Request) {
	t.Helper()
	mux := http.NewServeMux()
	(&Door{App: s, Log: slog.New(slog.DiscardHandler)}).Routes(mux)
	server := httptest.NewUnstartedServer(mux)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	r := request(t, "POST", server.URL+"/v1/simulate", `{"survey":`+draft+`}`)
	r.Header.Set("Authorization", "Bearer any")
	return r
}

func TestASimulationOutlastsTheServersLimits(t *testing.T) {
	t.Parallel()
	s := slow{begun: make(chan struct{}), ended: make(chan error, 1), lasts: 400 * time.Millisecond}
	if status, _, body := send(t, serveSlow(t, s)); status != 200 || <-s.ended != nil {
		t.Errorf("%d %v", status, body)
	}
}

func TestASimulationEndsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	s := slow{begun: make(chan struct{}), ended: make(chan error, 1), lasts: time.Hour}
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-s.begun
		leave()
	}()
	if _, err := http.DefaultClient.Do(serveSlow(t, s).WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller got %v", err)
	}
	if err := <-s.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the simulation got %v", err)
	}
}
