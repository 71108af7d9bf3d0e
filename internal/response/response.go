// Package response holds views and answers: one Response per showing of a
// survey to a contact. A response without any answer is a view.
package response

import (
	"encoding/json"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// Response is one showing of a survey and what came of it. The browser makes
// its ID (the id of the view), unique in the project for ever.
type Response struct {
	ID      ident.ID
	Contact ident.ID
	Survey  ident.ID
	Version int // of the publication that was shown

	Channel string // widget, page, embed
	Launch  string // trigger, manual, forced
	Seq     int64  // of the last applied change; an older one never overwrites

	Answers map[string]json.RawMessage // question identifier -> checked answer
	Hidden  map[string]json.RawMessage // addToResponse, response_<field>
	Element string                     // last element seen
	Tags    []string

	FirstShown  contact.Micros
	LastShown   contact.Micros
	Shows       int
	FirstData   contact.Micros
	LastData    contact.Micros
	CompletedAt contact.Micros
	DismissedAt contact.Micros

	URL     string // page where it was shown, without query and fragment
	Locale  string
	Device  string
	Country string

	Inclusion float64 // probability with which this contact was sampled, 0..1
	Digest    []byte  // of the change that set Seq, to tell a retry from a clash
}
