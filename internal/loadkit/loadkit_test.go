package loadkit

import (
	"bufio"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"earshot/internal/ident"
)

func TestQuantilesArePreciseToThreePercent(t *testing.T) {
	t.Parallel()
	var l, other Latency
	for i := 1; i <= 1000; i++ {
		into := &l
		if i%2 == 0 {
			into = &other
		}
		into.Add(time.Duration(i) * time.Microsecond)
	}
	l.Merge(&other)
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond, 0: time.Microsecond} {
		got := l.Quantile(q)
		if low, high := want*96/100, want*104/100; got < low || got > high {
			t.Errorf("quantile %g = %v, want about %v", q, got, want)
		}
	}
	if l.Count() != 1000 {
		t.Errorf("count = %d", l.Count())
	}
}

func TestStepsFollowEachOther(t *testing.T) {
	t.Parallel()
	for v := uint64(1); v < 1<<40; v += 1 + v/50 {
		low, high := valueOf(stepOf(v)), valueOf(stepOf(v)+1)
		if v < low || v >= high {
			t.Fatalf("%d is not between %d and %d", v, low, high)
		}
	}
}

func TestUIDsAreOfVersionFour(t *testing.T) {
	t.Parallel()
	id := UID(rand.New(rand.NewPCG(1, 2)))
	text := string(AppendUID(nil, id))
	if got := ident.MustParse(text); got != id || text[14] != '4' || !strings.ContainsRune("89ab", rune(text[19])) {
		t.Errorf("%s is not %v", text, id)
	}
}

func TestAnswersOfBothLengthsAreRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			_, _ = w.Write([]byte(long))
			return
		}
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte("no"))
	}))
	defer server.Close()
	c, err := Dial(t.Context(), server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 {
		if status, answer, err := c.Post("/long", []byte("{}")); err != nil || status != 200 || string(answer) != long {
			t.Fatalf("%d, %d bytes, %v", status, len(answer), err)
		}
		if status, answer, err := c.Post("/", nil); err != nil || status != 409 || string(answer) != "no" {
			t.Fatalf("%d %q %v", status, answer, err)
		}
	}
}

func TestWhatIsNoAnswerIsAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "HELO\r\n", "HTTP/1.1 20x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"} {
		c := &Conn{r: bufio.NewReader(strings.NewReader(text))}
		if _, _, err := c.read(); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
