package hotpod

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Clients that keep one connection each and never open another, over generations that come one
// after the other: every request is answered, and no connection ends.
func TestSwapsUnderLoadEndNoConnection(t *testing.T) {
	const thinking, fast, pipelining, swaps = 40, 4, 6, 10
	m := newMover(t)
	generation := m.start()
	generation.say("promoted")
	load := &keptLoad{addr: m.listener.Addr().String(), seen: make([]atomic.Int64, swaps+2)}
	clients := 0
	for think, count := range map[time.Duration]int{20 * time.Millisecond: thinking, 0: fast} {
		for range count {
			clients++
			load.start(clients, think, 1)
		}
	}
	for range pipelining {
		clients++
		load.start(clients, 2*time.Millisecond, 5)
	}
	var old []*moved
	for swap := range swaps {
		// Everybody has got to this generation when it is replaced.
		await(t, "every connection", func() bool {
			return load.seen[swap+1].Load() == int64(clients) || load.failed() != nil
		})
		next := m.start()
		generation.say("stand-by", "move")
		next.say("promoted")
		generation.terminate()
		old = append(old, generation)
		generation = next
	}
	await(t, "every connection", func() bool {
		return load.seen[swaps+1].Load() == int64(clients) || load.failed() != nil
	})
	load.stop.Store(true)
	load.running.Wait()
	if err := load.failed(); err != nil {
		t.Error(err)
	}
	generation.terminate()
	for _, each := range append(old, generation) {
		each.end()
	}
	t.Logf("%d requests, %d connections, %d swaps: none ended", load.answered.Load(), clients, swaps)
}

type keptLoad struct {
	addr     string
	stop     atomic.Bool
	answered atomic.Int64
	running  sync.WaitGroup
	failure  atomic.Pointer[error]
	// seen counts the connections that each generation has answered.
	seen []atomic.Int64
}

func (l *keptLoad) failed() error {
	if err := l.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// start starts a client that sends so many requests at a time.
func (l *keptLoad) start(id int, think time.Duration, depth int) {
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		random := rand.New(rand.NewPCG(uint64(id), 2))
		if err := l.keep(id, think, depth, random); err != nil {
			err = fmt.Errorf("client %d (think %v, %d at a time): %w", id, think, depth, err)
			l.failure.CompareAndSwap(nil, &err)
		}
	}()
}

func (l *keptLoad) keep(id int, think time.Duration, depth int, random *rand.Rand) error {
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	generation := 0
	for n := 0; !l.stop.Load() && l.failed() == nil; n++ {
		_ = conn.SetDeadline(time.Now().Add(patience))
		requests, wants := "", []string(nil)
		for i := range 1 + random.IntN(depth) {
			request, want := anyRequest(fmt.Sprintf("/%d-%d-%d", id, n, i), random)
			requests, wants = requests+request, append(wants, want)
		}
		if err := sendCut(conn, requests, think, random); err != nil {
			return fmt.Errorf("request %d: %w", n, err)
		}
		for _, want := range wants {
			by, err := readKept(in, want)
			if err != nil {
				return fmt.Errorf("request %d: %w", n, err)
			}
			if by < generation {
				return fmt.Errorf("request %d: generation %d after %d", n, by, generation)
			}
			if by > generation {
				l.seen[by].Add(1)
				generation = by
			}
			l.answered.Add(1)
		}
		if think > 0 {
			time.Sleep(time.Duration(random.Int64N(int64(think))))
		}
	}
	return nil
}

// anyRequest is a GET, a POST or a chunked PUT, with a body that looks like the end of a request.
func anyRequest(path string, random *rand.Rand) (request, want string) {
	body := strings.Repeat("ab\r\n\r\nGET / HTTP/1.1\r\n\r\n0\r\n\r\n", random.IntN(400))
	switch random.IntN(3) {
	case 0:
		return get(path), path + " "
	case 1:
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body),
			path + " " + body
	default:
		var chunks strings.Builder
		for left := body; left != ""; {
			size := 1 + random.IntN(len(left))
			fmt.Fprintf(&chunks, "%x\r\n%s\r\n", size, left[:size])
			left = left[size:]
		}
		return fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n",
			path, chunks.String()), path + " " + body
	}
}

// sendCut sends in two pieces, now and then with a pause between them.
func sendCut(conn net.Conn, text string, think time.Duration, random *rand.Rand) error {
	cut := random.IntN(len(text))
	if _, err := io.WriteString(conn, text[:cut]); err != nil {
		return err
	}
	if think > 0 && random.IntN(3) == 0 {
		time.Sleep(time.Duration(random.Int64N(int64(think))))
	}
	_, err := io.WriteString(conn, text[cut:])
	return err
}

func readKept(in *bufio.Reader, want string) (generation int, err error) {
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if response.Close {
		return 0, fmt.Errorf("the connection was ended with %.60q", body)
	}
	head, got, _ := strings.Cut(string(body), " ")
	if _, err := fmt.Sscanf(head, "%d", &generation); err != nil || got != want {
		return 0, fmt.Errorf("answered %.60q to %.60q", body, want)
	}
	return generation, nil
}
