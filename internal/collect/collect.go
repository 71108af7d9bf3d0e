// Package collect is the door that browsers and apps knock at: one address
// that takes a batch of operations and answers what the client should know.
// It is open to every origin, carries no credentials, and trusts nothing.
// docs/api/collect.md is its contract.
package collect

import (
	"context"
	"log/slog"
	"net/http"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
)

// Syncer is the use case behind the door.
type Syncer interface {
	Sync(ctx context.Context, b app.Batch) (app.Answer, error)
}

// Door serves POST /c/v1/{project}.
type Door struct {
	App           Syncer
	Log           *slog.Logger
	CountryHeader string // set by a trusted proxy; empty: country unknown
}

// Routes adds the door to mux.
func (d *Door) Routes(mux *http.ServeMux) {
	mux.Handle("POST /c/v1/{project}", openCORS(httpkit.Wrap(d.Log, d.sync)))
	mux.Handle("OPTIONS /c/v1/{project}", openCORS(http.HandlerFunc(preflight)))
}

// openCORS lets pages of any origin read the answer. There are no credentials
// here to protect: what an answer says depends on the body alone.
func openCORS(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.ServeHTTP(w, r)
	})
}

// preflight answers clients that send application/json.
func preflight(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "POST")
	h.Set("Access-Control-Allow-Headers", "Content-Type")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

func (d *Door) sync(w http.ResponseWriter, r *http.Request) error {
	project, err := ident.Parse(r.PathValue("project"))
	if err != nil {
		return fault.New(fault.NotFound, "project_not_found", "The project in the address is not a UUID.")
	}
	memory := httpkit.Borrow()
	defer memory.Return()
	if memory.B, err = httpkit.ReadBody(memory.B, r, httpkit.Public.Body); err != nil {
		return err
	}
	b, refused, err := decode(memory.B) // keeps nothing of the body's memory
	if err != nil {
		return err
	}
	b.Project = project
	b.At.Country = d.country(r)
	answer, err := d.App.Sync(r.Context(), b)
	if err != nil {
		return err
	}
	if memory.B, err = appendAnswer(memory.B[:0], answer, refused, answer.At); err != nil {
		return err
	}
	httpkit.WriteJSON(w, http.StatusOK, memory.B)
	return nil
}

// country reads what a trusted proxy says, if one is configured.
func (d *Door) country(r *http.Request) string {
	if d.CountryHeader == "" {
		return ""
	}
	c := r.Header.Get(d.CountryHeader)
	if len(c) != 2 {
		return ""
	}
	return c
}
