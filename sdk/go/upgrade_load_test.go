//go:build linux || darwin

package hotpod

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Twenty processes take the service over one after another, under clients that never retry: some
// think between requests and within them, some keep their connection and ask as fast as they can,
// some open a new one for each request.
func TestUpgradesUnderLoadLoseNothing(t *testing.T) {
	const upgrades, thinking, knocking = 20, 16, 4
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	addr := s.addrs[0]
	var stop atomic.Bool
	var answered, closed, knocked atomic.Int64
	var load sync.WaitGroup
	failures := make(chan error, thinking+knocking)
	start := func(client func() error) {
		load.Add(1)
		go func() {
			defer load.Done()
			if err := client(); err != nil {
				failures <- err
			}
		}()
	}
	for id := range thinking {
		start(func() error { return swarm(addr, id, &stop, &answered, &closed) })
	}
	for range knocking {
		start(func() error { return knock(addr, &stop, &knocked) })
	}
	for range upgrades {
		before, knocks := answered.Load(), knocked.Load()
		s.upgrade()
		await(t, "requests", func() bool {
			return len(failures) > 0 || answered.Load() >= before+thinking && knocked.Load() >= knocks+knocking
		})
	}
	stop.Store(true)
	load.Wait()
	s.stop()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	t.Logf("%d answered on kept connections, of which the server ended %d; %d on new ones",
		answered.Load(), closed.Load(), knocked.Load())
	if closed.Load() == 0 {
		t.Error("no connection was sent away: the drain was not tested")
	}
}

// knock is a client that opens a connection for each request, as fast as it can.
func knock(addr string, stop *atomic.Bool, knocked *atomic.Int64) error {
	hasty := rand.New(never{})
	for n := 0; !stop.Load(); n++ {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(patience))
		_, err = ask(conn, bufio.NewReader(conn), fmt.Sprint(n), hasty)
		conn.Close()
		if err != nil {
			return fmt.Errorf("new connection %d: %w", n, err)
		}
		knocked.Add(1)
	}
	return nil
}

// never is a source that has ask think no time.
type never struct{}

func (never) Uint64() uint64 { return 1<<63 + 1<<31 }
