package loadkit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// Program is what a Server runs.
type Program struct {
	Path string
	Args []string
	Core int      // the only core it may use; negative: any
	Via  []string // command that runs it in turn, such as a tracer, and becomes it
}

// Server is a program that listens on 127.0.0.1 and prints its address.
type Server struct {
	Addr  string        // host:port
	Ready time.Duration // from its start to its first answer

	stage  *Stage
	cmd    *exec.Cmd
	errors tail
	done   chan struct{}
	exit   error
}

// readyIn is how long a program may take to answer at all.
const readyIn = 30 * time.Second

// Start runs a program and waits until ready (a path such as /readyz) answers
// 200. It is killed when ctx ends or the stage closes.
func (s *Stage) Start(ctx context.Context, p Program, ready string) (*Server, error) {
	words := append([]string{p.Path}, p.Args...)
	words = append(p.Via[:len(p.Via):len(p.Via)], words...)
	if p.Core >= 0 && CanPin() {
		words = append([]string{"taskset", "-c", strconv.Itoa(p.Core)}, words...)
	}
	server := &Server{stage: s, cmd: exec.CommandContext(ctx, words[0], words[1:]...), done: make(chan struct{})}
	server.cmd.Stderr = &server.errors
	diesWithUs(server.cmd)
	out, err := server.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := server.cmd.Start(); err != nil {
		return nil, err
	}
	addr := make(chan string, 1)
	go server.watch(out, addr)
	if err := s.own(server); err != nil {
		return nil, err
	}
	if err := server.await(ctx, addr, ready); err != nil {
		server.Kill()
		return nil, fmt.Errorf("start %s: %w\n%s", p.Path, err, server.errors.String())
	}
	server.Ready = time.Since(began)
	return server, nil
}

var printedAddress = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// watch reads what the program prints, to its end, and then waits for it.
func (s *Server) watch(out io.Reader, addr chan<- string) {
	lines := bufio.NewScanner(out)
	for found := false; lines.Scan(); {
		if m := printedAddress.FindStringSubmatch(lines.Text()); m != nil && !found {
			found = true
			addr <- m[1]
		}
	}
	s.exit = s.cmd.Wait()
	close(s.done)
}

func (s *Server) await(ctx context.Context, addr <-chan string, ready string) error {
	limit := time.After(readyIn)
	select {
	case s.Addr = <-addr:
	case <-s.done:
		return errors.Join(errors.New("it ended"), s.exit)
	case <-limit:
		return errors.New("it did not say where it listens")
	}
	probe := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		res, err := probe.Get("http://" + s.Addr + ready)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return errors.Join(errors.New("it ended"), s.exit)
		case <-limit:
			return errors.New("it never got ready")
		}
	}
}

// Kill ends the program at once, as a crash would, and waits until it is gone.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
	s.stage.disown(s)
}

// Stop asks the program to end and waits; after ten seconds it is killed.
func (s *Server) Stop() error {
	_ = interrupt(s.cmd.Process)
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		s.Kill()
		return errors.New("it did not stop when asked")
	}
	s.stage.disown(s)
	return s.exit
}

// Alive tells whether the program still runs.
func (s *Server) Alive() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// Errors is the end of what it printed as errors.
func (s *Server) Errors() string { return s.errors.String() }

// tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if len(t.b) > tailSize {
		t.b = append(t.b[:0], t.b[len(t.b)-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.b))
}

// Output runs a program to its end and gives what it printed.
func Output(ctx context.Context, path string, args ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, path, args...).Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return out, fmt.Errorf("%s %v: %w: %s", path, args, err, bytes.TrimSpace(e.Stderr))
	}
	return out, err
}
