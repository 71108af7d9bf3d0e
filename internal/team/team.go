// Package team holds organizations, projects, members and keys.
package team

import (
	"time"

	"earshot/internal/ident"
	"earshot/internal/survey"
)

// Organization owns projects and has members.
type Organization struct {
	ID        ident.ID
	Name      string
	CreatedAt time.Time
}

// Member is a person who may sign in.
type Member struct {
	ID           ident.ID
	Organization ident.ID
	Email        string
	Role         Role
	PasswordHash string // argon2id, PHC string
	CreatedAt    time.Time
}

// Role of a member in an organization.
type Role string

// Admin may do everything. The other roles come with the dashboard.
const Admin Role = "admin"

// Project is one product's surveys and contacts: the tenant. Every stored row
// and every lookup names it.
type Project struct {
	ID           ident.ID
	Organization ident.ID
	Name         string
	Secret       string // key for identity signatures, 64 hex characters
	Settings     Settings
	Revision     int64 // grows with every change of settings or surveys
	CreatedAt    time.Time
}

// Settings of a project.
type Settings struct {
	TimeZone       string          `json:"time_zone,omitempty"` // IANA name, default UTC
	Identity       IdentityMode    `json:"identity_verification,omitempty"`
	Throttle       survey.Throttle `json:"throttle,omitzero"`         // over all surveys and contacts
	PerContact     PerContact      `json:"per_contact,omitzero"`      // over all surveys, one contact
	NoDebug        bool            `json:"no_debug,omitempty"`        // browsers may not ask why
	AllowedOrigins []string        `json:"allowed_origins,omitempty"` // empty: any
	Demo           bool            `json:"demo,omitempty"`
}

// PerContact caps how many surveys one contact sees in a moving window.
type PerContact struct {
	Surveys int         `json:"surveys,omitempty"`
	Per     survey.Span `json:"per,omitempty"`
}

// IdentityMode says what happens with identity signatures.
type IdentityMode string

// The modes. In log mode every call counts, and unverified ones are counted.
const (
	IdentityOff      IdentityMode = "" // also "off"
	IdentityLog      IdentityMode = "log"
	IdentityRequired IdentityMode = "required"
)

// Key opens the REST API. Only its hash is stored.
type Key struct {
	ID        ident.ID
	Project   ident.ID
	Name      string
	Hash      []byte // SHA-256 of the key
	CreatedAt time.Time
}
