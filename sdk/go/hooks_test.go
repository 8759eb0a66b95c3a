package hotpod

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// hookStates is a ConnState hook as a service may have one.
func hookStates(states chan<- http.ConnState) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) { states <- state }
}

type baseKey struct{}

func TestHooksOfTheServiceStillRun(t *testing.T) {
	states := make(chan http.ConnState, 16)
	var logged bytes.Buffer
	errorLog := log.New(&logged, "mine: ", 0)
	server := &http.Server{
		ConnState: hookStates(states),
		ErrorLog:  errorLog,
		BaseContext: func(listener net.Listener) context.Context {
			if _, ok := listener.(*net.TCPListener); !ok {
				t.Errorf("BaseContext got a %T", listener)
			}
			return context.WithValue(context.Background(), baseKey{}, "base")
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.Context().Value(baseKey{}))
		}),
	}
	s := serve(t, Options{}, server)
	c := s.dial()
	c.send(get("/"))
	c.wantAnswer("base", false)
	s.drain()
	c.send(get("/"))
	c.wantAnswer("base", true)
	s.wantEnd()
	for _, want := range []http.ConnState{
		http.StateNew, http.StateActive, http.StateIdle, http.StateActive, http.StateClosed,
	} {
		if got := receive(t, "state "+want.String(), states); got != want {
			t.Fatalf("state %v, want %v", got, want)
		}
	}
	if server.ErrorLog != errorLog || logged.Len() > 0 {
		t.Errorf("the error log has %q", logged.String())
	}
}

func TestWithoutHandlerTheDefaultMuxAnswers(t *testing.T) {
	s := serve(t, Options{}, &http.Server{})
	c := s.dial()
	c.send(get("/nothing"))
	if response, _ := c.answer(); response.StatusCode != http.StatusNotFound {
		t.Fatalf("status %d", response.StatusCode)
	}
	s.drain()
	c.send(get("/nothing"))
	c.answer()
	s.wantEnd()
}

// webSocket takes the connection over as WebSocket libraries do, by hand.
func webSocket(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	_, _ = buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\n" +
		"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	return conn, buffered.Flush()
}

const upgrade = "GET /socket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

func (c *client) wantUpgrade() {
	c.t.Helper()
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	connection := strings.Join(response.Header.Values("Connection"), ", ")
	if response.StatusCode != http.StatusSwitchingProtocols || connection != "Upgrade" {
		c.t.Fatalf("status %d, Connection %q", response.StatusCode, connection)
	}
}

func (c *client) read(size int) string {
	c.t.Helper()
	bytes := make([]byte, size)
	if _, err := io.ReadFull(c.in, bytes); err != nil {
		c.t.Fatal(err)
	}
	return string(bytes)
}

// A handler that stays with its connection is waited for, and told by Draining.
func TestWebSocketIsToldAndWaitedFor(t *testing.T) {
	var finished atomic.Bool
	shutdown := make(chan bool, 1)
	server := &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			defer finished.Store(true)
			draining := Draining()
			conn, err := webSocket(w)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			<-draining
			_, _ = io.WriteString(conn, "close?")
			last := make([]byte, 3)
			_, _ = io.ReadFull(conn, last)
			_, _ = conn.Write(last)
		})}
	server.RegisterOnShutdown(func() { shutdown <- finished.Load() })
	s := serve(t, Options{Drain: longDrain}, server)
	c := s.dial()
	c.send(upgrade)
	c.wantUpgrade()
	s.drain()
	if got := c.read(6); got != "close?" {
		t.Fatalf("read %q", got)
	}
	await(t, "new connections to be refused", func() bool { return refused(s.addr) })
	c.send("bye")
	if got := c.read(3); got != "bye" {
		t.Fatalf("read %q", got)
	}
	s.wantEnd()
	if !receive(t, "Shutdown", shutdown) {
		t.Error("Shutdown began before the hijacked connection had ended")
	}
}

// A connection that outlives its handler is ended by a hook.
func TestWebSocketBeyondItsHandlerIsEndedByAHook(t *testing.T) {
	t.Cleanup(forgetHooks)
	hijacked := make(chan net.Conn, 1)
	RegisterOnDrain(func(context.Context) {
		conn := <-hijacked
		_, _ = io.WriteString(conn, "bye")
		conn.Close()
	})
	s := serve(t, Options{Drain: longDrain}, &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			conn, err := webSocket(w)
			if err != nil {
				t.Error(err)
			}
			hijacked <- conn
		})})
	c := s.dial()
	c.send(upgrade)
	c.wantUpgrade()
	s.drain()
	if got := c.read(3); got != "bye" {
		t.Fatalf("read %q", got)
	}
	s.wantEnd()
}

func TestUpgradeDuringTheDrainIsNotSpoilt(t *testing.T) {
	s := serve(t, Options{}, &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			// As httputil.ReverseProxy does it: by the answer's own header.
			header := w.Header()
			header.Set("Upgrade", "websocket")
			header.Add("Connection", "Upgrade")
			w.WriteHeader(http.StatusSwitchingProtocols)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		})})
	states := s.dial()
	states.send("GET / HTTP/1.1\r\nHo")
	s.drain()
	states.send("st: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	states.wantUpgrade()
	s.wantEnd()
}

func TestShutdownByTheServiceItself(t *testing.T) {
	server := &http.Server{Handler: echo}
	s := serve(t, Options{}, server)
	if err := server.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.end(); !errors.Is(err, http.ErrServerClosed) {
		t.Fatalf("Serve returned %v", err)
	}
}

// brokenListener fails to accept once it is told to.
type brokenListener struct {
	net.Listener
	broken chan struct{}
}

var errBroken = errors.New("broken listener")

func (b brokenListener) Accept() (net.Conn, error) {
	<-b.broken
	return nil, errBroken
}

func TestAcceptErrorEndsServeAfterADrain(t *testing.T) {
	sound, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broken := brokenListener{inner, make(chan struct{})}
	server := &http.Server{Handler: echo}
	result := make(chan error, 1)
	go func() { result <- Serve(context.Background(), server, sound, broken) }()
	s := &served{t: t, addr: sound.Addr().String(), stop: func() { close(broken.broken) }, result: result}
	s.awaitReady()
	c := s.dial()
	c.send(get("/"))
	c.wantAnswer("/ ", false)
	s.drain()
	c.send(get("/"))
	c.wantAnswer("/ ", true)
	if err := s.end(); !errors.Is(err, errBroken) {
		t.Fatalf("Serve returned %v", err)
	}
}

func TestReadinessWaitsForReady(t *testing.T) {
	warm := make(chan struct{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := serveOn(t, Options{Ready: warm}, &http.Server{Handler: Readyz()}, listener, false)
	c := s.dial()
	for range 100 {
		wantStatus(c, http.StatusServiceUnavailable, "starting")
	}
	close(warm)
	s.awaitReady()
	wantStatus(c, http.StatusOK, "ready")
	s.drain()
	wantStatus(c, http.StatusServiceUnavailable, "draining")
	s.wantEnd()
}

func wantStatus(c *client, code int, status string) {
	c.t.Helper()
	c.send(get("/readyz"))
	response, body := c.answer()
	want := fmt.Sprintf(`{"status":%q,"generation":0}`, status)
	if response.StatusCode != code || body != want {
		c.t.Fatalf("answered %d %s; want %d %s", response.StatusCode, body, code, want)
	}
}

func TestSecondaryServerNeitherAnnouncesNorDrainsTheProcess(t *testing.T) {
	s := serve(t, Options{}, &http.Server{Handler: Readyz()})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	second := serveOn(t, Options{Secondary: true}, &http.Server{Handler: Healthz()}, listener, false)
	c := second.dial()
	wantStatus(c, http.StatusOK, "ok")
	c.conn.Close()
	second.stop()
	second.wantEnd()
	if now := process.now(); now != ready {
		t.Fatalf("the process is %v", now)
	}
	s.drain()
	s.wantEnd()
}

func TestDrainTimeMustBeADuration(t *testing.T) {
	t.Setenv(envDrain, "25")
	err := Serve(context.Background(), &http.Server{Addr: "127.0.0.1:0"})
	wantError(t, err, `HOTPOD_DRAIN="25"`, "25s")
}
