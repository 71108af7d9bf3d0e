package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/internal/app"
	"earshot/internal/collect"
	"earshot/internal/config"
	"earshot/internal/httpkit"
	"earshot/internal/job"
	"earshot/internal/restv1"
	"earshot/internal/store/sqlite"
	"earshot/internal/webui"
	"earshot/web"
)

type serveCmd struct {
	config.Server `embed:""`
}

func (c *serveCmd) Run(s *streams) error {
	return serve(s, c.Server, func(context.Context, *app.App, string) (*webui.Demo, error) { return nil, nil })
}

// shutdownIn is how long requests that are under way may take to finish.
const shutdownIn = 10 * time.Second

// serve opens the data, listens, and runs until the context ends: then
// requests under way finish, the coalesced moments are written, and the
// writer drains. prepare may put things in place before the first request.
func serve(s *streams, c config.Server, prepare func(ctx context.Context, a *app.App, base string) (*webui.Demo, error)) error {
	log := c.Logger(s.err)
	data, err := filepath.Abs(c.Data.Data)
	if err != nil {
		return err
	}
	store, err := sqlite.Open(s.ctx, data, sqlite.Options{Log: log})
	if err != nil {
		return err
	}
	a := app.New(store, time.Now, log)
	err = listen(s, c, log, data, a, store.Failed(), prepare)
	return errors.Join(err, store.Close())
}

func listen(s *streams, c config.Server, log *slog.Logger, data string, a *app.App, failed <-chan struct{}, prepare func(context.Context, *app.App, string) (*webui.Demo, error)) error {
	if err := a.Refresh(s.ctx); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	base := "http://" + l.Addr().String()
	if c.PublicURL != "" {
		base = strings.TrimRight(c.PublicURL, "/")
	}
	demo, err := prepare(s.ctx, a, base)
	if err != nil {
		l.Close()
		return err
	}
	server := httpkit.Server(routes(c, log, a, demo), log)
	fmt.Fprintf(s.out, "Earshot %s\n  data     %s\n  address  %s\n", Version, data, base)
	if demo != nil {
		fmt.Fprintf(s.out, "  demo     %s/demo/\n  answers  %s/demo/answers\n", base, base)
	}
	return runAll(s.ctx, server, l, a, failed)
}

func routes(c config.Server, log *slog.Logger, a *app.App, demo *webui.Demo) http.Handler {
	mux := http.NewServeMux()
	(&collect.Door{App: a, Log: log, CountryHeader: c.CountryHeader}).Routes(mux)
	(&restv1.Door{App: a, Log: log}).Routes(mux)
	(&webui.UI{App: a, Log: log, Assets: web.Dist(), PublicURL: strings.TrimRight(c.PublicURL, "/"), Demo: demo}).Routes(mux)
	return mux
}

// storageFailed is the exit code after a failed sync: what is on disk is not
// known any more, so only a restart, which reads it anew, may write again.
const storageFailed = exitCode(74)

// runAll serves until ctx ends. Background work outlives the last request, so
// that nothing a request noted is left unwritten.
func runAll(ctx context.Context, server *http.Server, l net.Listener, a *app.App, failed <-chan struct{}) error {
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	var group errgroup.Group
	group.Go(func() error { return a.Run(background) })
	group.Go(func() error { return job.Retention{Every: time.Hour, Purge: a.PurgeOutbox}.Run(background) })

	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	var err error
	select {
	case err = <-served:
	case <-failed:
		return storageFailed
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownIn)
		err = server.Shutdown(grace)
		cancel()
		<-served
	}
	stopBackground()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, group.Wait())
}
