//go:build linux || darwin

package hotpod

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What fails leaves the process as it was, and the next attempt free.
func TestUpgradeThatFails(t *testing.T) {
	folder := t.TempDir()
	path, fail := filepath.Join(folder, "socket"), filepath.Join(folder, "fail")
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0", "unix " + path}, envFail+"="+fail)
	kept := s.connect("tcp", s.addrs[0])
	stillServes := func() {
		t.Helper()
		kept.send(get("/readyz"))
		if response, body := kept.answer(); response.StatusCode != 200 || response.Close {
			t.Fatalf("readyz: %d %s", response.StatusCode, body)
		}
		s.connect("tcp", s.addrs[0]).conn.Close()
		s.connect("unix", path).conn.Close()
	}
	failed := `^error hotpod: upgrade failed: process \d+ \(` + s.program + `\) `
	tail := `; this process goes on serving$`

	s.replaceBy("exit 3")
	s.signal(syscall.SIGUSR2)
	s.line(failed + `ended before it was ready: exit status 3` + tail)
	stillServes()

	if err := os.Remove(s.program); err != nil {
		t.Fatal(err)
	}
	s.signal(syscall.SIGUSR2)
	s.line(`^error hotpod: upgrade failed: .*no such file or directory` + tail)
	stillServes()

	// A version that has listened and gives up closes its sockets, but not the other's.
	s.replaceBy("")
	if err := os.WriteFile(fail, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.signal(syscall.SIGUSR2)
	s.line(failed + `ended before it was ready: exit status 1` + tail)
	stillServes()

	if err := os.Remove(fail); err != nil {
		t.Fatal(err)
	}
	kept.conn.Close()
	s.awaitEnd(s.upgrade())
	s.stop()
}

// A PID file that names the old process would have systemd end the service with it.
func TestUpgradeWithoutItsPIDFileFails(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"}, envPIDFile+"="+filepath.Join(folder, "pid"))
	s.seen = 0
	s.line(`^error hotpod: writing the PID file: `)
	s.signal(syscall.SIGUSR2)
	s.line(`^error hotpod: upgrade failed: writing the PID file: .*; this process goes on serving$`)
	s.connect("tcp", s.addrs[0]).conn.Close()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s.awaitEnd(s.upgrade())
	s.stop()
}

func TestUpgradeThatHangsIsKilled(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"}, envTimeout+"=200ms")
	s.replaceBy("exec sleep 600")
	for range 2 {
		s.signal(syscall.SIGUSR2)
		found := s.line(`^error hotpod: upgrade failed: process (\d+) .* was not ready within 200ms and was killed`)
		if pid, _ := strconv.Atoi(found[1]); !gone(pid) {
			t.Errorf("process %d was left", pid)
		}
		s.connect("tcp", s.addrs[0]).conn.Close()
	}
	s.stop()
}

func TestUpgradeDuringAnUpgradeIsRefused(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	s.replaceBy("echo hangs $$; exec sleep 600")
	s.signal(syscall.SIGUSR2)
	pid, _ := strconv.Atoi(s.line(`^hangs (\d+)$`)[1])
	s.signal(syscall.SIGUSR2)
	s.line(`^error hotpod: upgrade refused: another upgrade is under way$`)
	if gone(pid) {
		t.Error("the first attempt was given up")
	}
	// A service that is to end takes its attempt along.
	s.signal(syscall.SIGTERM)
	s.line(fmt.Sprintf(`^error .*process %d .* was killed because this one is to end`, pid))
	receive(t, "the end of all processes", s.over)
	if !s.has(fmt.Sprintf("%d ended <nil>", s.pid)) {
		t.Error("Serve did not return nil")
	}
}

func TestUpgradeAfterTheHandOverIsRefused(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	kept := s.connect("tcp", s.addrs[0])
	old := s.upgrade()
	if err := syscall.Kill(old, syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	s.line(fmt.Sprintf(`^error hotpod: upgrade refused: process %d has taken over from this one$`, s.pid))
	kept.conn.Close()
	s.awaitEnd(old)
	s.stop()
}

func TestUpgradeIsRefusedUnderHotpod(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"}, envGeneration+"=7")
	s.seen = 0
	s.line(`^refused hotpod: no self-upgrade here: the service runs under hotpod, which replaces it`)
	s.signal(syscall.SIGUSR2)
	s.line(`^error hotpod: no self-upgrade here: the service runs under hotpod`)
	s.connect("tcp", s.addrs[0]).conn.Close()
	s.stop()
}

func TestUpgradeIsRefusedAsProcess1(t *testing.T) {
	if exec.Command("unshare", "-fp", "true").Run() != nil {
		t.Skip("no PID namespace here: needs root on Linux")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &upgradable{t: t, over: make(chan struct{})}
	s.run(exec.Command("unshare", "-fp", "--kill-child", self), []string{"tcp http=127.0.0.1:0"})
	s.line(`^refused .*this is process 1, and the container ends when process 1 ends; .* hotpod run`)
	s.serves()
	if s.pid != 1 {
		t.Fatalf("is process %d", s.pid)
	}
	// The one child of unshare, by the number it has out here.
	outer := s.command.Process.Pid
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", outer, outer))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatal(err)
	}
	s.connect("tcp", s.addrs[0]).conn.Close()
	s.pid = pid
	s.signal(syscall.SIGUSR2)
	s.line(`^error .*this is process 1`)
	s.signal(syscall.SIGTERM)
	s.line(`^1 ended <nil>$`)
	receive(t, "the end of all processes", s.over)
}
