package webui

import (
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
)

//go:embed demo
var demoFiles embed.FS

// Demo is the demo product: a small project-management app that uses Earshot
// the way a customer would. It is served only by `earshot demo`, and lets
// everybody read the answers of its own project.
type Demo struct {
	Project ident.ID
	Answers func(ctx context.Context) ([]app.DemoAnswer, error)
}

// demoRoutes adds the demo product to mux.
func (u *UI) demoRoutes(mux *http.ServeMux) {
	mux.Handle("GET /demo", http.RedirectHandler("/demo/", http.StatusFound))
	mux.Handle("GET /demo/{page...}", httpkit.Wrap(u.Log, u.demoFile))
	mux.Handle("GET /demo/answers.json", httpkit.Wrap(u.Log, u.demoAnswers))
}

func (u *UI) demoAnswers(w http.ResponseWriter, r *http.Request) error {
	answers, err := u.Demo.Answers(r.Context())
	if err != nil {
		return err
	}
	return httpkit.JSON(w, http.StatusOK, answers)
}

// demoFile serves a page (/demo/pricing is pricing.html) or one of its files.
func (u *UI) demoFile(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("page")
	if name == "" {
		name = "plan"
	}
	if path.Ext(name) == "" {
		name += ".html"
	}
	b, err := fs.ReadFile(demoFiles, path.Join("demo", path.Clean("/"+name)))
	if errors.Is(err, fs.ErrNotExist) {
		return u.plain(w, http.StatusNotFound, plainPage{Title: "Planwise has no such page", Lines: []string{r.URL.Path}, Link: "/demo/", LinkText: "To the plan"})
	}
	if err != nil {
		return fault.New(fault.NotFound, "not_found", "There is no such file.").Because(err)
	}
	if path.Ext(name) == ".html" {
		return u.demoPage(w, r, b)
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	return nil
}

// demoPage puts the real snippet into a page, under a strict policy: what
// works here works in a careful customer's product.
func (u *UI) demoPage(w http.ResponseWriter, r *http.Request, page []byte) error {
	snippet, err := u.Snippet(u.base(r), u.Demo.Project)
	if err != nil {
		return err
	}
	nonce := rand.Text()
	snippet = strings.Replace(snippet, "<script", `<script nonce="`+nonce+`"`, 1)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' 'strict-dynamic' 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")
	out := strings.ReplaceAll(string(page), "__EARSHOT_SNIPPET__", snippet)
	_, err = w.Write([]byte(strings.ReplaceAll(out, "__NONCE__", nonce)))
	return err
}
