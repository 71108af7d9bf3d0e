package survey

import (
	"bytes"
	"encoding/json"
)

var null = json.RawMessage("null")

// given tells whether there is an answer.
func given(raw json.RawMessage) bool { return len(raw) > 0 && !bytes.Equal(raw, null) }

// CheckAnswers holds answers against their questions. Kept are the good ones
// as they are to be stored; null in it takes an answer back, as does a value
// that says nothing (an empty text, an empty list). Problems say for the
// others, by identifier, what was expected.
func (d Definition) CheckAnswers(answers Answers) (kept Answers, wrong map[string]string) {
	kept = make(Answers, len(answers))
	wrong = map[string]string{}
	for id, raw := range answers {
		value, expected := d.checkAnswer(id, raw)
		if expected != "" {
			wrong[id] = expected
			continue
		}
		kept[id] = value
	}
	return kept, wrong
}

func (d Definition) checkAnswer(id string, raw json.RawMessage) (json.RawMessage, string) {
	i := d.index(id)
	if i < 0 {
		return nil, "the identifier of a question of this survey"
	}
	asker, ok := d.Elements[i].Options.(Asker)
	if !ok {
		return nil, "no answer; an element of type " + d.Elements[i].Type + " asks nothing"
	}
	raw = bytes.TrimSpace(raw)
	if !given(raw) {
		return null, ""
	}
	value, expected := asker.Check(raw)
	if expected == "" && value == nil {
		return null, ""
	}
	return value, expected
}
