package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"earshot/internal/contact"
	"earshot/internal/loadkit"
)

// What browsers send. The bodies are appended, so that the generator costs
// little beside what it measures.

func appendWho(b []byte, n uint64) []byte {
	b = append(b, `{"who":{"anonymous_id":"anon-`...)
	b = appendNumber(b, n)
	b = append(b, `","id":"user-`...)
	b = appendNumber(b, n)
	return append(b, `"}`...)
}

func appendNumber(b []byte, n uint64) []byte {
	var digits [7]byte
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = '0' + byte(n%10)
		n /= 10
	}
	return append(b, digits[:]...)
}

// appendSmallPing is a ping of 90 bytes.
func appendSmallPing(b []byte, n uint64) []byte {
	return append(appendWho(b, n), `,"ask":true,"at":{"url":"https://a.io/"}}`...)
}

// appendFullPing is a ping of 530 bytes that says where the visitor is and
// where they have been.
func appendFullPing(b []byte, n uint64, r *rand.Rand) []byte {
	b = appendWho(b, n)
	b = append(b, `,"v":1,"client":"0.1.0","installation":"npm","at":{"url":"https://app.example.com/projects/4711/plan?tab=board",`+
		`"title":"Plan - Project 4711","locale":"en-GB","device":"desktop","channel":"widget"},"ask":true,"ops":[`...)
	for i, page := range [...]string{"https://app.example.com/projects", "https://app.example.com/projects/4711/plan"} {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOp(b, "page", r)
		b = append(b, `,"url":"`...)
		b = append(b, page...)
		b = append(b, `","title":"Plan"}`...)
	}
	return append(b, `]}`...)
}

func appendOp(b []byte, op string, r *rand.Rand) []byte {
	b = append(b, `{"op":"`...)
	b = append(b, op...)
	b = append(b, `","uid":"`...)
	b = loadkit.AppendUID(b, loadkit.UID(r))
	return append(b, `","ts":1763900000000`...)
}

// appendEvent is an operation of 330 bytes.
func appendEvent(b []byte, r *rand.Rand) []byte {
	b = appendOp(b, "track", r)
	b = append(b, `,"name":"`...)
	b = append(b, eventName(r.Uint64())...)
	b = append(b, `","properties":{"format":"pdf","pages":`...)
	b = strconv.AppendInt(b, r.Int64N(500), 10)
	return append(b, `,"section":"reports and statistics","from":"toolbar","duration_ms":812,"retries":0,"template":"quarterly report, A4",`+
		`"shared":true,"owner":"user-0001234"}}`...)
}

// appendIdentify says all twenty traits, as pages do at every load; two of
// them have changed.
func appendIdentify(b []byte, n uint64, r *rand.Rand) []byte {
	b = appendOp(b, "identify", r)
	b = append(b, `,"id":"user-`...)
	b = appendNumber(b, n)
	b = append(b, `","traits":{`...)
	for t, name := range traitNames {
		if t > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, name)
		b = append(b, ':')
		switch v := traitOf(n, uint64(t)); {
		case name == "logins" || name == "score":
			b = strconv.AppendInt(b, 100+r.Int64N(1_000_000), 10)
		case v.Type == contact.Text:
			b = strconv.AppendQuote(b, v.Text)
		case v.Type == contact.Boolean:
			b = strconv.AppendBool(b, v.Bool)
		default:
			b = strconv.AppendInt(b, v.Int, 10)
		}
	}
	return append(b, `}}`...)
}

// appendAnswer claims a survey and completes it.
func appendAnswer(b []byte, r *rand.Rand) []byte {
	view := loadkit.UID(r)
	b = append(b, `{"op":"view","uid":"`...)
	b = loadkit.AppendUID(b, view)
	b = append(b, `","survey":"survey-0000","launch":"forced"},`...)
	b = appendOp(b, "complete", r)
	b = append(b, `,"view":"`...)
	b = loadkit.AppendUID(b, view)
	return fmt.Appendf(b, `","seq":1,"answers":{"recommend":%d,"why":"It does what it says, and quickly."},"element":"thanks"}`, r.IntN(11))
}

// appendDurable is one durable operation of the mix: 60 % events, 30 %
// identify, 10 % answers.
func appendDurable(b []byte, n uint64, r *rand.Rand) []byte {
	switch k := r.IntN(10); {
	case k < 6:
		return appendEvent(b, r)
	case k < 9:
		return appendIdentify(b, n, r)
	}
	return appendAnswer(b, r)
}

// appendBatch is a request of so many durable operations of one visitor.
func appendBatch(b []byte, n uint64, ops int, r *rand.Rand) []byte {
	b = appendWho(b, n)
	b = append(b, `,"at":{"url":"https://app.example.com/plan","locale":"en-GB","device":"desktop"},"ops":[`...)
	for i := range ops {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendDurable(b, n, r)
	}
	return append(b, `]}`...)
}
