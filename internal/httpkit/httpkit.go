// Package httpkit holds what all doors share: reading JSON with limits,
// turning faults into statuses, request ids, safe server settings.
package httpkit

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"earshot/internal/fault"
)

// Handler is an http.Handler that may fail. It must not have written anything
// when it returns an error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// statuses is the only place where a kind of fault becomes a status.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unsigned:    http.StatusUnauthorized,
	fault.Busy:        http.StatusServiceUnavailable,
	fault.Unavailable: http.StatusInsufficientStorage,
	fault.Internal:    http.StatusInternalServerError,
}

// Wrap turns h into an http.Handler. It is the only place where a request
// error is logged.
func Wrap(log *slog.Logger, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			writeFault(log, w, r, err)
		}
	})
}

func writeFault(log *slog.Logger, w http.ResponseWriter, r *http.Request, err error) {
	f := fault.As(err)
	id := rand.Text()[:12]
	level := slog.LevelDebug // the caller's mistake is not our news
	switch f.Kind {
	case fault.Internal, fault.Unavailable:
		level = slog.LevelError
	}
	if r.Context().Err() != nil {
		level = slog.LevelDebug // the caller went away
	}
	log.Log(r.Context(), level, "request failed", "request_id", id, "route", r.Pattern, "code", f.Code, "err", err)
	if f.Kind == fault.Busy || f.Kind == fault.Unavailable {
		w.Header().Set("Retry-After", strconv.Itoa(2+int(id[0]%4))) // spread, so that clients do not return in step
	}
	body := struct {
		Code      string            `json:"code"`
		Message   string            `json:"message"`
		Fields    map[string]string `json:"fields,omitempty"`
		RequestID string            `json:"request_id"`
	}{f.Code, f.Message, f.Fields, id}
	_ = JSON(w, statuses[f.Kind], map[string]any{"error": body})
}

// JSON writes v with a status. An error here means that v cannot be encoded.
func JSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	WriteJSON(w, status, b)
	return nil
}

// Values of headers that every answer has. They are shared and never changed.
var (
	typeJSON = []string{"application/json"}
	noSniff  = []string{"nosniff"}
	noStore  = []string{"no-store"}
)

// WriteJSON writes a document that is encoded already. That it could not be
// sent means that the caller went away, which is nobody's news.
func WriteJSON(w http.ResponseWriter, status int, document []byte) {
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["X-Content-Type-Options"] = noSniff
	h["Cache-Control"] = noStore
	h["Content-Length"] = []string{strconv.Itoa(len(document))}
	w.WriteHeader(status)
	_, _ = w.Write(document)
}

// Server gives an http.Server with the time limits that a door to strangers
// needs: a header or body that drips for ever is cut off.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
