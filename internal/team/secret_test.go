package team

import (
	"strings"
	"testing"
)

func TestVerifyAcceptsOnlyTheExactSignature(t *testing.T) {
	t.Parallel()
	p := Project{Secret: "key"}
	// From RFC 4231 style known answer: HMAC-SHA256("key", "The quick brown fox jumps over the lazy dog").
	const id, want = "The quick brown fox jumps over the lazy dog", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
	if got := p.Sign(id); got != want {
		t.Fatalf("Sign = %s, want %s", got, want)
	}
	tests := []struct {
		name, id, signature string
		ok                  bool
	}{
		{"the right one", id, want, true},
		{"upper-case hex", id, strings.ToUpper(want), false},
		{"another user's", "somebody", want, false},
		{"cut short", id, want[:63], false},
		{"one more character", id, want + "0", false},
		{"empty", id, "", false},
		{"no user id", "", p.Sign(""), false},
		{"another secret's", id, Project{Secret: "other"}.Sign(id), false},
		{"huge", id, strings.Repeat("f7", 1<<16), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := p.Verify(tt.id, tt.signature); got != tt.ok {
				t.Errorf("Verify = %v, want %v", got, tt.ok)
			}
		})
	}
}

func TestVerifyNeverAcceptsWithoutASecret(t *testing.T) {
	t.Parallel()
	var p Project
	if p.Verify("u", p.Sign("u")) {
		t.Error("a project without a secret must not accept any signature")
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	hash := HashPassword("correct horse", [16]byte{1})
	if ok, err := VerifyPassword(hash, "correct horse"); !ok || err != nil {
		t.Errorf("right password: %v %v", ok, err)
	}
	if ok, err := VerifyPassword(hash, "wrong horse"); ok || err != nil {
		t.Errorf("wrong password: %v %v", ok, err)
	}
	if _, err := VerifyPassword("plain", "plain"); err == nil {
		t.Error("a hash of an unknown kind must be an error")
	}
}
