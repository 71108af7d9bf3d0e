// Package webui serves what browsers load: the client script with its parts,
// survey pages, the demo product and the health answers.
package webui

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
)

// Pages are the use cases that pages need.
type Pages interface {
	SurveyPage(ctx context.Context, code string) (app.SurveyPage, error)
	Ready(ctx context.Context) error
}

// UI serves pages and assets.
type UI struct {
	App       Pages
	Log       *slog.Logger
	Assets    fs.FS  // the built browser files, see package web
	PublicURL string // without a trailing slash; empty: taken from the request
	Demo      *Demo  // nil: no demo product
}

// Routes adds everything to mux.
func (u *UI) Routes(mux *http.ServeMux) {
	mux.Handle("GET /v001/{file}", httpkit.Wrap(u.Log, u.asset))
	mux.Handle("GET /s/{code}", httpkit.Wrap(u.Log, u.surveyPage))
	mux.HandleFunc("GET /livez", alive)
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("GET /readyz", httpkit.Wrap(u.Log, u.ready))
	mux.Handle("GET /{$}", httpkit.Wrap(u.Log, u.front))
	if u.Demo != nil {
		u.demoRoutes(mux)
	}
}

// alive never touches the store: it says that the process answers.
func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

func (u *UI) ready(w http.ResponseWriter, r *http.Request) error {
	if err := u.App.Ready(r.Context()); err != nil {
		return fault.New(fault.Busy, "not_ready", "The storage does not answer.").Because(err)
	}
	alive(w, r)
	return nil
}

// asset serves the client and its parts to pages of any origin. client.js
// keeps its address for ever and is looked at anew every five minutes; the
// parts carry a hash in their name and never change.
func (u *UI) asset(w http.ResponseWriter, r *http.Request) error {
	name := path.Base(r.PathValue("file"))
	b, err := fs.ReadFile(u.Assets, name)
	if errors.Is(err, fs.ErrNotExist) || path.Ext(name) != ".js" {
		if _, err := fs.Stat(u.Assets, "client.js"); err != nil {
			return errNotBuilt()
		}
		return fault.New(fault.NotFound, "not_found", "There is no such file.")
	}
	if err != nil {
		return fmt.Errorf("read asset: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if name == "client.js" {
		h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	return nil
}

func errNotBuilt() *fault.Error {
	return fault.New(fault.NotFound, "assets_not_built", "This binary was built without the browser files. Build it with: make build")
}

// base is the address browsers know this server by.
func (u *UI) base(r *http.Request) string {
	if u.PublicURL != "" {
		return u.PublicURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Snippet is the text a customer pastes, filled in.
func (u *UI) Snippet(server string, project ident.ID) (string, error) {
	b, err := fs.ReadFile(u.Assets, "snippet.txt")
	if err != nil {
		return "", errNotBuilt().Because(err)
	}
	return strings.NewReplacer("__SERVER__", server, "__PROJECT__", project.String()).Replace(string(b)), nil
}

// jsonForScript writes v so that it may stand inside a script element.
// encoding/json already escapes <, > and &.
func jsonForScript(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
