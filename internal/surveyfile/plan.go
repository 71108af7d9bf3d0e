package surveyfile

import (
	"fmt"
	"time"

	"earshot/internal/ident"
	"earshot/internal/survey"
)

// Plan is what applying files would do, a step a file.
type Plan struct {
	Steps []Step
}

// Step is what one file would do.
type Step struct {
	Key     string
	Create  bool
	Fields  []Change
	Move    Move
	Version int // that publishing would make; 0: it makes none

	file    File
	current *survey.Survey // nil for a new survey
}

// Move is a change of status.
type Move string

// The moves. Restore brings an archived survey back as a draft.
const (
	Stay      Move = ""
	Publish   Move = "publish"
	Unpublish Move = "unpublish"
	Archive   Move = "archive"
	Restore   Move = "restore"
)

func (s Step) changes() bool { return s.Create || len(s.Fields) > 0 || s.Move != Stay }

// Changes counts the steps that change something.
func (p Plan) Changes() int {
	n := 0
	for _, s := range p.Steps {
		if s.changes() {
			n++
		}
	}
	return n
}

// MakePlan compares files with the surveys of a project. A survey is found by
// the file's uuid, else by its key. Surveys without a file are left alone.
// Files that cannot be applied are a fault like that of Read.
func MakePlan(current []survey.Survey, files []File) (Plan, error) {
	wrong := map[string]string{}
	unique(files, wrong)
	taken := map[ident.ID]string{}
	var plan Plan
	for _, f := range files {
		s := find(current, f)
		if s != nil && taken[s.ID] != "" {
			wrong[f.at("key")] = fmt.Sprintf("a survey of its own; %s is about the same", taken[s.ID])
			continue
		}
		if other := holder(current, f.Key); other != nil && s != nil && other.ID != s.ID {
			wrong[f.at("key")] = fmt.Sprintf("a key that is free; the survey %q has it", other.Name)
			continue
		}
		if s != nil {
			taken[s.ID] = f.Path
		}
		step, err := compare(s, f)
		if err != nil {
			wrong[f.at("unpublished_changes")] = err.Error()
		}
		plan.Steps = append(plan.Steps, step)
	}
	references(current, files, wrong)
	if len(wrong) > 0 {
		return Plan{}, invalid(wrong)
	}
	return plan, nil
}

func find(current []survey.Survey, f File) *survey.Survey {
	for i := range current {
		if f.ID != ident.None && current[i].ID == f.ID {
			return &current[i]
		}
	}
	return holder(current, f.Key)
}

func holder(current []survey.Survey, key string) *survey.Survey {
	for i := range current {
		if current[i].Key == key {
			return &current[i]
		}
	}
	return nil
}

// compare works out one step. Its error is a sentence about
// unpublished_changes.
func compare(s *survey.Survey, f File) (Step, error) {
	step := Step{Key: f.Key, file: f, current: s, Create: s == nil}
	if s == nil {
		if f.Pending {
			return step, fmt.Errorf("a survey that is published already; this one is new")
		}
		step.Move = map[survey.Status]Move{survey.Published: Publish, survey.Archived: Archive}[f.Status]
		if step.Move == Publish {
			step.Version = 1
		}
		return step, nil
	}
	if f.Pending && s.Status != survey.Published {
		return step, fmt.Errorf("a survey that is published already; this one is %s", s.Status)
	}
	fields, err := diff(*s, f)
	if err != nil {
		return step, err
	}
	step.Fields = fields
	step.Move = move(*s, f)
	if step.Move == Publish {
		step.Version = nextVersion(*s, f)
	}
	return step, nil
}

func move(s survey.Survey, f File) Move {
	switch {
	case f.Status == survey.Published && !f.Pending:
		if s.Status != survey.Published || nextVersion(s, f) > 0 {
			return Publish
		}
	case f.Status == survey.Archived && s.Status != survey.Archived:
		return Archive
	case f.Status == survey.Draft && s.Status == survey.Published:
		return Unpublish
	case f.Status == survey.Draft && s.Status == survey.Archived:
		return Restore
	}
	return Stay
}

// nextVersion is the version that publishing would make, 0 if none.
func nextVersion(s survey.Survey, f File) int {
	switch {
	case s.Publication == nil:
		return 1
	case s.Publication.Definition.Equal(f.Definition):
		return 0
	}
	return s.Publication.Version + 1
}

// Apply gives the surveys that change, as they are to be stored; it stores
// nothing itself. Uuids and page codes of existing surveys stay. A new survey
// takes the uuid of its file, so that the same files make the same surveys in
// every project, and else one from newID.
func (p Plan) Apply(now time.Time, newID func() ident.ID, newCode func() (string, error)) ([]survey.Survey, error) {
	var changed []survey.Survey
	for _, step := range p.Steps {
		if !step.changes() {
			continue
		}
		s, err := step.start(now, newID, newCode)
		if err != nil {
			return nil, err
		}
		if err := step.finish(&s, now); err != nil {
			return nil, fmt.Errorf("apply %s: %w", step.file.Path, err)
		}
		changed = append(changed, s)
	}
	return changed, nil
}

func (s Step) start(now time.Time, newID func() ident.ID, newCode func() (string, error)) (survey.Survey, error) {
	if s.current != nil {
		return *s.current, nil
	}
	code, err := newCode()
	if err != nil {
		return survey.Survey{}, err
	}
	id := s.file.ID
	if id == ident.None {
		id = newID()
	}
	return survey.Survey{ID: id, Code: code, Status: survey.Draft, CreatedAt: now}, nil
}

func (s Step) finish(to *survey.Survey, now time.Time) error {
	draft, err := s.file.Definition.Clone()
	if err != nil {
		return err
	}
	to.Key, to.Name, to.Draft, to.UpdatedAt = s.file.Key, s.file.Name, draft, now
	switch s.Move {
	case Publish:
		_, err = to.Publish(now)
	case Archive:
		to.Archive(now)
	case Unpublish, Restore:
		to.Unpublish(now)
	}
	return err
}
