package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// client keeps one connection as long as the service does.
type client struct {
	options  options
	id       uint64
	tally    *tally
	versions *versions
	stop     chan struct{}
	think    time.Duration
	// depth: it sends one to so many requests at a time.
	depth  int
	random *rand.Rand

	conn    net.Conn
	in      *bufio.Reader
	asked   int
	version int64
}

// patience is how late an answer may be.
const patience = 30 * time.Second

// run asks once more after its end, which shows what became of a connection that was idle.
func (c *client) run() {
	for going := true; going; {
		going = c.pause()
		c.ask()
	}
	if c.conn != nil {
		c.conn.Close()
	}
}

// pause thinks; false: the end.
func (c *client) pause() bool {
	rest := time.Duration(0)
	if c.think > 0 {
		rest = time.Duration(c.random.Int64N(int64(c.think)))
	}
	over := time.NewTimer(rest)
	defer over.Stop()
	select {
	case <-c.stop:
		return false
	case <-over.C:
		return true
	}
}

func (c *client) connect() {
	conn, err := net.DialTimeout("tcp", c.options.addr, patience)
	if err != nil {
		return
	}
	c.tally.opened.Add(1)
	c.conn, c.in, c.version = conn, bufio.NewReader(conn), 0
}

// ask sends requests and reads their answers. What is not answered has failed: nothing is sent twice.
func (c *client) ask() {
	var all strings.Builder
	requests := make([]request, 1+c.random.IntN(c.depth))
	for i := range requests {
		c.asked++
		requests[i] = anyRequest(fmt.Sprintf("/%d/%d", c.id, c.asked), c.random)
		all.WriteString(requests[i].text)
	}
	c.tally.requests.Add(int64(len(requests)))
	if c.conn == nil {
		c.connect()
	}
	if c.conn == nil {
		c.tally.fail("not connected", len(requests))
		time.Sleep(10 * time.Millisecond)
		return
	}
	_ = c.conn.SetDeadline(time.Now().Add(patience))
	sent := make(chan struct{})
	go func(conn net.Conn, seed uint64) {
		defer close(sent)
		send(conn, all.String(), c.depth > 1, rand.New(rand.NewPCG(seed, 2)))
	}(c.conn, c.random.Uint64())
	for i, request := range requests {
		last, err := c.read(request)
		if err != nil {
			c.tally.fail(reason(err), len(requests)-i)
			c.end(closedByService(err))
			break
		}
		if last {
			c.tally.fail("cut by a polite end", len(requests)-i-1)
			c.tally.polite.Add(1)
			c.end(true)
			break
		}
	}
	<-sent
}

func (c *client) end(byService bool) {
	if byService {
		c.tally.closed.Add(1)
	}
	c.conn.Close()
	c.conn = nil
}

// read reads one answer; last: the service says that the connection ends with it.
func (c *client) read(to request) (last bool, err error) {
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return false, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return false, err
	}
	if response.StatusCode != http.StatusOK {
		return false, fmt.Errorf("%w %d", errStatus, response.StatusCode)
	}
	var version int64
	head, got, _ := strings.Cut(string(body), " ")
	if _, err := fmt.Sscanf(head, "%d", &version); err != nil || got != to.answer {
		return false, errWrong
	}
	c.versions.see(version, c.version)
	c.version = version
	return response.Close, nil
}

var (
	errWrong  = errors.New("another answer than the request's")
	errStatus = errors.New("status")
)

func reason(err error) string {
	switch {
	case errors.Is(err, errWrong), errors.Is(err, errStatus):
		return err.Error()
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "late"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed without an answer"
	}
	return err.Error()
}

// closedByService is false where this client gave the connection up.
func closedByService(err error) bool {
	return !errors.Is(err, errWrong) && !errors.Is(err, errStatus) && !errors.Is(err, os.ErrDeadlineExceeded)
}
