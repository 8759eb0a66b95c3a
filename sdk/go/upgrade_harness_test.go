//go:build linux || darwin

package hotpod

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	envTimeout = "HOTPOD_TEST_TIMEOUT"
	envPIDFile = "HOTPOD_TEST_PIDFILE"
	// envFail names a file; where it exists, the service ends after it has listened.
	envFail = "HOTPOD_TEST_FAIL"
)

// playUpgrade is a service that replaces itself. It says when it serves alone, drains and has ended.
func playUpgrade() {
	self := os.Getpid()
	timeout, _ := time.ParseDuration(os.Getenv(envTimeout))
	err := SelfUpgrade(UpgradeOptions{
		Timeout: timeout, PIDFile: os.Getenv(envPIDFile),
		OnError: func(err error) { fmt.Println("error", err) },
	})
	if err != nil {
		fmt.Println("refused", err)
	}
	var listeners []net.Listener
	addresses := ""
	for want := range strings.SplitSeq(os.Getenv(envWant), "\n") {
		network, addr, _ := strings.Cut(want, " ")
		var socket net.Addr
		if strings.HasPrefix(network, "udp") {
			packets, err := ListenPacket(network, addr)
			exitOn(err)
			socket = packets.LocalAddr()
		} else {
			listener, err := Listen(network, addr)
			exitOn(err)
			listeners = append(listeners, listener)
			socket = listener.Addr()
		}
		addresses += " " + socket.String()
	}
	if _, err := os.Stat(os.Getenv(envFail)); err == nil {
		closeAll(listeners)
		os.Exit(1)
	}
	go func() {
		<-Draining()
		fmt.Printf("%d drains\n", self)
	}()
	go func() {
		<-process.established
		fmt.Printf("%d serves%s\n", self, addresses)
	}()
	mux := http.NewServeMux()
	mux.Handle("/readyz", Readyz())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, "%d %s", self, body)
	})
	err = Serve(context.Background(), &http.Server{Handler: mux}, listeners...)
	fmt.Printf("%d ended %v\n", self, err)
}

func exitOn(err error) {
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// upgradable is a service of role upgrade through all its processes, which share one output.
type upgradable struct {
	t *testing.T
	// program is the link that the service is started by.
	program string
	command *exec.Cmd
	mu      sync.Mutex
	lines   []string
	over    chan struct{}
	// seen counts the lines that were waited for already.
	seen int
	// pid and addrs are those of the process that serves now.
	pid   int
	addrs []string
}

// startUpgradable starts the service and returns when it serves. Settings are NAME=value.
func startUpgradable(t *testing.T, wanted []string, settings ...string) *upgradable {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &upgradable{t: t, program: filepath.Join(t.TempDir(), "service"), over: make(chan struct{})}
	if err := os.Symlink(self, s.program); err != nil {
		t.Fatal(err)
	}
	s.run(exec.Command(s.program), wanted, settings...)
	s.serves()
	return s
}

func (s *upgradable) run(command *exec.Cmd, wanted []string, settings ...string) {
	s.t.Helper()
	s.command = command
	command.Env = append(os.Environ(), envRole+"=upgrade", envWant+"="+strings.Join(wanted, "\n"),
		"GORACE=atexit_sleep_ms=0")
	command.Env = append(command.Env, settings...)
	// A pipe of the command's would end with the first process.
	out, in, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	command.Stdout, command.Stderr = in, in
	err = command.Start()
	in.Close()
	if err != nil {
		s.t.Fatal(err)
	}
	go func() {
		defer close(s.over)
		defer out.Close()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.mu.Lock()
			s.lines = append(s.lines, lines.Text())
			s.mu.Unlock()
		}
	}()
	s.t.Cleanup(s.cleanUp)
}

// cleanUp ends what the output shows to be left.
func (s *upgradable) cleanUp() {
	_ = s.command.Process.Kill()
	if s.pid != 0 && s.pid != s.command.Process.Pid {
		_ = syscall.Kill(s.pid, syscall.SIGKILL)
	}
	if s.has("WARNING: DATA RACE") {
		s.t.Error("a data race")
	}
	if s.t.Failed() {
		s.mu.Lock()
		s.t.Logf("output:\n%s", strings.Join(s.lines, "\n"))
		s.mu.Unlock()
	}
	receive(s.t, "the end of all processes", s.over)
	_ = s.command.Wait()
}

// line waits for the next line that matches and gives its groups.
func (s *upgradable) line(pattern string) []string {
	s.t.Helper()
	want := regexp.MustCompile(pattern)
	var found []string
	await(s.t, pattern, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, line := range s.lines[s.seen:] {
			if found = want.FindStringSubmatch(line); found != nil {
				s.seen += i + 1
				return true
			}
		}
		return false
	})
	return found
}

func (s *upgradable) has(line string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.lines, line)
}

// serves waits for the next process that serves alone.
func (s *upgradable) serves() {
	s.t.Helper()
	found := s.line(`^(\d+) serves (.*)$`)
	s.pid, _ = strconv.Atoi(found[1])
	s.addrs = strings.Fields(found[2])
}

func (s *upgradable) signal(which syscall.Signal) {
	s.t.Helper()
	if err := syscall.Kill(s.pid, which); err != nil {
		s.t.Fatal(err)
	}
}

// upgrade replaces the process and returns the one before, which drains.
func (s *upgradable) upgrade() (old int) {
	s.t.Helper()
	old = s.pid
	s.signal(syscall.SIGUSR2)
	s.serves()
	if s.pid == old {
		s.t.Fatal("the same process still serves")
	}
	drains := fmt.Sprintf("%d drains", old)
	await(s.t, drains, func() bool { return s.has(drains) })
	return old
}

func (s *upgradable) awaitEnd(pid int) {
	s.t.Helper()
	end := fmt.Sprintf("%d ended <nil>", pid)
	await(s.t, end, func() bool { return s.has(end) })
}

// stop ends the service and waits for all its processes.
func (s *upgradable) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	s.awaitEnd(s.pid)
	receive(s.t, "the end of all processes", s.over)
}

// replaceBy puts a shell script in the program's place, or, without one, this program again.
func (s *upgradable) replaceBy(script string) {
	s.t.Helper()
	next := s.program + ".next"
	self, err := os.Executable()
	if err == nil && script == "" {
		err = os.Symlink(self, next)
	} else if err == nil {
		err = os.WriteFile(next, []byte("#!/bin/sh\n"+script+"\n"), 0o755)
	}
	if err == nil {
		err = os.Rename(next, s.program)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// connect opens a connection and has it answered by the process that serves now.
func (s *upgradable) connect(network, addr string) *client {
	s.t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		s.t.Fatal(err)
	}
	c := newClient(s.t, conn)
	c.send(get("/"))
	c.wantAnswer(fmt.Sprintf("%d ", s.pid), false)
	return c
}

func gone(pid int) bool { return syscall.Kill(pid, 0) == syscall.ESRCH }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
