package restv1

import (
	"log/slog"
	"net/http"

	"earshot/internal/fault"
	"earshot/internal/httpkit"
)

// statuses of the kinds of fault, as the compatible interface has them.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unsigned:    http.StatusUnauthorized,
	fault.Busy:        http.StatusServiceUnavailable,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// Faults whose status follows from more than their kind.
var (
	errMethod    = fault.New(fault.Invalid, "method_not_allowed", "Use POST here.")
	errMediaType = fault.New(fault.Invalid, "media_type", "Send the body as application/json.")

	special = map[string]int{
		errMethod.Code:    http.StatusMethodNotAllowed,
		errMediaType.Code: http.StatusUnsupportedMediaType,
		"bad_json":        http.StatusBadRequest,
		"duplicate_key":   http.StatusBadRequest,
		"bad_body":        http.StatusBadRequest,
	}
)

// handle turns a handler that may fail into one that answers errors as the
// compatible interface does.
func (d *Door) handle(h httpkit.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			d.fail(w, r, err)
		}
	})
}

func (d *Door) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.As(err)
	level := slog.LevelDebug
	if r.Context().Err() == nil && (f.Kind == fault.Internal || f.Kind == fault.Unavailable) {
		level = slog.LevelError
	}
	d.Log.Log(r.Context(), level, "request failed", "route", r.Pattern, "code", f.Code, "err", err)
	status, known := special[f.Code]
	if !known {
		status = statuses[f.Kind]
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	body := map[string]any{"error": f.Message}
	if f.Code == "key_not_found" {
		body = map[string]any{"message": "API key not valid or does not exist"}
	}
	if len(f.Fields) > 0 {
		body["fields"] = f.Fields
	}
	_ = httpkit.JSON(w, status, body)
}
