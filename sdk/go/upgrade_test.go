//go:build linux || darwin

package hotpod

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestUpgradeKeepsThePortTwiceInARow(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	addrs := s.addrs
	for range 2 {
		kept := s.connect("tcp", addrs[0])
		old := s.pid
		s.upgrade()
		// The connection is the old process's, and answered once more.
		kept.send(get("/"))
		kept.wantAnswer(fmt.Sprintf("%d ", old), true)
		s.awaitEnd(old)
		if !slices.Equal(s.addrs, addrs) {
			t.Fatalf("listens on %v, want %v", s.addrs, addrs)
		}
		s.connect("tcp", addrs[0]).conn.Close()
	}
	if err := s.command.Wait(); err != nil {
		t.Errorf("the first process ended with %v", err)
	}
	s.stop()
}

func TestUpgradeHandsOverEveryListener(t *testing.T) {
	free := bind(t, "tcp", "127.0.0.1:0")
	path := filepath.Join(t.TempDir(), "socket")
	wanted := []string{"tcp http=127.0.0.1:0", "tcp :" + portOf(free.Addr()), "unix " + path,
		"udp dns=127.0.0.1:0"}
	free.Close()
	s := startUpgradable(t, wanted)
	addrs := s.addrs
	for range 2 {
		s.awaitEnd(s.upgrade())
		if !slices.Equal(s.addrs, addrs) {
			t.Fatalf("listens on %v, want %v", s.addrs, addrs)
		}
		s.connect("tcp", addrs[0]).conn.Close()
		s.connect("tcp", "127.0.0.1:"+portOf(free.Addr())).conn.Close()
		// The socket's file outlives the process that made it …
		s.connect("unix", path).conn.Close()
	}
	s.stop()
	// … and ends with the last one, which would be in the way of the next start.
	if exists(path) {
		t.Errorf("%s was left", path)
	}
}

func TestUpgradeClosesWhatTheNewVersionDoesNotListenOn(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0", "tcp other=127.0.0.1:0"})
	addrs := s.addrs
	self, _ := os.Executable()
	s.replaceBy(fmt.Sprintf("%s='tcp http=127.0.0.1:0' exec %s", envWant, self))
	old := s.upgrade()
	s.awaitEnd(old)
	await(t, "the port nobody serves to be closed", func() bool {
		conn, err := net.DialTimeout("tcp", addrs[1], patience)
		if err == nil {
			conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
	s.connect("tcp", addrs[0]).conn.Close()
	s.stop()
}

// A process started by the service finds nothing meant for it.
func TestUpgradeIsForTheChildAlone(t *testing.T) {
	s := &supervisor{t: t, env: []string{"HOTPOD_UPGRADE" + "=1 0"}}
	web := bind(t, "tcp", "127.0.0.1:0")
	s.offer("web", web.(*net.TCPListener))
	s.direct = true
	wantLines(t, s.listen("tcp name=web"), `error hotpod: no inherited socket for tcp "name=web"`)
}

func TestUpgradeUnderSystemd(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "service.pid")
	told := listenNotices(t, filepath.Join(folder, "notify"))
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"}, envPIDFile+"="+file,
		envNotify+"="+filepath.Join(folder, "notify"))
	told.want("STATUS=starting")
	told.want("READY=1")
	wantPID := func() {
		t.Helper()
		await(t, "the PID file", func() bool { return exists(file) })
		if text, err := os.ReadFile(file); err != nil || string(text) != fmt.Sprintln(s.pid) {
			t.Fatalf("the PID file says %q, %v; want %d", text, err, s.pid)
		}
	}
	wantPID()
	for range 2 {
		old := s.upgrade()
		told.want(fmt.Sprintf("MAINPID=%d\nREADY=1", s.pid))
		wantPID()
		s.awaitEnd(old)
		wantPID()
	}
	s.stop()
	// The service stops once, with its last process.
	told.want("STOPPING=1")
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("left %v, want only the notification socket", left)
	}
}

func TestReadyzThroughAnUpgrade(t *testing.T) {
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	first, second := s.connect("tcp", s.addrs[0]), s.connect("tcp", s.addrs[0])
	old := s.upgrade()
	readyz := func(c *client, code int, status string, last bool) {
		t.Helper()
		c.send(get("/readyz"))
		response, body := c.answer()
		if response.StatusCode != code || !strings.Contains(body, status) || response.Close != last {
			t.Fatalf("readyz: %d %s, last %v", response.StatusCode, body, response.Close)
		}
	}
	// The old process drains, but the service is as ready as before.
	readyz(first, 200, "handed over", true)
	// For a moment both accept.
	var fresh *client
	await(t, "the new process's answer", func() bool {
		fresh = (&served{t: t, addr: s.addrs[0]}).dial()
		fresh.send(get("/"))
		_, body := fresh.answer()
		return body == fmt.Sprintf("%d ", s.pid)
	})
	readyz(fresh, 200, "ready", false)
	s.signal(syscall.SIGKILL)
	s.line(fmt.Sprintf(`^error hotpod: process %d ended after it had taken over: signal: killed`, s.pid))
	readyz(second, 503, "draining", true)
	s.awaitEnd(old)
}
