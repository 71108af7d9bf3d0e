package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/team"
)

// Setup is what a new project needs.
type Setup struct {
	Email    string // of the admin
	Password string // empty: one is drawn
	Project  string // name
	Settings team.Settings
}

// Credentials are what setup made. Key and password are told only here; both
// are stored as hashes.
type Credentials struct {
	ProjectUUID    ident.ID `json:"project_uuid"`
	APIKey         string   `json:"api_key"`
	IdentitySecret string   `json:"identity_secret"`
	AdminEmail     string   `json:"admin_email"`
	AdminPassword  string   `json:"admin_password,omitempty"` // empty: the admin was there before
}

// SetUp creates the organization and its admin where they do not exist yet,
// and a project with an API key. A project of this name: Conflict
// project_exists. An admin that is there keeps their password.
func (a *App) SetUp(ctx context.Context, in Setup) (Credentials, error) {
	if err := in.check(); err != nil {
		return Credentials{}, err
	}
	out := Credentials{AdminEmail: in.Email, AdminPassword: in.Password}
	if out.AdminPassword == "" {
		out.AdminPassword = rand.Text()
	}
	// Hashing is slow on purpose: it stays outside the transaction.
	hash := team.HashPassword(out.AdminPassword, salt())
	err := a.store.Write(ctx, func(w store.Writer) error {
		org, isNew, err := a.adminOf(ctx, w, in.Email, hash)
		if err != nil {
			return err
		}
		if !isNew {
			out.AdminPassword = ""
		}
		p, key, err := a.newProject(ctx, w, org, in)
		out.ProjectUUID, out.IdentitySecret, out.APIKey = p.ID, p.Secret, key
		return err
	})
	if err != nil {
		return Credentials{}, fmt.Errorf("set up project %q: %w", in.Project, err)
	}
	return out, a.Refresh(ctx)
}

func (in *Setup) check() error {
	in.Email = strings.ToLower(strings.TrimSpace(in.Email))
	if addr, err := mail.ParseAddress(in.Email); err != nil || addr.Address != in.Email {
		return fault.Field("bad_email", "email", "expected an e-mail address such as ada@example.com")
	}
	if n := utf8.RuneCountInString(in.Project); n == 0 || n > 100 {
		return fault.Field("bad_project_name", "project", "expected a name of 1 to 100 characters")
	}
	if n := utf8.RuneCountInString(in.Password); in.Password != "" && (n < 8 || n > 200) {
		return fault.Field("bad_password", "password", "expected 8 to 200 characters")
	}
	return nil
}

// adminOf finds the organization of the member with this e-mail, or makes
// both.
func (a *App) adminOf(ctx context.Context, w store.Writer, email, hash string) (org ident.ID, isNew bool, err error) {
	m, err := w.MemberByEmail(ctx, email)
	if err == nil {
		return m.Organization, false, nil
	}
	if !fault.Is(err, "member_not_found") {
		return ident.None, false, err
	}
	o := team.Organization{ID: ident.New(), Name: "Earshot", CreatedAt: a.now()}
	all, err := w.Organizations(ctx)
	if err != nil {
		return ident.None, false, err
	}
	if len(all) > 0 {
		o = all[0]
	} else if err := w.PutOrganization(ctx, o); err != nil {
		return ident.None, false, err
	}
	m = team.Member{ID: ident.New(), Organization: o.ID, Email: email, Role: team.Admin, PasswordHash: hash, CreatedAt: a.now()}
	return o.ID, true, w.PutMember(ctx, m)
}

func (a *App) newProject(ctx context.Context, w store.Writer, org ident.ID, in Setup) (team.Project, string, error) {
	all, err := w.Projects(ctx)
	if err != nil {
		return team.Project{}, "", err
	}
	for _, p := range all {
		if p.Name == in.Project {
			return team.Project{}, "", fault.Newf(fault.Conflict, "project_exists", "There is a project named %q already.", in.Project)
		}
	}
	var secret, random [32]byte
	_, _ = rand.Read(secret[:]) // never fails, see crypto/rand
	_, _ = rand.Read(random[:])
	p := team.Project{
		ID: ident.New(), Organization: org, Name: in.Project, Secret: hex.EncodeToString(secret[:]),
		Settings: in.Settings, CreatedAt: a.now(),
	}
	if err := w.PutProject(ctx, p); err != nil {
		return team.Project{}, "", err
	}
	plain, key := team.NewKey(p.ID, "setup", random, a.now())
	return p, plain, w.PutKey(ctx, key)
}

func salt() (s [16]byte) {
	_, _ = rand.Read(s[:])
	return s
}

// FindProject finds a project by id or name. With an empty name it is the only
// project there is.
func (a *App) FindProject(ctx context.Context, name string) (team.Project, error) {
	var all []team.Project
	err := a.store.Read(ctx, func(r store.Reader) (err error) {
		all, err = r.Projects(ctx)
		return err
	})
	if err != nil {
		return team.Project{}, err
	}
	if name == "" && len(all) == 1 {
		return all[0], nil
	}
	names := make([]string, 0, len(all))
	for _, p := range all {
		if p.Name == name || p.ID.String() == name {
			return p, nil
		}
		names = append(names, fmt.Sprintf("%q", p.Name))
	}
	switch {
	case len(all) == 0:
		return team.Project{}, fault.New(fault.NotFound, "project_not_found", "There is no project yet. Make one with: earshot setup --email E --project NAME")
	case name == "":
		return team.Project{}, fault.Field("no_project", "project", "there are several; name one of "+strings.Join(names, ", "))
	}
	return team.Project{}, fault.Field("project_not_found", "project", "there is none of this name; there are "+strings.Join(names, ", "))
}
