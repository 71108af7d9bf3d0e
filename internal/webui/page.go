package webui

import (
	"crypto/rand"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"earshot/internal/fault"
)

// pageConfig is what a survey page hands to page.js; web/client/src/contract.ts
// has the other side of it.
type pageConfig struct {
	Server  string            `json:"server"`
	Project string            `json:"project"`
	Survey  string            `json:"survey"`
	Contact *pageContact      `json:"contact,omitempty"`
	Hidden  map[string]string `json:"hidden,omitempty"`  // from response_…
	Answers map[string]string `json:"answers,omitempty"` // from answer_…
	Tags    []string          `json:"tags,omitempty"`
	Locale  string            `json:"locale,omitempty"`
}

type pageContact struct {
	ID        string            `json:"id,omitempty"`
	Email     string            `json:"email,omitempty"`
	Signature string            `json:"signature,omitempty"`
	Traits    map[string]string `json:"traits,omitempty"` // from contact_…
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Language}}" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>{{.Name}}</title>
<link rel="modulepreload" href="/v001/{{.Script}}">
<style nonce="{{.Nonce}}">html{background:#f6f7f9;color-scheme:light dark}@media(prefers-color-scheme:dark){html{background:#111318}}body{margin:0;min-height:100dvh}</style>
</head>
<body>
<main id="earshot-survey"></main>
<noscript>This survey needs JavaScript.</noscript>
<script type="application/json" id="earshot-page" nonce="{{.Nonce}}">{{.Config}}</script>
<script nonce="{{.Nonce}}" type="module" async src="/v001/{{.Script}}"></script>
</body>
</html>
`))

// surveyPage serves /s/<code>: an empty page that draws itself. What it shows
// is claimed by page.js like anywhere else, so drafts and surveys that are
// over say so there.
func (u *UI) surveyPage(w http.ResponseWriter, r *http.Request) error {
	page, err := u.App.SurveyPage(r.Context(), r.PathValue("code"))
	if err != nil {
		return u.problemPage(w, fault.As(err))
	}
	config := configFrom(r.URL.Query())
	config.Server, config.Project, config.Survey = u.base(r), page.Project.String(), page.Survey.String()
	text, err := jsonForScript(config)
	if err != nil {
		return err
	}
	script, err := u.pageScript()
	if err != nil {
		return err
	}
	nonce := rand.Text()
	h := pageHeaders(w, nonce)
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-ancestors *") // may be shown in an iframe
	return pageTemplate.Execute(w, map[string]any{
		"Language": page.Language, "Name": page.Name, "Nonce": nonce, "Config": template.JS(text), "Script": script,
	})
}

// pageScript is the current name of the survey page's script.
func (u *UI) pageScript() (string, error) {
	b, err := fs.ReadFile(u.Assets, "manifest.json")
	if err != nil {
		return "", errNotBuilt().Because(err)
	}
	var manifest struct {
		Page string `json:"page"`
	}
	return manifest.Page, json.Unmarshal(b, &manifest)
}

// pageHeaders sets what every page of ours carries.
func pageHeaders(w http.ResponseWriter, nonce string) http.Header {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'nonce-" + nonce + "' 'strict-dynamic'", "style-src 'nonce-" + nonce + "'",
		"connect-src 'self'", "img-src https: data:", "base-uri 'none'", "form-action 'none'", "object-src 'none'",
	}, "; "))
	return h
}

// configFrom reads the parameters of a survey page's address.
func configFrom(q url.Values) pageConfig {
	c := pageConfig{Hidden: map[string]string{}, Answers: map[string]string{}, Locale: q.Get("locale")}
	who := pageContact{ID: q.Get("contact_id"), Email: q.Get("contact_email"), Signature: q.Get("signature"), Traits: map[string]string{}}
	for _, list := range append(q["tags"], q["tags[]"]...) {
		c.Tags = append(c.Tags, strings.Split(list, ",")...)
	}
	for name, values := range q {
		into := map[string]map[string]string{"contact": who.Traits, "response": c.Hidden, "answer": c.Answers}
		prefix, rest, _ := strings.Cut(name, "_")
		if m := into[prefix]; m != nil && rest != "" && name != "contact_id" && name != "contact_email" {
			m[rest] = values[0]
		}
	}
	if who.ID != "" || who.Email != "" {
		c.Contact = &who
	}
	return c
}

var problemTemplate = template.Must(template.New("problem").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style nonce="{{.Nonce}}">
:root{color-scheme:light dark;--ink:#16181d;--soft:#5b6270;--ground:#f6f7f9;--card:#fff;--line:#e3e6ea;--accent:#4f46e5}
@media(prefers-color-scheme:dark){:root{--ink:#eceef2;--soft:#a3aab8;--ground:#111318;--card:#1a1d24;--line:#2b303a;--accent:#a5b4fc}}
body{margin:0;min-height:100dvh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{box-sizing:border-box;width:min(480px,100vw - 32px);padding:32px;background:var(--card);border:1px solid var(--line);border-radius:16px}
h1{margin:0 0 8px;font-size:20px;line-height:1.2;text-wrap:balance}
p{margin:0;color:var(--soft)}
p+p{margin-top:12px}
a{color:var(--accent)}
code{font:14px/1.5 ui-monospace,monospace;color:var(--ink)}
</style>
</head>
<body><main><h1>{{.Title}}</h1>{{range .Lines}}<p>{{.}}</p>{{end}}{{with .Link}}<p><a href="{{.}}">{{$.LinkText}}</a></p>{{end}}</main></body>
</html>
`))

type plainPage struct {
	Title          string
	Lines          []string
	Link, LinkText string
	Nonce          string
}

func (u *UI) problemPage(w http.ResponseWriter, f *fault.Error) error {
	if f.Kind != fault.NotFound {
		return f
	}
	p := plainPage{Title: "This survey is not here", Lines: []string{
		"The address may have been mistyped, or the survey was removed.",
		"If somebody sent you this link, please ask them for a new one.",
	}}
	return u.plain(w, http.StatusNotFound, p)
}

func (u *UI) plain(w http.ResponseWriter, status int, p plainPage) error {
	p.Nonce = rand.Text()
	pageHeaders(w, p.Nonce)
	w.WriteHeader(status)
	return problemTemplate.Execute(w, p)
}

// front says that the server is there and what to do next.
func (u *UI) front(w http.ResponseWriter, r *http.Request) error {
	p := plainPage{Title: "Earshot is running", Lines: []string{
		"Surveys are kept as files and put in place with: earshot apply DIR.",
		"Answers are read with: earshot responses.",
	}}
	if u.Demo != nil {
		p.Link, p.LinkText = "/demo/", "Open the demo product"
	}
	return u.plain(w, http.StatusOK, p)
}
