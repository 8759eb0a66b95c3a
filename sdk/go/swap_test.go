package hotpod

import (
	"bufio"
	"context"
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

// Clients that never retry, over generations that take the same socket one after another: every
// request is answered, whole and by one generation.
func TestSwapsUnderLoadLoseNothing(t *testing.T) {
	const clients, swaps = 60, 8
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	addr := listener.Addr().String()
	var stop atomic.Bool
	var answered, closed atomic.Int64
	var load sync.WaitGroup
	failures := make(chan error, clients)
	old := startGeneration(t, listener, 0)
	for id := range clients {
		load.Add(1)
		go func() {
			defer load.Done()
			if err := swarm(addr, id, &stop, &answered, &closed); err != nil {
				failures <- err
			}
		}()
	}
	for generation := 1; generation <= swaps; generation++ {
		before := answered.Load()
		await(t, "requests", func() bool {
			return answered.Load() >= before+clients*5 || len(failures) > 0
		})
		next := startGeneration(t, listener, generation)
		old.end(t)
		old = next
	}
	stop.Store(true)
	load.Wait()
	old.end(t)
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	t.Logf("%d answered, %d connections ended by the server", answered.Load(), closed.Load())
	if closed.Load() == 0 {
		t.Error("no connection was sent away: the drain was not tested")
	}
}

// generation is a server as a process of its own would be: apart from the life of this one.
type generation struct {
	stop   context.CancelFunc
	result chan error
}

func startGeneration(t *testing.T, shared net.Listener, number int) *generation {
	t.Helper()
	file, err := shared.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	own, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, "%d %s", number, body)
	})}
	ctx, cancel := context.WithCancel(context.Background())
	g := &generation{cancel, make(chan error, 1)}
	go func() { g.result <- Options{Secondary: true}.Serve(ctx, server, own) }()
	return g
}

func (g *generation) end(t *testing.T) {
	t.Helper()
	g.stop()
	if err := receive(t, "the generation's end", g.result); err != nil {
		t.Error(err)
	}
}

// swarm is one client. Now and then it thinks between requests or within one.
func swarm(addr string, id int, stop *atomic.Bool, answered, closed *atomic.Int64) error {
	random := rand.New(rand.NewPCG(uint64(id), 1))
	for n := 0; !stop.Load(); {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(patience))
		in := bufio.NewReader(conn)
		for last := false; !last && !stop.Load(); n++ {
			if last, err = ask(conn, in, fmt.Sprintf("%d-%d", id, n), random); err != nil {
				conn.Close()
				return fmt.Errorf("client %d, request %d: %w", id, n, err)
			}
			answered.Add(1)
			if last {
				closed.Add(1)
			}
		}
		conn.Close()
	}
	return nil
}

func ask(conn net.Conn, in *bufio.Reader, text string, random *rand.Rand) (last bool, err error) {
	request := fmt.Sprintf("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	cut := random.IntN(len(request))
	for _, part := range []string{request[:cut], request[cut:]} {
		if random.IntN(4) == 0 {
			time.Sleep(time.Duration(random.IntN(20)) * time.Millisecond)
		}
		if _, err := io.WriteString(conn, part); err != nil {
			return false, err
		}
	}
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		return false, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return false, err
	}
	if _, got, _ := strings.Cut(string(body), " "); got != text {
		return false, fmt.Errorf("answered %q to %q", body, text)
	}
	return response.Close, nil
}
