package loadkit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Stage is where a run happens: a folder and processes. Close leaves nothing
// of either behind.
type Stage struct {
	Dir string

	mu      sync.Mutex
	servers []*Server
	closed  bool
}

// NewStage makes an empty folder for a run.
func NewStage(name string) (*Stage, error) {
	dir, err := os.MkdirTemp("", "earshot-"+name+"-")
	if err != nil {
		return nil, err
	}
	return &Stage{Dir: dir}, nil
}

// Path names something inside the folder.
func (s *Stage) Path(name string) string { return filepath.Join(s.Dir, name) }

// Close kills what still runs and removes the folder.
func (s *Stage) Close() error {
	s.mu.Lock()
	servers := s.servers
	s.servers, s.closed = nil, true
	s.mu.Unlock()
	for _, server := range servers {
		server.Kill()
	}
	return os.RemoveAll(s.Dir)
}

func (s *Stage) own(server *Server) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		server.Kill()
		return errors.New("the run is over")
	}
	s.servers = append(s.servers, server)
	return nil
}

func (s *Stage) disown(server *Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.servers {
		if have == server {
			s.servers = append(s.servers[:i], s.servers[i+1:]...)
			return
		}
	}
}

// Binary finds the built program, which `make build` leaves in bin.
func Binary() (string, error) {
	path, err := filepath.Abs("bin/earshot")
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w; run this from the root of the repository, after: make build", err)
	}
	return path, nil
}
