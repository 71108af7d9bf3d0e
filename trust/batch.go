package main

import (
	"encoding/json"
	"fmt"

	"earshot/internal/ident"
)

// op is an operation as a browser sends it.
type op map[string]any

func viewOp(id ident.ID, survey string) op {
	return op{"op": "view", "uid": id, "survey": survey, "launch": "forced"}
}

// answerOp is an answer or a completion of a view.
func answerOp(kind string, uid, view ident.ID, seq int, score int, why string) op {
	return op{"op": kind, "uid": uid, "view": view, "seq": seq, "answers": op{"recommend": score, "why": why}}
}

func identifyOp(uid ident.ID, user string, step int) op {
	return op{"op": "identify", "uid": uid, "id": user, "traits": op{"step": step, "plan": fmt.Sprint("plan-", step)}}
}

// batch is the body of a request of one visitor.
func batch(anonymous, user string, ops ...op) []byte {
	who := op{"anonymous_id": anonymous}
	if user != "" {
		who["id"] = user
	}
	b, err := json.Marshal(op{"v": 1, "who": who, "at": op{"url": "https://app.example.com/plan", "locale": "en"}, "ops": ops})
	if err != nil {
		panic(err) // maps of texts and numbers
	}
	return b
}
