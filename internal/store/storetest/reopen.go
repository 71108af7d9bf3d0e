package storetest

import (
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

func (s *suite) durable(t *testing.T) {
	st := s.open(t)
	project := newProject("Alpha")
	b, sv := newBelongings(project.ID), newSurvey("nps", "abcdef-ghijkl")
	write(t, st, func(w store.Writer) error {
		return do(
			func() error { return w.PutProject(ctx, project) },
			func() error { return w.PutSurvey(ctx, project.ID, sv) },
			func() error { return b.put(w, project.ID) },
			func() error { return w.AddCount(ctx, project.ID, store.Counter{What: "views"}, noon, 3) },
		)
	})
	at := revision(t, st)

	for range 2 {
		st = s.reopen(t, st)
		wantEqual(t, "configuration revision", revision(t, st), at)
		wantEqual(t, "user id", find(t, st, project.ID, contact.ByUserID, b.profile.UserID), b.profile.ID)
		wantProfile(t, st, project.ID, b.profile)
		read(t, st, func(r store.Reader) error {
			wantOwner(t, r, project.ID, b, b.profile.ID)
			got, err := r.Survey(ctx, project.ID, sv.ID)
			wantSurvey(t, got, sv)
			n, countErr := r.CountSince(ctx, project.ID, store.Counter{What: "views"}, 0)
			wantEqual(t, "counter", n, 3)
			p, projectErr := r.Project(ctx, project.ID)
			wantEqual(t, "revision of the project", p.Revision, int64(2))
			return do(func() error { return err }, func() error { return countErr }, func() error { return projectErr })
		})
	}
	write(t, st, func(w store.Writer) error { return w.PutContact(ctx, ident.New(), newProfile()) })
}
