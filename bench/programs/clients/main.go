// Command clients asks an echo service (package echo) over connections that it keeps, never retries a request, and compares
// every answer with what it asked. It begins with "began", once every connection is open, and ends when its standard
// input does, with one JSON object: what became of the requests and of the connections.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"
)

func main() {
	log.SetFlags(0)
	var options options
	flag.StringVar(&options.addr, "addr", "", "HOST:PORT of the service: loopback, or the host named by -allow-address")
	allowed := flag.String("allow-address", "", "one more host that may be asked")
	flag.IntVar(&options.thinking, "thinking", 500, "clients that think between their requests")
	flag.DurationVar(&options.think, "think", time.Minute, "the longest time that they think")
	flag.IntVar(&options.fast, "fast", 4, "clients at full speed")
	flag.IntVar(&options.pipelining, "pipelining", 8, "clients that send several requests at a time")
	flag.Parse()
	if err := mayAsk(options.addr, *allowed); err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(run(options)); err != nil {
		log.Fatal(err)
	}
}

type options struct {
	addr                       string
	thinking, fast, pipelining int
	think                      time.Duration
}

// mayAsk keeps load on this machine.
func mayAsk(addr, allowed string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("-addr %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != allowed && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-addr %q: %s is not on loopback; allow it with -allow-address %s", addr, host, host)
	}
	return nil
}

// report is what is printed.
type report struct {
	Thinking   *tally `json:"thinking"`
	Fast       *tally `json:"fast"`
	Pipelining *tally `json:"pipelining"`
	// Versions is how many processes answered.
	Versions int `json:"versions"`
	// Backwards counts answers of an older process after one of a newer, on one connection.
	Backwards int `json:"backwards"`
}

func run(options options) report {
	stop := make(chan struct{})
	versions := newVersions()
	result := report{Thinking: newTally(), Fast: newTally(), Pipelining: newTally()}
	var connected, running sync.WaitGroup
	id := uint64(0)
	start := func(count int, tally *tally, think time.Duration, depth int) {
		for range count {
			id++
			c := &client{
				options: options, id: id, tally: tally, versions: versions, stop: stop,
				think: think, depth: depth, random: rand.New(rand.NewPCG(id, 1)),
			}
			connected.Add(1)
			running.Add(1)
			go func() {
				defer running.Done()
				c.connect()
				connected.Done()
				c.run()
			}()
		}
	}
	start(options.thinking, result.Thinking, options.think, 1)
	start(options.fast, result.Fast, 0, 1)
	start(options.pipelining, result.Pipelining, pipelineThink, pipelineDepth)
	connected.Wait()
	fmt.Println("began")
	_, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
	close(stop)
	running.Wait()
	result.Versions, result.Backwards = versions.count()
	return result
}

const (
	pipelineThink = 4 * time.Millisecond
	pipelineDepth = 5
)
