package app

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// responseJSON is a response as files and programs see it.
type responseJSON struct {
	UUID        ident.ID                   `json:"uuid"`
	Survey      string                     `json:"survey"`
	Version     int                        `json:"version"`
	Channel     string                     `json:"channel"`
	Launch      string                     `json:"launch"`
	Contact     ident.ID                   `json:"contact"`
	UserID      string                     `json:"user_id,omitempty"`
	Email       string                     `json:"email,omitempty"`
	Answers     map[string]json.RawMessage `json:"answers"`
	Hidden      map[string]json.RawMessage `json:"hidden,omitempty"`
	Tags        []string                   `json:"tags,omitempty"`
	Element     string                     `json:"element,omitempty"`
	FirstShown  string                     `json:"first_shown_at"`
	LastShown   string                     `json:"last_shown_at"`
	Shows       int                        `json:"show_counter"`
	FirstData   string                     `json:"first_data_reception_at,omitempty"`
	LastData    string                     `json:"last_data_reception_at,omitempty"`
	CompletedAt string                     `json:"completed_at,omitempty"`
	DismissedAt string                     `json:"dismissed_at,omitempty"`
	URL         string                     `json:"url,omitempty"`
	Locale      string                     `json:"locale,omitempty"`
	Device      string                     `json:"device,omitempty"`
	Country     string                     `json:"country,omitempty"`
}

func (r ResponseRow) wire() responseJSON {
	w := responseJSON{
		UUID: r.ID, Survey: r.SurveyKey, Version: r.Version, Channel: r.Channel, Launch: r.Launch,
		Contact: r.Contact, UserID: r.Who.UserID, Email: r.Who.Email,
		Answers: r.Answers, Hidden: r.Hidden, Tags: r.Tags, Element: r.Element,
		FirstShown: stamp(r.FirstShown), LastShown: stamp(r.LastShown), Shows: r.Shows,
		FirstData: stamp(r.FirstData), LastData: stamp(r.LastData),
		CompletedAt: stamp(r.CompletedAt), DismissedAt: stamp(r.DismissedAt),
		URL: r.URL, Locale: r.Locale, Device: r.Device, Country: r.Country,
	}
	if w.Answers == nil {
		w.Answers = map[string]json.RawMessage{}
	}
	return w
}

// stamp writes a moment as the compatible interface does; "" for never.
func stamp(m contact.Micros) string {
	if m == 0 {
		return ""
	}
	return m.Time().Format("2006-01-02T15:04:05.000000Z")
}

// ResponsesJSONL writes one JSON object a line, newest first.
func (a *App) ResponsesJSONL(ctx context.Context, p team.Project, f store.ResponseFilter, out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return a.EachResponse(ctx, p, f, func(r ResponseRow) error { return enc.Encode(r.wire()) })
}

// ResponsesCSV writes RFC 4180 with one column a question identifier and
// hidden field. It reads the responses twice, because the columns have to be
// known before the first row; nothing is gathered but their names.
func (a *App) ResponsesCSV(ctx context.Context, p team.Project, f store.ResponseFilter, out io.Writer) error {
	answers, hidden := map[string]bool{}, map[string]bool{}
	err := a.EachResponse(ctx, p, f, func(r ResponseRow) error {
		for id := range r.Answers {
			answers[id] = true
		}
		for name := range r.Hidden {
			hidden[name] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	questions, fields := slices.Sorted(maps.Keys(answers)), slices.Sorted(maps.Keys(hidden))
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(csvHeader(questions, fields)); err != nil {
		return err
	}
	err = a.EachResponse(ctx, p, f, func(r ResponseRow) error { return w.Write(csvRow(r.wire(), questions, fields)) })
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

var csvColumns = []string{"uuid", "survey", "version", "channel", "launch", "contact", "user_id", "email",
	"first_shown_at", "completed_at", "dismissed_at", "last_data_reception_at", "url", "locale", "device", "country", "tags"}

func csvHeader(questions, fields []string) []string {
	header := slices.Clone(csvColumns)
	for _, q := range questions {
		header = append(header, csvSafe("answer."+q))
	}
	for _, f := range fields {
		header = append(header, csvSafe("hidden."+f))
	}
	return header
}

func csvRow(r responseJSON, questions, fields []string) []string {
	row := []string{r.UUID.String(), r.Survey, strconv.Itoa(r.Version), r.Channel, r.Launch, r.Contact.String(), r.UserID, r.Email,
		r.FirstShown, r.CompletedAt, r.DismissedAt, r.LastData, r.URL, r.Locale, r.Device, r.Country, strings.Join(r.Tags, ", ")}
	for _, q := range questions {
		row = append(row, cell(r.Answers[q]))
	}
	for _, f := range fields {
		row = append(row, cell(r.Hidden[f]))
	}
	for i := range row {
		row[i] = csvSafe(row[i])
	}
	return row
}

// cell writes a text as it is, a list of texts with semicolons, and anything
// else as JSON.
func cell(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, "; ")
	}
	return string(raw)
}

// csvSafe keeps spreadsheets from taking a cell for a formula. Numbers, also
// negative ones, stay numbers.
func csvSafe(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

// SurveyByKey finds a survey of a project.
func (a *App) SurveyByKey(ctx context.Context, project ident.ID, key string) (s survey.Survey, err error) {
	err = a.store.Read(ctx, func(r store.Reader) error {
		s, err = r.SurveyByKey(ctx, project, key)
		return err
	})
	return s, err
}
