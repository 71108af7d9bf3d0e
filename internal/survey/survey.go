// Package survey defines surveys: what they ask, in which order, how they
// look, for whom and when they are meant, and the states they pass through.
// It knows nothing about storage or HTTP.
package survey

import (
	"time"

	"earshot/internal/ident"
	"earshot/internal/segment"
)

// Status is where a survey stands in its life.
type Status string

// The states. Editing a published survey changes its draft; visitors keep the
// publication until it is published again.
const (
	Draft     Status = "draft"
	Published Status = "published"
	Archived  Status = "archived"
)

// Survey is one survey with its working copy and what visitors get.
type Survey struct {
	ID          ident.ID
	Key         string // readable, unique in the project, slug
	Code        string // address of its page: /s/<code>, six characters, dash, six characters
	Name        string
	Status      Status
	Draft       Definition
	Publication *Publication // nil until first published
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Publication is what visitors get: an immutable snapshot.
type Publication struct {
	Version     int // 1, 2, 3, ...
	PublishedAt time.Time
	FirstAt     time.Time // first publication ever; earlier wins precedence
	Definition  Definition
}

// Definition is everything a person says about a survey. It is the same model
// in files, database and API; the JSON names are the ones in survey files.
type Definition struct {
	Language    string     `json:"language,omitempty"` // of the texts, BCP 47; default "en"
	Channels    []Channel  `json:"channels,omitempty"` // default: all
	Elements    []Element  `json:"elements"`
	Look        Look       `json:"look,omitzero"`
	Audience    Audience   `json:"audience,omitzero"`
	Trigger     Trigger    `json:"trigger,omitzero"`
	Pages       Pages      `json:"pages,omitzero"`
	Schedule    Schedule   `json:"schedule,omitzero"`
	Recurrence  Recurrence `json:"recurrence,omitzero"`
	Limits      Limits     `json:"limits,omitzero"`
	Priority    int        `json:"priority,omitempty"`     // higher goes first
	WholeOnly   bool       `json:"whole_only,omitempty"`   // true: answers leave the browser only on completion
	PageReopens Span       `json:"page_reopens,omitempty"` // survey page: the same contact within this span overwrites; default 3h
}

// Channel is a way a survey reaches a person.
type Channel string

// The channels.
const (
	Widget Channel = "widget"
	Page   Channel = "page"
	Embed  Channel = "embed"
)

// Element is one thing the respondent meets: a question, a text, a jump. The
// options of its type are flat beside the common fields in JSON and YAML.
type Element struct {
	ID          string  // question identifier: slug, unique in the survey
	Type        string  // a key of the registry, see Kinds
	Question    string  // headline; Markdown subset
	Description string  // smaller text below
	Image       string  // address of a picture
	ImageAlt    string  // its description; required with Image
	Required    bool    // the answer may not be skipped
	Button      string  // text of the continue button; the widget's own word if empty
	Trait       string  // the answer is also written to this trait ("" = none)
	AccountSide bool    // Trait is one of the account
	Options     Options // by Type, never nil for a known type
}

// Options are what only one element type has. Each type's file defines its own.
type Options interface {
	// Problems names what is wrong: field -> what was expected.
	Problems() map[string]string
}

// Look is how a survey is drawn. Empty fields take the theme's value.
type Look struct {
	Layout      string `json:"layout,omitempty"`   // corner (default), bottom, side, modal, full
	Position    string `json:"position,omitempty"` // bottom-right (default), bottom-left, top-right, top-left
	Scheme      string `json:"scheme,omitempty"`   // auto (default), light, dark
	Accent      string `json:"accent,omitempty"`   // #rrggbb; drawn readable whatever it is
	Background  string `json:"background,omitempty"`
	Text        string `json:"text,omitempty"`
	Radius      *int   `json:"radius,omitempty"` // 0..32 px, default 16
	Font        string `json:"font,omitempty"`   // system (default), host
	Logo        string `json:"logo,omitempty"`
	Backdrop    *bool  `json:"backdrop,omitempty"`       // modal: dim the page, default true
	CloseOnBack bool   `json:"backdrop_close,omitempty"` // modal: a click on the backdrop dismisses
	NoClose     bool   `json:"no_close_button,omitempty"`
	NoProgress  bool   `json:"no_progress,omitempty"`
	NoBranding  bool   `json:"no_branding,omitempty"`
}

// Audience is who the survey wants.
type Audience struct {
	Who        string            `json:"who,omitempty"` // everyone (default), identified, anonymous
	Conditions segment.Condition `json:"conditions,omitzero"`
	Countries  []string          `json:"countries,omitempty"`    // two letters
	Languages  []string          `json:"languages,omitempty"`    // "de" also matches "de-AT"
	Devices    []string          `json:"devices,omitempty"`      // desktop, tablet, mobile
	Sample     *float64          `json:"sample,omitempty"`       // percent 0..100, default 100
	Group      string            `json:"sample_group,omitempty"` // surveys of one group share their draw
}

// Trigger is when, for somebody in the audience, the survey appears.
type Trigger struct {
	Type   string     `json:"type,omitempty"`   // immediately (default), delay, page, event, manual
	After  Span       `json:"after,omitempty"`  // delay: how long; page: on-page delay
	Since  string     `json:"since,omitempty"`  // delay: session (default), audience, first_seen
	Pages  []PageRule `json:"pages,omitempty"`  // page: any of these
	Event  string     `json:"event,omitempty"`  // event: its name
	Within string     `json:"within,omitempty"` // event: page (default), session, or a span such as 30m
}

// PageRule compares an address. Op: equals, starts_with, contains, matches
// (with *), regex (RE2), each also as path_… for the path alone.
type PageRule struct {
	Op    string `json:"op"`
	Value string `json:"value"`
}

// Pages limits where the survey may appear, independent of the trigger.
type Pages struct {
	Allow   []PageRule `json:"allow,omitempty"`   // any of; none given means everywhere
	Exclude []PageRule `json:"exclude,omitempty"` // none of
	Delay   Span       `json:"delay,omitempty"`   // on-page delay before appearing
}

// Schedule limits when, as moments in UTC. Start is inclusive, End exclusive.
type Schedule struct {
	Start *time.Time `json:"start,omitempty"`
	End   *time.Time `json:"end,omitempty"`
}

// Recurrence says whether and when the same contact is asked again.
type Recurrence struct {
	Repeat   string    `json:"repeat,omitempty"`    // once (default), trigger, session, every
	Every    Span      `json:"every,omitempty"`     // for "every": since last seen
	For      Span      `json:"for,omitempty"`       // total, from the first time seen; 0 = for ever
	FollowUp *FollowUp `json:"follow_up,omitempty"` // once: again for those who saw and did not answer
}

// FollowUp shows a survey again to those who saw it and did not answer.
type FollowUp struct {
	After Span `json:"after"`           // since last seen
	Times int  `json:"times,omitempty"` // at most this many further views, default 1
}

// Limits are caps. Zero means none.
type Limits struct {
	Responses           int      `json:"responses,omitempty"`             // completed responses in all
	ViewsPerContact     int      `json:"views_per_contact,omitempty"`     // of this survey
	ResponsesPerContact int      `json:"responses_per_contact,omitempty"` // of this survey
	Throttle            Throttle `json:"throttle,omitzero"`               // over all contacts
}

// Throttle caps views and responses within a moving window.
type Throttle struct {
	Views     int  `json:"views,omitempty"`
	Responses int  `json:"responses,omitempty"`
	Per       Span `json:"per,omitempty"`
}
