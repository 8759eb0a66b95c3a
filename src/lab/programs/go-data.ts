/** Go programs about data that changes while it is read. Each prints what it saw as `key value` lines. */

/** A configuration of two fields, written one after the other, and read by two others. */
export const TORN_FIELDS = `package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

type Config struct{ A, B int }

var config Config

//go:noinline
func set(i int) { config.A = i; config.B = i }

//go:noinline
func a() int { return config.A }

//go:noinline
func b() int { return config.B }

func main() {
	var reads, torn atomic.Int64
	var over atomic.Bool
	go func() {
		for i := 0; !over.Load(); i++ {
			set(i)
		}
	}()
	for range 2 {
		go func() {
			for !over.Load() {
				x, y := a(), b()
				reads.Add(1)
				if x != y {
					torn.Add(1)
				}
			}
		}()
	}
	// A machine that others use gives the goroutines turns, and turns seldom end between two writes.
	for i := 0; i < 10 || (i < 100 && torn.Load() < 100); i++ {
		time.Sleep(100 * time.Millisecond)
	}
	over.Store(true)
	fmt.Println("reads", reads.Load())
	fmt.Println("torn", torn.Load())
}
`;

/** The same with a pointer to a whole configuration, which is swapped. */
export const WHOLE_OBJECT = `package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

type Config struct{ A, B int }

var config atomic.Pointer[Config]

func main() {
	config.Store(&Config{})
	var reads, torn atomic.Int64
	var over atomic.Bool
	go func() {
		for i := 0; !over.Load(); i++ {
			config.Store(&Config{A: i, B: i})
		}
	}()
	for range 2 {
		go func() {
			for !over.Load() {
				now := config.Load()
				reads.Add(1)
				if now.A != now.B {
					torn.Add(1)
				}
			}
		}()
	}
	time.Sleep(time.Second)
	over.Store(true)
	fmt.Println("reads", reads.Load())
	fmt.Println("torn", torn.Load())
}
`;

/** A map that one goroutine writes and another reads. */
export const SHARED_MAP = `package main

import "time"

func main() {
	limits := map[int]int{}
	go func() {
		for i := 0; ; i++ {
			limits[i%100] = i
		}
	}()
	go func() {
		for i := 0; ; i++ {
			_ = limits[i%100]
		}
	}()
	time.Sleep(10 * time.Second)
}
`;

/** An atomic.Value that is read before anything was stored. */
export const NO_FIRST_STORE = `package main

import "sync/atomic"

type Config struct{ A, B int }

func main() {
	var config atomic.Value
	println(config.Load().(*Config).A)
}
`;

/** An atomic.Value that is given another type than before. */
export const OTHER_TYPE = `package main

import "sync/atomic"

type Config struct{ A, B int }

func main() {
	var config atomic.Value
	config.Store(&Config{})
	config.Store(Config{})
}
`;

/** Writes one byte over the code of a function of its own. */
export const OVERWRITE_CODE = `package main

import (
	"reflect"
	"unsafe"
)

//go:noinline
func target() int { return 1 }

func main() {
	code := reflect.ValueOf(target).Pointer()
	*(*byte)(unsafe.Pointer(code)) = 0x90
	println("the code was overwritten")
}
`;

/** A service that answers two numbers of its configuration file, and reads it again at SIGHUP, as a whole. */
export const CONFIG_SERVICE = `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

type Config struct{ A, B int }

var config atomic.Pointer[Config]

func load() {
	content, err := os.ReadFile("config")
	if err != nil {
		return
	}
	next := &Config{}
	if _, err := fmt.Sscan(string(content), &next.A, &next.B); err == nil {
		config.Store(next)
	}
}

func main() {
	config.Store(&Config{})
	load()
	hup := make(chan os.Signal, 8)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			load()
		}
	}()
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		now := config.Load()
		fmt.Fprintln(w, now.A, now.B, os.Getpid())
	})
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go http.Serve(listener, nil)
	<-term
}
`;
