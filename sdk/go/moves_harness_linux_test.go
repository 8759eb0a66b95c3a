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
	"strings"
	"syscall"
	"testing"
	"time"
)

func init() { roles["move"] = playMove }

// playMove is a service that answers with its generation, the path and the body.
func playMove() {
	listener, err := Listen("tcp", "name=http")
	if err == nil {
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			fmt.Fprintf(w, "%d %s %s", Generation(), r.URL.Path, body)
		})
		mux.HandleFunc("/unread", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "%d unread", Generation())
		})
		mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
			draining := Draining()
			fmt.Println("slow entered")
			<-draining
			fmt.Fprintf(w, "%d slow", Generation())
		})
		mux.HandleFunc("/hijack", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%T", conn)
			<-Draining()
		})
		err = Serve(context.Background(), &http.Server{Handler: mux}, listener)
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// mover is a supervisor that lets connections move, as hotpod does.
type mover struct {
	t        *testing.T
	listener net.Listener
	queue    [2]*os.File
	started  int
}

// moved is one generation under it.
type moved struct {
	t       *testing.T
	command *exec.Cmd
	channel *os.File
	output  *bufio.Reader
	ready   chan string
}

func newMover(t *testing.T) *mover {
	t.Helper()
	return &mover{t: t, listener: bind(t, "tcp", "127.0.0.1:0"), queue: pairOf(t, syscall.SOCK_SEQPACKET)}
}

func pairOf(t *testing.T, kind int) (files [2]*os.File) {
	t.Helper()
	fds, err := syscall.Socketpair(
		syscall.AF_UNIX, kind|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, fd := range fds {
		files[i] = os.NewFile(uintptr(fd), "pair")
		t.Cleanup(func() { files[i].Close() })
	}
	return files
}

// start starts a generation and returns once it is ready.
func (m *mover) start() *moved {
	m.t.Helper()
	m.started++
	channel := pairOf(m.t, syscall.SOCK_STREAM)
	path := filepath.Join(m.t.TempDir(), "notify")
	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { notify.Close() })
	s := &supervisor{t: m.t, extra: []*os.File{m.queue[0], m.queue[1], channel[1]}}
	s.offer("http", m.listener.(*net.TCPListener))
	s.env = []string{
		fmt.Sprintf("%s=%d", envGeneration, m.started), envNotify + "=" + path,
		envMoves + "=4,5", envChannel + "=6", envDrain + "=10s",
	}
	g := &moved{t: m.t, command: s.command("move"), channel: channel[0], ready: make(chan string, 1)}
	out, err := g.command.StdoutPipe()
	if err == nil {
		err = g.command.Start()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	g.output = bufio.NewReader(out)
	m.t.Cleanup(func() { _ = g.command.Process.Kill() })
	go func() {
		for buffer := make([]byte, 256); ; {
			n, err := notify.Read(buffer)
			if err != nil || strings.Contains(string(buffer[:n]), "READY=1") {
				g.ready <- string(buffer[:n])
				return
			}
		}
	}()
	if got := receive(m.t, "readiness", g.ready); got != "X_HOTPOD_STANDS_BY=1\nREADY=1" {
		m.t.Fatalf("the generation said %q", got)
	}
	said := make([]byte, 64)
	_ = channel[0].SetReadDeadline(time.Now().Add(patience))
	if n, err := channel[0].Read(said); err != nil || string(said[:n]) != "takes\n" {
		m.t.Fatalf("on the channel: %q, %v", said[:n], err)
	}
	return g
}

func (g *moved) say(orders ...string) {
	g.t.Helper()
	for _, order := range orders {
		if _, err := io.WriteString(g.channel, order+"\n"); err != nil {
			g.t.Fatal(err)
		}
	}
}

// terminate starts the drain.
func (g *moved) terminate(orders ...string) {
	g.t.Helper()
	g.say(orders...)
	if err := g.command.Process.Signal(syscall.SIGTERM); err != nil {
		g.t.Fatal(err)
	}
}

// end waits for the process, which a data race or an unanswered request would have fail.
func (g *moved) end() {
	g.t.Helper()
	rest, _ := io.ReadAll(g.output)
	if err := g.command.Wait(); err != nil {
		g.t.Errorf("%v: %s", err, rest)
	}
}

func (m *mover) dial() *client {
	m.t.Helper()
	conn, err := net.Dial("tcp", m.listener.Addr().String())
	if err != nil {
		m.t.Fatal(err)
	}
	return newClient(m.t, conn)
}

// wantSoon asks until the answer is that: when a generation hears an order is its affair.
func (c *client) wantSoon(path, body string) {
	c.t.Helper()
	for end := time.Now().Add(patience); ; {
		c.send(get(path))
		response, got := c.answer()
		if got == body {
			return
		}
		if response.Close || time.Now().After(end) {
			c.t.Fatalf("answered %q, last %v; want %q", got, response.Close, body)
		}
	}
}

// wantPoliteEnd asks until an answer says that it is the last: when the drain begins is the
// generation's affair.
func (c *client) wantPoliteEnd(body string) {
	c.t.Helper()
	for {
		c.send(get("/d"))
		response, got := c.answer()
		if got != body {
			c.t.Fatalf("answered %q, want %q", got, body)
		}
		if response.Close {
			c.wantEOF()
			return
		}
	}
}
