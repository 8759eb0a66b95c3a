package hotpod

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestDrainAnswersAKeptAliveConnection(t *testing.T) {
	s := serve(t, Options{}, &http.Server{Handler: echo})
	c := s.dial()
	c.send(get("/before"))
	c.wantAnswer("/before ", false)
	s.drain()
	c.send(get("/after"))
	c.wantAnswer("/after ", true)
	s.wantEnd()
}

func TestDrainAnswersAConnectionThatHasNotAskedYet(t *testing.T) {
	states := make(chan http.ConnState, 16)
	server := &http.Server{Handler: echo, ConnState: hookStates(states)}
	s := serve(t, Options{}, server)
	c := s.dial()
	if got := receive(t, "the connection", states); got != http.StateNew {
		t.Fatalf("state %v", got)
	}
	s.drain()
	c.send(get("/first"))
	c.wantAnswer("/first ", true)
	s.wantEnd()
}

func TestDrainEndsTheConnectionWithTheAnswerUnderWay(t *testing.T) {
	g := newGate()
	s := serve(t, Options{}, &http.Server{Handler: g})
	c := s.dial()
	c.send(get("/slow"))
	receive(t, "the request", g.entered)
	s.drain()
	close(g.release)
	c.wantAnswer("/slow ", true)
	s.wantEnd()
}

// A header that is written already cannot be changed: the connection's next answer is its last.
func TestDrainAfterTheHeaderWasWritten(t *testing.T) {
	written, release := make(chan struct{}, 2), make(chan struct{})
	s := serve(t, Options{}, &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			w.WriteHeader(http.StatusOK)
			written <- struct{}{}
			<-release
			_, _ = io.WriteString(w, "done")
		})})
	c := s.dial()
	c.send(get("/"))
	receive(t, "the header", written)
	s.drain()
	close(release)
	c.wantAnswer("done", false)
	c.send(get("/"))
	c.wantAnswer("done", true)
	s.wantEnd()
}

func TestDrainBetweenTheHalvesOfARequest(t *testing.T) {
	whole := "POST /split HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n0123456789"
	header := strings.Index(whole, "\r\n\r\n")
	for name, cut := range map[string]int{
		"request line": 7, "header": 30, "before body": header + 4, "body": len(whole) - 4,
	} {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s kept-alive %v", name, kept), func(t *testing.T) {
				s := serve(t, Options{}, &http.Server{Handler: echo})
				c := s.dial()
				if kept {
					c.send(get("/before"))
					c.wantAnswer("/before ", false)
				}
				c.send(whole[:cut])
				s.drain()
				c.send(whole[cut:])
				c.wantAnswer("/split 0123456789", true)
				s.wantEnd()
			})
		}
	}
}

func TestDrainInAChunkedBody(t *testing.T) {
	g := newGate()
	close(g.release)
	s := serve(t, Options{}, &http.Server{Handler: g})
	c := s.dial()
	c.send("POST /chunks HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
	receive(t, "the request", g.entered)
	s.drain()
	c.send("4\r\nlast\r\n0\r\n\r\n")
	c.wantAnswer("/chunks firstlast", true)
	s.wantEnd()
}

// The first answer after the drain began is the connection's last, and says so: what the client
// has pipelined behind it is not begun, which "Connection: close" tells it.
func TestDrainCutsAPipelineBetweenAnswers(t *testing.T) {
	g := newGate()
	s := serve(t, Options{}, &http.Server{Handler: g})
	c := s.dial()
	c.send(get("/1") + get("/2") + get("/3"))
	receive(t, "the first request", g.entered)
	g.release <- struct{}{}
	c.wantAnswer("/1 ", false)
	receive(t, "the second request", g.entered)
	s.drain()
	g.release <- struct{}{}
	c.wantAnswer("/2 ", true)
	s.wantEnd()
	if len(g.entered) > 0 {
		t.Fatalf("%s was begun, but not answered", <-g.entered)
	}
}

func TestDrainClosesTheListener(t *testing.T) {
	s := serve(t, Options{}, &http.Server{Handler: echo})
	c := s.dial()
	c.send(get("/"))
	c.wantAnswer("/ ", false)
	s.drain()
	await(t, "new connections to be refused", func() bool { return refused(s.addr) })
	c.send(get("/"))
	c.wantAnswer("/ ", true)
	s.wantEnd()
}

func TestDrainEndsIdleConnectionsAtLast(t *testing.T) {
	limit := 500 * time.Millisecond
	s := serve(t, Options{Drain: limit}, &http.Server{Handler: echo})
	idle, silent := s.dial(), s.dial()
	idle.send(get("/"))
	idle.wantAnswer("/ ", false)
	begun := time.Now()
	s.drain()
	idle.wantEOF()
	idleTime, _ := deadlines(limit)
	if waited := time.Since(begun); waited < idleTime {
		t.Errorf("ended an idle connection after %v, before %v", waited, idleTime)
	}
	silent.wantEOF()
	s.wantEnd()
}

func TestDrainCutsWhatOutlastsIt(t *testing.T) {
	g := newGate()
	defer close(g.release)
	s := serve(t, Options{Drain: 200 * time.Millisecond}, &http.Server{Handler: g})
	c := s.dial()
	c.send(get("/endless"))
	receive(t, "the request", g.entered)
	s.drain()
	wantError(t, s.end(), "200ms is over", "1 requests")
	if _, err := http.ReadResponse(c.in, nil); err == nil {
		t.Error("an answer after the end")
	}
}

func TestDrainWaitsForHooks(t *testing.T) {
	t.Cleanup(forgetHooks)
	begun, release := make(chan struct{}), make(chan struct{})
	RegisterOnDrain(func(ctx context.Context) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("the hook's context has no end")
		}
		close(begun)
		<-release
	})
	s := serve(t, Options{}, &http.Server{Handler: echo})
	s.drain()
	receive(t, "the hook", begun)
	select {
	case err := <-s.result:
		t.Fatalf("Serve did not wait for the hook: %v", err)
	default:
	}
	close(release)
	s.wantEnd()
}

func TestDrainCutsAHookThatOutlastsIt(t *testing.T) {
	t.Cleanup(forgetHooks)
	ended := make(chan struct{})
	RegisterOnDrain(func(ctx context.Context) {
		<-ctx.Done()
		<-ended
	})
	defer close(ended)
	s := serve(t, Options{Drain: 100 * time.Millisecond}, &http.Server{Handler: echo})
	s.drain()
	wantError(t, s.end(), "1 requests or hooks")
}

func forgetHooks() {
	process.mu.Lock()
	defer process.mu.Unlock()
	process.hooks = nil
}

func TestDeadlines(t *testing.T) {
	for _, row := range []struct{ limit, idle, end time.Duration }{
		{25 * time.Second, 22 * time.Second, 24 * time.Second},
		{time.Second, 720 * time.Millisecond, 900 * time.Millisecond},
		{10 * time.Minute, 597 * time.Second, 599 * time.Second},
	} {
		if idle, end := deadlines(row.limit); idle != row.idle || end != row.end {
			t.Errorf("deadlines(%v) = %v, %v; want %v, %v", row.limit, idle, end, row.idle, row.end)
		}
	}
}

// A connection that the kernel has completed is answered, even when nobody had accepted it.
func TestDrainAnswersWhatWaitsInTheQueue(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	held := &held{TCPListener: inner.(*net.TCPListener), release: make(chan struct{})}
	s := serveOn(t, Options{}, &http.Server{Handler: echo}, held, false)
	s.awaitReady()
	var clients []*client
	for range 50 {
		c := s.dial()
		c.send(get("/queued"))
		clients = append(clients, c)
	}
	s.drain()
	close(held.release)
	for _, c := range clients {
		c.wantAnswer("/queued ", true)
	}
	s.wantEnd()
	if !refused(s.addr) {
		t.Error("the listener is still open")
	}
}

// held accepts nothing until it is released, as a process does that gets no processor time.
type held struct {
	*net.TCPListener
	release chan struct{}
}

func (h *held) Accept() (net.Conn, error) {
	<-h.release
	return h.TCPListener.Accept()
}
