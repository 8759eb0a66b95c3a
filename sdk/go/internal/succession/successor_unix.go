//go:build linux || darwin

package succession

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
)

// successor is the new process, as the one that started it sees it.
type successor struct {
	command *exec.Cmd
	// ready is closed when it has reported readiness, gone when it has ended.
	ready, gone chan struct{}
	// left takes the byte that leaves the service to it, and ends with this process.
	left *os.File
}

// start runs the program anew, with the sockets from descriptor 3 on and two pipes behind them.
func (u *Upgrader) start() (*successor, error) {
	report, reporting, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	leaving, left, err := os.Pipe()
	if err != nil {
		_ = report.Close()
		_ = reporting.Close()
		return nil, err
	}
	luggage := sockets.Own.Pack()
	command := &exec.Cmd{
		Path: u.path, Args: u.arguments, Dir: u.folder,
		Env:   environmentFor(luggage),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		ExtraFiles: append(slices.Clone(luggage.Files), reporting, leaving),
	}
	err = command.Start()
	luggage.Close()
	_ = reporting.Close()
	_ = leaving.Close()
	if err != nil {
		_ = report.Close()
		_ = left.Close()
		return nil, err
	}
	s := &successor{command, make(chan struct{}), make(chan struct{}), left}
	go func() {
		defer report.Close()
		if n, _ := report.Read(make([]byte, 1)); n == 1 {
			close(s.ready)
		}
	}()
	go func() {
		// The exit code is read from the process's state.
		_ = command.Wait()
		close(s.gone)
	}()
	return s, nil
}

// environmentFor is this process's environment, but for what was said to this process alone.
func environmentFor(luggage *sockets.Luggage) []string {
	// Without WATCHDOG_PID, systemd's watchdog is for whoever is the main process.
	own := []string{sockets.EnvFDs, sockets.EnvPID, sockets.EnvFDNames, EnvUpgrade, "LISTEN_PIDFDID", "WATCHDOG_PID"}
	var kept []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.Contains(own, name) {
			kept = append(kept, entry)
		}
	}
	upgrade := strconv.Itoa(os.Getpid())
	for _, place := range luggage.Unlinks {
		upgrade += " " + strconv.Itoa(place)
	}
	return append(kept, fmt.Sprintf("%s=%d", sockets.EnvFDs, len(luggage.Files)),
		sockets.EnvFDNames+"="+strings.Join(luggage.Names, ":"), EnvUpgrade+"="+upgrade)
}

func (s *successor) pid() int { return s.command.Process.Pid }

// how is valid once gone is closed.
func (s *successor) how() string { return s.command.ProcessState.String() }

// kill ends the process before it learns, by the end of its pipe, that this one does not wait for it.
func (s *successor) kill() {
	_ = s.command.Process.Kill()
	<-s.gone
	_ = s.left.Close()
}

func (s *successor) leave() {
	_, _ = s.left.Write([]byte{'l'})
}
