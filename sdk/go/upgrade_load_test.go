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
	const upgrades, thinking, hasty = 20, 16, 4
	s := startUpgradable(t, []string{"tcp http=127.0.0.1:0"})
	addr := s.addrs[0]
	var stop atomic.Bool
	var answered, closed, kept, knocked atomic.Int64
	var load sync.WaitGroup
	failures := make(chan error, thinking+2*hasty)
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
	for range hasty {
		start(func() error { return hurry(addr, true, &stop, &kept) })
		start(func() error { return hurry(addr, false, &stop, &knocked) })
	}
	for range upgrades {
		before, knocks := answered.Load()+thinking, knocked.Load()+hasty
		s.upgrade()
		await(t, "requests", func() bool {
			return len(failures) > 0 || answered.Load() >= before && knocked.Load() >= knocks
		})
	}
	stop.Store(true)
	load.Wait()
	s.stop()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	t.Logf("%d answered by thinking clients, whose connections the server ended %d times; %d on kept "+
		"connections at full speed, %d on new ones", answered.Load(), closed.Load(), kept.Load(), knocked.Load())
	if closed.Load() == 0 {
		t.Error("no connection was sent away: the drain was not tested")
	}
}

// hurry is a client that asks as fast as it can: on a connection that it keeps until the server ends
// it, or on a new one each time.
func hurry(addr string, keep bool, stop *atomic.Bool, answered *atomic.Int64) error {
	hasty := rand.New(never{})
	for n := 0; !stop.Load(); {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(patience))
		in := bufio.NewReader(conn)
		for last := false; !last && !stop.Load(); n++ {
			if last, err = ask(conn, in, fmt.Sprint(n), hasty); err != nil {
				conn.Close()
				return fmt.Errorf("hasty client, keeping %v, request %d: %w", keep, n, err)
			}
			answered.Add(1)
			last = last || !keep
		}
		conn.Close()
	}
	return nil
}

// never is a source by which ask takes no time to think and cuts requests in the middle.
type never struct{}

func (never) Uint64() uint64 { return 1<<63 + 1<<31 + 1 }
