package team

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"earshot/internal/ident"
)

// Sign gives the signature of a user id: HMAC-SHA256 with the project's
// secret, in lower-case hex. Customers compute the same on their server.
func (p Project) Sign(userID string) string {
	mac := hmac.New(sha256.New, []byte(p.Secret))
	mac.Write([]byte(userID))
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify checks a signature in constant time. Only the exact lower-case hex
// spelling counts; anything longer is refused without being looked at.
func (p Project) Verify(userID, signature string) bool {
	if len(signature) != 2*sha256.Size || userID == "" || p.Secret == "" {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(p.Sign(userID)), []byte(signature)) == 1
}

// NewKey makes an API key from 32 random bytes. The plain key is shown once.
func NewKey(project ident.ID, name string, random [32]byte, now time.Time) (plain string, k Key) {
	plain = "ear_" + hex.EncodeToString(random[:])
	return plain, Key{ID: ident.New(), Project: project, Name: name, Hash: HashKey(plain), CreatedAt: now}
}

// HashKey is how a key is stored and looked up. Keys carry 256 random bits, so
// a fast hash is enough.
func HashKey(plain string) []byte {
	sum := sha256.Sum256([]byte(plain))
	return sum[:]
}

// The cost of one password hash: 19 MiB, 2 passes (OWASP's first choice for
// argon2id). Callers must bound how many run at once.
const (
	argonMemory = 19 << 10 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonLength = 32
)

// HashPassword gives the PHC string that VerifyPassword reads.
func HashPassword(password string, salt [16]byte) string {
	sum := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonLanes, argonLength)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, b64(salt[:]), b64(sum))
}

// VerifyPassword compares in constant time. An error means the stored hash is
// damaged or of an unknown kind, never that the password is wrong.
func VerifyPassword(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("unknown kind of password hash")
	}
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false, fmt.Errorf("read password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read password salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("read password hash: %w", err)
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
