package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// fault makes this service misbehave, so that hotpod's tests and demo can show what happens then.
// Edit it as a bad commit would; SHOP_FAULT does the same without an edit. Several are separated
// by commas; "name=value" gives a duration or a number:
//
//	crash-at-start      exits with code 3 before it listens (=N: with code N)
//	slow-start          needs 2 s before it is ready (=duration)
//	never-ready         listens, but never announces readiness
//	cold                serves at once, answers 500 and is ready only after 1 s (=duration)
//	errors              is ready, then answers 500 to everything
//	exit-after          is ready, then exits with code 4 after 500 ms (=duration)
//	ignore-sigterm      drains on SIGTERM, but then never ends
//	daemon              leaves a process in its own session behind (=seconds it sleeps, else 300)
//	spew                writes 100 MiB in lines as fast as it can (=MiB)
//	no-newline          writes 1 MiB without a newline (=MiB)
const fault = ""

type faults map[string]string

func readFaults() faults {
	text := fault
	if other := os.Getenv("SHOP_FAULT"); other != "" {
		text = other
	}
	f := faults{}
	for part := range strings.SplitSeq(text, ",") {
		if name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name != "" {
			f[name] = value
		}
	}
	return f
}

func (f faults) has(name string) bool {
	_, ok := f[name]
	return ok
}

func (f faults) duration(name string, otherwise time.Duration) time.Duration {
	if d, err := time.ParseDuration(f[name]); err == nil {
		return d
	}
	return otherwise
}

func (f faults) number(name string, otherwise int) int {
	n := otherwise
	if f[name] != "" {
		_, _ = fmt.Sscan(f[name], &n)
	}
	return n
}

// beforeListening does what a broken start does.
func (f faults) beforeListening() error {
	if f.has("crash-at-start") {
		fmt.Fprintln(os.Stderr, "fault: crash-at-start")
		os.Exit(f.number("crash-at-start", 3))
	}
	if f.has("daemon") {
		daemon := exec.Command("sleep", fmt.Sprint(f.number("daemon", 300)))
		daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := daemon.Start(); err != nil {
			return fmt.Errorf("fault daemon: %w", err)
		}
	}
	if f.has("spew") {
		go write(bytes.Repeat([]byte(strings.Repeat("spew ", 25)+"\n"), 8322), f.number("spew", 100))
	}
	if f.has("no-newline") {
		go write(bytes.Repeat([]byte("x"), 1<<20), f.number("no-newline", 1))
	}
	if f.has("slow-start") {
		time.Sleep(f.duration("slow-start", 2*time.Second))
	}
	return nil
}

func write(block []byte, times int) {
	for range times {
		if _, err := os.Stdout.Write(block); err != nil {
			return
		}
	}
}

// wrap makes the handler fail while the service is cold, or always.
func (f faults) wrap(next http.Handler, warm <-chan struct{}) http.Handler {
	if !f.has("cold") && !f.has("errors") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-warm:
			if !f.has("errors") {
				next.ServeHTTP(w, r)
				return
			}
		default:
		}
		answer(w, http.StatusInternalServerError, "fault")
	})
}

// warm is closed when the service may call itself ready.
func (f faults) warm() <-chan struct{} {
	warm := make(chan struct{})
	switch {
	case f.has("never-ready"):
	case f.has("cold"):
		time.AfterFunc(f.duration("cold", time.Second), func() { close(warm) })
	default:
		close(warm)
	}
	return warm
}

// afterReady does what goes wrong later.
func (f faults) afterReady(warm <-chan struct{}) {
	if !f.has("exit-after") {
		return
	}
	go func() {
		<-warm
		time.Sleep(f.duration("exit-after", 500*time.Millisecond))
		fmt.Fprintln(os.Stderr, "fault: exit-after")
		os.Exit(4)
	}()
}

// afterServing hangs where a sound program ends.
func (f faults) afterServing() {
	if !f.has("ignore-sigterm") {
		return
	}
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
	fmt.Fprintln(os.Stderr, "fault: ignore-sigterm")
	for {
		time.Sleep(time.Hour)
	}
}
