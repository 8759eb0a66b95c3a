package hotpod

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// patience bounds every wait for something that must happen. It synchronises nothing.
const patience = 20 * time.Second

// served is a server under Serve, and the means to end it.
type served struct {
	t      *testing.T
	addr   string
	stop   context.CancelFunc
	result chan error
}

// serve starts a server on a free port of the loopback and returns once it is ready.
func serve(t *testing.T, options Options, server *http.Server) *served {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := serveOn(t, options, server, listener, false)
	s.awaitReady()
	return s
}

func serveOn(
	t *testing.T, options Options, server *http.Server, listener net.Listener, overTLS bool,
) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &served{t, listener.Addr().String(), cancel, make(chan error, 1)}
	over := make(chan struct{})
	go func() {
		defer close(over)
		if overTLS {
			s.result <- options.ServeTLS(ctx, server, listener)
		} else {
			s.result <- options.Serve(ctx, server, listener)
		}
	}()
	t.Cleanup(func() {
		cancel()
		_ = server.Close()
		// The process's life is shared: the next test begins when this server has ended.
		receive(t, "Serve's end", over)
	})
	return s
}

// awaitReady asks until the process says that it is ready.
func (s *served) awaitReady() {
	s.t.Helper()
	await(s.t, "readiness", func() bool { return process.now() == ready })
}

// await polls a condition that nothing announces.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}

// drain starts the drain and returns when it has begun: from here on a request gets a lame duck.
func (s *served) drain() {
	s.t.Helper()
	began := Draining()
	s.stop()
	receive(s.t, "the drain's begin", began)
}

// end waits for Serve to return.
func (s *served) end() error {
	s.t.Helper()
	return receive(s.t, "Serve's return", s.result)
}

func (s *served) wantEnd() {
	s.t.Helper()
	if err := s.end(); err != nil {
		s.t.Fatalf("Serve returned %v", err)
	}
}

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
		panic("unreachable")
	}
}

// client is one connection, written to by hand.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func (s *served) dial() *client {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	return newClient(s.t, conn)
}

func newClient(t *testing.T, conn net.Conn) *client {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &client{t, conn, bufio.NewReader(conn)}
}

func (c *client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatalf("sending: %v", err)
	}
}

func get(path string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n"
}

// answer reads one whole answer: a short body is an error of ReadAll.
func (c *client) answer() (response *http.Response, body string) {
	c.t.Helper()
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.t.Fatalf("no answer: %v", err)
	}
	bytes, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatalf("a torn answer: %v", err)
	}
	return response, string(bytes)
}

// wantAnswer checks the body, and whether the answer ends the connection.
func (c *client) wantAnswer(body string, last bool) {
	c.t.Helper()
	response, got := c.answer()
	if got != body || response.Close != last {
		c.t.Fatalf("answered %q, last %v; want %q, last %v", got, response.Close, body, last)
	}
	if last {
		c.wantEOF()
	}
}

// wantEOF checks that the server ended the connection properly and sent nothing more.
func (c *client) wantEOF() {
	c.t.Helper()
	rest, err := io.ReadAll(c.in)
	if err != nil || len(rest) > 0 {
		c.t.Fatalf("after the end: %q, %v", rest, err)
	}
}

// gate is a handler that says when a request has come and answers when it is let go.
type gate struct {
	entered chan string
	release chan struct{}
}

func newGate() *gate {
	return &gate{make(chan string, 16), make(chan struct{})}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.entered <- r.URL.Path
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	<-g.release
	fmt.Fprintf(w, "%s %s", r.URL.Path, body)
}

// echo answers with the path and the body.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	fmt.Fprintf(w, "%s %s", r.URL.Path, body)
})

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

func refused(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		conn.Close()
		return false
	}
	var failure *net.OpError
	return errors.As(err, &failure)
}
