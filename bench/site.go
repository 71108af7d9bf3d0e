package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/loadkit"
	"earshot/internal/response"
	"earshot/internal/store"
	"earshot/internal/store/sqlite"
)

// site is one project filled with the world, on a server of its own.
type site struct {
	contacts, surveys, responses int

	dir     string
	project ident.ID
	path    string // of the collect door
	server  *loadkit.Server
}

// build makes the data with the program itself and fills it below the door,
// while no server runs.
func (b *bench) build(ctx context.Context, name string, contacts, surveys, responses int) (*site, error) {
	s := &site{contacts: contacts, surveys: surveys, responses: responses, dir: b.stage.Path(name)}
	out, err := loadkit.Output(ctx, b.binary, "setup", "--data", s.dir, "--email", "bench@example.com", "--project", "bench", "--json")
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
	st, err := sqlite.Open(ctx, s.dir, sqlite.Options{CacheSize: -1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return s, errors.Join(s.fill(ctx, st), st.Close())
}

// fill stores the world. Everybody was seen a minute ago, so that for an hour
// no ping starts a session.
func (s *site) fill(ctx context.Context, st store.Store) error {
	now := time.Now()
	all, err := surveysOf(s.surveys, now.Add(-48*time.Hour))
	if err != nil {
		return err
	}
	err = st.Write(ctx, func(w store.Writer) error {
		for _, survey := range all {
			if err := w.PutSurvey(ctx, s.project, survey); err != nil {
				return err
			}
		}
		for t, name := range traitNames {
			info := store.TraitInfo{Owner: "contact", Name: name, Type: traitOf(0, uint64(t)).Type, First: contact.At(now)}
			if err := w.PutTrait(ctx, s.project, info); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := inPieces(ctx, st, s.contacts, func(w store.Writer, n uint64) error { return s.putVisitor(ctx, w, n, contact.At(now)) }); err != nil {
		return err
	}
	return inPieces(ctx, st, s.responses, func(w store.Writer, n uint64) error {
		return w.PutResponse(ctx, s.project, s.earlier(n, contact.At(now)))
	})
}

// piece is how many rows share a transaction while filling.
const piece = 2000

func inPieces(ctx context.Context, st store.Store, n int, put func(store.Writer, uint64) error) error {
	for from := 0; from < n; from += piece {
		err := st.Write(ctx, func(w store.Writer) error {
			for i := from; i < min(n, from+piece); i++ {
				if err := put(w, uint64(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *site) putVisitor(ctx context.Context, w store.Writer, n uint64, now contact.Micros) error {
	p := profileOf(n, s.surveys, s.project, now)
	if err := w.PutContact(ctx, s.project, p); err != nil {
		return err
	}
	if err := w.PutIdentity(ctx, s.project, contact.ByUserID, userOf(n), p.ID); err != nil {
		return err
	}
	return w.PutIdentity(ctx, s.project, contact.ByAnonymous, anonymousOf(n), p.ID)
}

// earlier is a response that was given long ago.
func (s *site) earlier(n uint64, now contact.Micros) response.Response {
	who := roll(uint64(s.contacts), n, 500)
	at := now - contact.Micros(30*24*time.Hour/time.Microsecond) + contact.Micros(n)
	return response.Response{
		ID: ident.Derived(s.project, "bench response "+userOf(n)), Contact: ident.Derived(s.project, "user_id:"+userOf(who)),
		Survey: surveyID(int(roll(uint64(s.surveys), n, 501))), Version: 1, Channel: "widget", Launch: "trigger", Seq: 2,
		Answers:    map[string]json.RawMessage{"recommend": json.RawMessage("9"), "why": json.RawMessage(`"It does what it says, and quickly."`)},
		FirstShown: at, LastShown: at, Shows: 1, FirstData: at, LastData: at, CompletedAt: at,
		URL: "https://app.example.com/plan", Locale: "en-GB", Device: "desktop", Inclusion: 1,
	}
}

// open starts the site's server on the server's core.
func (b *bench) open(ctx context.Context, s *site) error {
	var err error
	s.server, err = b.stage.Start(ctx, loadkit.Program{
		Path: b.binary, Args: []string{"serve", "--data", s.dir, "--addr", "127.0.0.1:0", "--log-level", "warn"}, Core: serverCore,
	}, "/readyz")
	return err
}

// logSize is how large the write-ahead log is.
func (s *site) logSize() int64 {
	info, err := os.Stat(s.dir + "/" + sqlite.File + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}
