package hotpod

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

func TestMoveAnIdleConnectionToTheNextGeneration(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	kept, silent := m.dial(), m.dial()
	kept.send(get("/a"))
	kept.wantAnswer("1 /a ", false)
	// The silent one has been accepted when one that came later is.
	later := m.dial()
	later.send(get("/b"))
	later.wantAnswer("1 /b ", false)
	second := m.start()
	second.say("promoted")
	first.terminate("stand-by", "move")
	first.end()
	for _, c := range []*client{kept, silent, later} {
		c.send(get("/c"))
		c.wantAnswer("2 /c ", false)
	}
	second.terminate("stay")
	kept.wantPoliteEnd("2 /d ")
	silent.conn.Close()
	later.conn.Close()
	second.end()
}

// The supervisor goes back to it while the one that took its place is on probation.
func TestAGenerationRestsAndServesAgain(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	kept := m.dial()
	kept.send(get("/a"))
	kept.wantAnswer("1 /a ", false)
	// One whose requests net/http and others may see end elsewhere stays, and is told to leave.
	odd := m.dial()
	odd.send("GET /odd HTTP/1.1\nHost: test\n\n")
	odd.wantAnswer("1 /odd ", false)
	second := m.start()
	second.say("promoted")
	first.say("stand-by", "rest")
	kept.wantSoon("/b", "2 /b ")
	odd.wantPoliteEnd("1 /d ")
	second.say("stand-by")
	first.say("promoted")
	second.terminate("move")
	kept.wantSoon("/c", "1 /c ")
	second.end()
	fresh := m.dial()
	for range 2 {
		fresh.send(get("/e"))
		fresh.wantAnswer("1 /e ", false)
	}
	kept.conn.Close()
	fresh.conn.Close()
	first.terminate()
	first.end()
}

// In the restart order nobody serves for a while: connections wait, and what clients send as well.
func TestMovedConnectionsWaitForWhoeverComes(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	c := m.dial()
	c.send(get("/a"))
	c.wantAnswer("1 /a ", false)
	first.terminate("move")
	first.end()
	c.send(get("/b"))
	// A candidate that is never promoted takes nothing.
	candidate := m.start()
	candidate.terminate()
	candidate.end()
	third := m.start()
	third.say("promoted")
	c.wantAnswer("3 /b ", false)
	c.conn.Close()
	third.terminate()
	third.end()
}

// Nobody follows the last generation: it takes what waits, and ends it politely.
func TestTheLastGenerationTakesWhatWaits(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	c := m.dial()
	c.send(get("/a"))
	c.wantAnswer("1 /a ", false)
	first.terminate("move")
	first.end()
	last := m.start()
	last.terminate("promoted", "stay")
	c.wantPoliteEnd("2 /d ")
	last.end()
}

func TestARequestUnderWayIsFinishedBeforeItsConnectionMoves(t *testing.T) {
	post := "POST /p HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\n12345"
	chunked := "POST /p HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n12\r\n3\r\n345\r\n0\r\n\r\n"
	type halved struct {
		*client
		rest, path string
	}
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	var clients []halved
	for _, whole := range []string{post, chunked} {
		for cut := 1; cut < len(whole); cut += 7 {
			c := m.dial()
			c.send(get("/a"))
			c.wantAnswer("1 /a ", false)
			// With an answer before it, the half has surely been read; alone, it may have been.
			c.send(get("/b") + whole[:cut])
			c.wantAnswer("1 /b ", false)
			clients = append(clients, halved{c, whole[cut:], ""})
		}
	}
	slow := m.dial()
	slow.send(get("/slow"))
	if line, err := first.output.ReadString('\n'); line != "slow entered\n" {
		t.Fatal(line, err)
	}
	second := m.start()
	second.say("promoted")
	first.terminate("stand-by", "move")
	slow.wantAnswer("1 slow", false)
	for _, c := range clients {
		c.send(c.rest)
		response, body := c.answer()
		if response.Close || body != "1 /p 12345" && body != "2 /p 12345" {
			t.Errorf("%q, last %v", body, response.Close)
		}
	}
	first.end()
	for _, c := range append(clients, halved{slow, "", ""}) {
		c.send(get("/c"))
		c.wantAnswer("2 /c ", false)
		c.conn.Close()
	}
	second.terminate()
	second.end()
}

// A body that the handler leaves is read by net/http, or ends the connection; a client that waits
// for 100 Continue gets it, or its answer without.
func TestBodiesThatNobodyReadsDoNotMisleadTheCount(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	unread, chunks, expecting, refused := m.dial(), m.dial(), m.dial(), m.dial()
	unread.send("POST /unread HTTP/1.1\r\nHost: test\r\nContent-Length: 60\r\n\r\n" + strings.Repeat("GET /\r\n\r\n.", 6))
	unread.wantAnswer("1 unread", false)
	chunks.send("POST /unread HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n")
	chunks.wantAnswer("1 unread", false)
	expecting.send("POST /e HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
	if line, err := expecting.in.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		t.Fatal(line, err)
	}
	refused.send("POST /unread HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
	if response, body := refused.answer(); body != "1 unread" || !response.Close {
		t.Fatal(body, response.Close)
	}
	refused.send("abc")
	refused.wantEOF()
	second := m.start()
	second.say("promoted")
	first.terminate("stand-by", "move")
	if line, err := expecting.in.ReadString('\n'); line != "\r\n" {
		t.Fatal(line, err)
	}
	expecting.send("abc")
	expecting.wantAnswer("1 /e abc", false)
	first.end()
	for _, c := range []*client{unread, chunks, expecting} {
		c.send(get("/a"))
		c.wantAnswer("2 /a ", false)
		c.conn.Close()
	}
	second.terminate()
	second.end()
}

func TestWhatCannotMoveEndsPolitely(t *testing.T) {
	m := newMover(t)
	first := m.start()
	first.say("promoted")
	old, star, hijacked := m.dial(), m.dial(), m.dial()
	old.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
	old.wantAnswer("1 /a ", false)
	star.send("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n")
	star.wantAnswer("", false)
	hijacked.send(get("/hijack"))
	if response, err := http.ReadResponse(hijacked.in, nil); err != nil || !response.Close {
		t.Fatal(response, err)
	}
	second := m.start()
	second.say("promoted")
	first.terminate("stand-by", "move")
	// Hijacked connections are what they would be without hotpod.
	if rest, err := io.ReadAll(hijacked.in); err != nil || string(rest) != "*net.TCPConn" {
		t.Errorf("hijacked: %q, %v", rest, err)
	}
	old.send("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
	old.wantAnswer("1 /b ", true)
	star.send(get("/c"))
	star.wantAnswer("1 /c ", true)
	first.end()
	second.terminate()
	second.end()
}

// A queue without room is waited for, then the connection ends where it is.
func TestAFullQueueIsWaitedForAndThenDoneWithout(t *testing.T) {
	m := newMover(t)
	// Not promoted: it does not empty the queue.
	first := m.start()
	c := m.dial()
	c.send(get("/a"))
	c.wantAnswer("1 /a ", false)
	raw, err := m.queue[0].SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			for syscall.Sendmsg(int(fd), []byte("nothing"), nil, nil, 0) == nil {
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	first.terminate("move")
	c.wantPoliteEnd("1 /d ")
	first.end()
	// What is no connection does not keep the next one from taking those that are.
	second := m.start()
	second.terminate("promoted")
	second.end()
}
