package app

import (
	"context"
)

// arm says which surveys the visitor's client should watch for, and in debug
// mode why the others are not among them.
func (v *visit) arm(ctx context.Context) error {
	v.answer.Identified = !v.who.Anonymous()
	if !v.batch.Ask && !v.batch.Debug && !v.changed {
		return nil
	}
	c, count := v.context(v.project.launch.NeededCounts())
	if err := count(ctx); err != nil {
		return err
	}
	armed := v.project.launch.Arm(v.visitor(), c)
	if len(armed.Moved) > 0 && v.tx == nil {
		return errMustWrite
	}
	for _, m := range armed.Moved {
		if m.Entered != 0 {
			v.profile.Enter(m.Survey, m.Entered)
		} else {
			v.profile.Leave(m.Survey)
		}
		v.dirty = true
	}
	v.answer.Armed, v.answer.HasArmed, v.answer.AskIn = armed.Entries, true, armed.AskIn
	if v.batch.Debug && !v.project.Settings.NoDebug {
		v.answer.Explain = v.project.launch.Explain(v.visitor(), c)
	}
	return nil
}
