//go:build unix

package hotpod

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// notices receives datagrams as the supervisor does.
type notices struct {
	t    *testing.T
	conn *net.UnixConn
}

func listenNotices(t *testing.T, name string) *notices {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	return &notices{t, conn}
}

func (n *notices) want(text string) {
	n.t.Helper()
	bytes := make([]byte, 1024)
	size, err := n.conn.Read(bytes)
	if err != nil {
		n.t.Fatalf("waiting for %s: %v", text, err)
	}
	if got := string(bytes[:size]); got != text {
		n.t.Fatalf("notified %q, want %q", got, text)
	}
}

// A whole life as hotpod sees it: hello, ready, requests, SIGTERM with a request under way and a
// kept-alive connection, stopping, exit 0.
func TestLifeUnderASupervisor(t *testing.T) {
	names := map[string]string{"path": filepath.Join(t.TempDir(), "notify")}
	if _, err := os.Stat("/proc/self/fd"); err == nil {
		names["abstract"] = fmt.Sprintf("@hotpod-test-%d", os.Getpid())
	}
	for kind, name := range names {
		t.Run(kind, func(t *testing.T) {
			told := listenNotices(t, name)
			web := bind(t, "tcp", "127.0.0.1:0")
			s := underGeneration(t)
			s.env = append(s.env, envNotify+"="+name)
			s.offer("http", web.(*net.TCPListener))
			command := s.command("serve")
			out, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = command.Process.Kill() }()
			lines := bufio.NewScanner(out)
			told.want("STATUS=starting")
			told.want("READY=1")

			service := &served{t: t, addr: web.Addr().String()}
			slow, kept := service.dial(), service.dial()
			kept.send(get("/kept"))
			kept.wantAnswer("/kept ", false)
			slow.send(get("/slow"))
			if !lines.Scan() || lines.Text() != "slow entered" {
				t.Fatalf("printed %q", lines.Text())
			}
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			told.want("STOPPING=1")
			slow.wantAnswer("slow by generation 7", true)
			// A second SIGTERM does not shorten the drain.
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			kept.send(get("/late"))
			kept.wantAnswer("/late ", true)
			rest, _ := readAll(lines)
			if err := command.Wait(); err != nil || rest != "Serve returned nil\n" {
				t.Fatalf("ended with %v, printed %q", err, rest)
			}
		})
	}
}

func readAll(lines *bufio.Scanner) (string, error) {
	var text bytes.Buffer
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
	}
	return text.String(), lines.Err()
}
