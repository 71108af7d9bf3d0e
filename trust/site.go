package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"earshot/internal/ident"
	"earshot/internal/loadkit"
	"earshot/internal/store"
	"earshot/internal/store/sqlite"
)

// site is one project with two surveys on a server that gets killed and
// started again.
type site struct {
	trust   *trust
	dir     string
	project ident.ID
	path    string // of the collect door
	server  atomic.Pointer[loadkit.Server]
}

const (
	surveyKey = "trust"
	otherKey  = "other"
)

const surveyFile = `name: Trust
status: published
elements:
  - {id: recommend, type: nps, question: "How likely are you to recommend us?"}
  - {id: why, type: long_text, question: "What is the reason?"}
  - {id: thanks, type: thank_you, question: Thank you}
trigger: {type: manual}
key: `

// newSite makes data the way an operator does: setup, then apply.
func (t *trust) newSite(ctx context.Context, name string) (*site, error) {
	s := &site{trust: t, dir: t.stage.Path(name)}
	out, err := loadkit.Output(ctx, t.binary, "setup", "--data", s.dir, "--email", "trust@example.com", "--project", "trust", "--json")
	if err != nil {
		return nil, err
	}
	var made struct {
		Project ident.ID `json:"project_uuid"`
	}
	if err := json.Unmarshal(out, &made); err != nil {
		return nil, err
	}
	s.project, s.path = made.Project, loadkit.Path(made.Project)
	files := t.stage.Path(name + "-files")
	if err := os.MkdirAll(filepath.Join(files, "surveys"), 0o700); err != nil {
		return nil, err
	}
	for _, key := range []string{surveyKey, otherKey} {
		if err := os.WriteFile(filepath.Join(files, "surveys", key+".yaml"), []byte(surveyFile+key+"\n"), 0o600); err != nil {
			return nil, err
		}
	}
	_, err = loadkit.Output(ctx, t.binary, "apply", files, "--data", s.dir)
	return s, err
}

// start starts the server on the site's data; via may trace it.
func (s *site) start(ctx context.Context, via ...string) (*loadkit.Server, error) {
	server, err := s.trust.stage.Start(ctx, loadkit.Program{
		Path: s.trust.binary, Args: []string{"serve", "--data", s.dir, "--addr", "127.0.0.1:0", "--log-level", "warn"}, Core: -1, Via: via,
	}, "/readyz")
	if err == nil {
		s.server.Store(server)
	}
	return server, err
}

// inspect reads the data past the server, from what is committed.
func (s *site) inspect(ctx context.Context, fn func(store.Reader) error) error {
	st, err := sqlite.Open(ctx, s.dir, sqlite.Options{Shared: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(st.Read(ctx, fn), st.Close())
}

func (s *site) database() string { return filepath.Join(s.dir, sqlite.File) }
