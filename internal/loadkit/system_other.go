//go:build !linux

package loadkit

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"
)

// Elsewhere than on Linux a run still works, but cores are shared, and CPU
// time and memory of servers read as 0.

func diesWithUs(*exec.Cmd) {}

func interrupt(p *os.Process) error { return p.Signal(os.Interrupt) }

// CanPin tells whether programs can be kept to one core each.
func CanPin() bool { return false }

// PinSelf keeps this process to one core.
func PinSelf(int) error { return errors.ErrUnsupported }

// CPU is how long the program has been computing.
func (s *Server) CPU() time.Duration { return 0 }

// Memory gives the resident set now and at its highest, in MiB.
func (s *Server) Memory() (now, peak float64) { return 0, 0 }

// Computer describes the machine in one line.
func Computer() string {
	return strconv.Itoa(runtime.NumCPU()) + " cores, " + runtime.GOOS + "/" + runtime.GOARCH
}

// LoadAverage is not known here.
func LoadAverage() float64 { return 0 }

func sleep(d time.Duration) { time.Sleep(d) }
