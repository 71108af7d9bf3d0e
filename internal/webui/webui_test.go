package webui

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/ident"
)

type pages struct{ broken bool }

func (p pages) SurveyPage(_ context.Context, code string) (app.SurveyPage, error) {
	if code != "abcdef-ghjkmn" {
		return app.SurveyPage{}, fault.New(fault.NotFound, "survey_not_found", "There is no survey at this address.")
	}
	return app.SurveyPage{Name: `</title><script>alert(1)</script>`, Language: "de"}, nil
}

func (p pages) Ready(context.Context) error {
	if p.broken {
		return errors.New("disk on fire")
	}
	return nil
}

func built() fs.FS {
	return fstest.MapFS{
		"client.js":       {Data: []byte("/* client */")},
		"widget-ab12.js":  {Data: []byte("/* widget */")},
		"snippet.txt":     {Data: []byte("<script>load('__SERVER__','__PROJECT__')</script>")},
		"manifest.json":   {Data: []byte(`{"page":"page-cd34.js"}`)},
		"placeholder.txt": {Data: []byte("x")},
	}
}

func get(t *testing.T, u *UI, path string) *httptest.ResponseRecorder {
	t.Helper()
	u.Log = slog.New(slog.DiscardHandler)
	if u.App == nil {
		u.App = pages{}
	}
	mux := http.NewServeMux()
	u.Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestTheClientAndItsPartsAreServed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path string
		status     int
		cache      string
	}{
		{"the client is looked at anew", "/v001/client.js", 200, "max-age=300"},
		{"its parts never change", "/v001/widget-ab12.js", 200, "immutable"},
		{"nothing else of the build", "/v001/manifest.json", 404, ""},
		{"what is not there", "/v001/other.js", 404, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := get(t, &UI{Assets: built()}, tt.path)
			if w.Code != tt.status || !strings.Contains(w.Header().Get("Cache-Control"), tt.cache) {
				t.Errorf("%d %q", w.Code, w.Header().Get("Cache-Control"))
			}
			if w.Code == 200 && (w.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript")) {
				t.Errorf("headers = %v", w.Header())
			}
		})
	}
}

func TestABinaryWithoutTheBrowserFilesSaysSo(t *testing.T) {
	t.Parallel()
	w := get(t, &UI{Assets: fstest.MapFS{}}, "/v001/client.js")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestASurveyPageHandsOverItsParameters(t *testing.T) {
	t.Parallel()
	q, err := url.ParseQuery("contact_id=u1&contact_email=a%40b.example&contact_plan=pro&response_space=s+1&locale=de&signature=ab&tags=x,y&answer_score=9&contact_=z&other=1")
	if err != nil {
		t.Fatal(err)
	}
	got := configFrom(q)
	want := pageConfig{
		Contact: &pageContact{ID: "u1", Email: "a@b.example", Signature: "ab", Traits: map[string]string{"plan": "pro"}},
		Hidden:  map[string]string{"space": "s 1"},
		Answers: map[string]string{"score": "9"},
		Tags:    []string{"x", "y"},
		Locale:  "de",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("config = %+v, want %+v", got, want)
	}
}

func TestASurveyPageKeepsTextsAndParametersOutOfItsMarkup(t *testing.T) {
	t.Parallel()
	w := get(t, &UI{Assets: built()}, "/s/abcdef-ghjkmn?response_x=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E")
	if w.Code != 200 || strings.Contains(w.Body.String(), "<script>alert") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(w.Body.String(), `src="/v001/page-cd34.js"`) {
		t.Errorf("page = %s", w.Body)
	}
	if !strings.Contains(w.Body.String(), `<html lang="de"`) || !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("page = %s, headers = %v", w.Body, w.Header())
	}
}

func TestAnUnknownSurveyPageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	w := get(t, &UI{Assets: built()}, "/s/nothing")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "This survey is not here") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	broken := &UI{Assets: built(), App: pages{broken: true}}
	if w := get(t, broken, "/livez"); w.Code != 200 {
		t.Errorf("/livez = %d: it must never ask the storage", w.Code)
	}
	if w := get(t, broken, "/readyz"); w.Code != 503 || strings.Contains(w.Body.String(), "fire") {
		t.Errorf("/readyz = %d %s", w.Code, w.Body)
	}
	if w := get(t, &UI{Assets: built()}, "/readyz"); w.Code != 200 {
		t.Errorf("/readyz = %d", w.Code)
	}
}

func TestTheDemoIsThereOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	if w := get(t, &UI{Assets: built()}, "/demo/"); w.Code != 404 {
		t.Errorf("/demo/ without a demo = %d", w.Code)
	}
	project := ident.New()
	demo := &Demo{Project: project, Answers: func(context.Context) ([]app.DemoAnswer, error) { return []app.DemoAnswer{}, nil }}
	w := get(t, &UI{Assets: built(), Demo: demo, PublicURL: "https://e.example"}, "/demo/")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "load('https://e.example','"+project.String()+"')") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(t, &UI{Assets: built(), Demo: demo}, "/demo/../webui.go"); w.Code == 200 {
		t.Error("nothing but the demo's own files")
	}
	if w := get(t, &UI{Assets: built(), Demo: demo}, "/demo/answers.json"); w.Body.String() != "[]" {
		t.Errorf("answers = %s", w.Body)
	}
}
