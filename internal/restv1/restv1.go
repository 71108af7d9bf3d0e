// Package restv1 is the door for programs: JSON over HTTP with a project's API
// key. docs/api/explain.md describes what it answers so far.
package restv1

import (
	"context"
	"encoding/json"
	"log/slog"
	"mime"
	"net/http"
	"strings"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
)

// App has the use cases behind the door.
type App interface {
	ProjectOfKey(ctx context.Context, plain string) (ident.ID, error)
	Explain(ctx context.Context, project ident.ID, q app.Question) (app.Explained, error)
	Simulate(ctx context.Context, project ident.ID, t app.Trial) (app.Simulated, error)
}

// Door serves everything below /v1/.
type Door struct {
	App App
	Log *slog.Logger
}

// Routes adds the door to mux.
func (d *Door) Routes(mux *http.ServeMux) {
	mux.Handle("/v1/explain", d.post(d.explain))
	mux.Handle("/v1/simulate", d.post(d.simulate))
	mux.Handle("/v1/", d.handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotFound, "no_such_endpoint", "There is no such endpoint.")
	}))
}

// limits of a body; a survey has thousands of keys at most.
var limits = httpkit.Limits{Body: 1 << 20, Depth: 32, Keys: 20_000, Key: 128, String: 64 << 10}

// endpoint answers one authenticated request with a value for JSON.
type endpoint func(w http.ResponseWriter, r *http.Request, project ident.ID, body []byte) (any, error)

// post gives a handler that takes a JSON body and a key.
func (d *Door) post(answer endpoint) http.Handler {
	return d.handle(func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			return errMethod
		}
		project, body, err := d.open(r)
		if err != nil {
			return err
		}
		v, err := answer(w, r, project, body)
		if err != nil {
			return err
		}
		return httpkit.JSON(w, http.StatusOK, v)
	})
}

// open finds the key's project and reads the body. A key outside the body is
// checked first: then nobody without one makes us read it.
func (d *Door) open(r *http.Request) (project ident.ID, body []byte, err error) {
	key := keyOf(r)
	if key != "" {
		if project, err = d.App.ProjectOfKey(r.Context(), key); err != nil {
			return project, nil, err
		}
	}
	if t := r.Header.Get("Content-Type"); t != "" {
		if kind, _, err := mime.ParseMediaType(t); err != nil || kind != "application/json" {
			return project, nil, errMediaType
		}
	}
	if body, err = httpkit.ReadBody(nil, r, limits.Body); err != nil {
		return project, nil, err
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	if err = httpkit.CheckJSON(body, limits); err != nil || key != "" {
		return project, body, err
	}
	var in struct {
		Key string `json:"api_key"`
	}
	_ = json.Unmarshal(body, &in) // of another type: no key
	project, err = d.App.ProjectOfKey(r.Context(), in.Key)
	return project, body, err
}

// keyOf finds the key in the header or the address.
func keyOf(r *http.Request) string {
	if key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(key)
	}
	if key, _, ok := r.BasicAuth(); ok {
		return key
	}
	return r.URL.Query().Get("api_key")
}
