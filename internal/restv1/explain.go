package restv1

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"time"

	"earshot/internal/app"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
)

func (d *Door) explain(_ http.ResponseWriter, r *http.Request, project ident.ID, body []byte) (any, error) {
	var in struct {
		Contact string `json:"contact"`
		Survey  string `json:"survey"`
		URL     string `json:"url"`
		Locale  string `json:"locale"`
		Country string `json:"country"`
		Device  string `json:"device"`
		Channel string `json:"channel"`
		Event   string `json:"event"`
	}
	if err := httpkit.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if in.Contact == "" {
		return nil, fault.Field("no_contact", "contact", "the user id, e-mail address or uuid of a contact")
	}
	switch in.Channel {
	case "", "widget", "page", "embed":
	default:
		return nil, fault.Field("bad_channel", "channel", "widget, page or embed")
	}
	return d.App.Explain(r.Context(), project, app.Question{
		Contact: in.Contact, Survey: in.Survey, Event: in.Event,
		At: app.Where{URL: in.URL, Locale: in.Locale, Country: in.Country, Device: in.Device, Channel: survey.Channel(in.Channel)},
	})
}

// simulateIn is how long a simulation may take. The server's own limit for an
// answer is shorter, and is put off for this one.
const simulateIn = time.Minute

const standardDays = 30

func (d *Door) simulate(w http.ResponseWriter, r *http.Request, project ident.ID, body []byte) (any, error) {
	in := struct {
		Survey json.RawMessage `json:"survey"`
		Days   int             `json:"days"`
	}{Days: standardDays}
	if err := httpkit.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	file, err := surveyfile.OneJSON(in.Survey)
	if err != nil {
		return nil, within(err)
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(simulateIn + 10*time.Second))
	ctx, cancel := context.WithTimeout(r.Context(), simulateIn)
	defer cancel()
	out, err := d.App.Simulate(ctx, project, app.Trial{
		File: file, Days: in.Days,
		Workers: max(1, runtime.GOMAXPROCS(0)/2), // visitors come first
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fault.Newf(fault.Busy, "simulation_too_long", "The simulation took longer than %s. Ask for fewer days, or use the command.", simulateIn)
	}
	return out, within(err)
}

// within names the fields of a survey as fields of the request.
func within(err error) error {
	if !fault.Is(err, "survey_files_invalid") {
		return err
	}
	f := fault.New(fault.Invalid, "survey_invalid", "The survey could not be published as it is.")
	f.Fields = map[string]string{}
	for path, expected := range fault.As(err).Fields {
		if path != "survey" {
			path = "survey." + path
		}
		f.Fields[path] = expected
	}
	return f
}
