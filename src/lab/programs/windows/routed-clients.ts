/**
 * Clients of a Service, in Go: RATE requests a second, each on a connection of its own, to the ports in the file TARGETS (separated by spaces)
 * in turn, as the file has them at that moment. An empty file is a Service without endpoints: the request fails. At SIGTERM it waits for what
 * is under way and prints one line of JSON.
 */
export const ROUTED_CLIENTS = `package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const sliceMs = 50

type Traffic struct {
	SliceMs      int       \`json:"sliceMs"\`
	Succeeded    []int     \`json:"succeeded"\`
	Failed       []int     \`json:"failed"\`
	LatencyMaxMs []float64 \`json:"latencyMaxMs"\`
}

type Summary struct {
	BeganMs  float64 \`json:"beganMs"\`
	TookMs   float64 \`json:"tookMs"\`
	Requests int     \`json:"requests"\`
	Failed   int     \`json:"failed"\`
	Traffic  Traffic \`json:"traffic"\`
}

func monotonicMs() float64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&now)), 0)
	return float64(now.Nano()) / 1e6
}

var client = &http.Client{
	Timeout:   2 * time.Second,
	Transport: &http.Transport{DisableKeepAlives: true},
}

func ask(port string) bool {
	response, err := client.Get("http://" + os.Getenv("HOST") + ":" + port + "/")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode < 500
}

func main() {
	rate, _ := strconv.ParseFloat(os.Getenv("RATE"), 64)
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	ticker := time.NewTicker(time.Duration(float64(time.Second) / rate))
	summary := Summary{BeganMs: monotonicMs(), Traffic: Traffic{SliceMs: sliceMs}}
	var lock sync.Mutex
	var underWay sync.WaitGroup
	note := func(began float64, ok bool) {
		lock.Lock()
		defer lock.Unlock()
		now := monotonicMs()
		traffic := &summary.Traffic
		slice := int(now-summary.BeganMs) / sliceMs
		for len(traffic.Failed) <= slice {
			traffic.Succeeded = append(traffic.Succeeded, 0)
			traffic.Failed = append(traffic.Failed, 0)
			traffic.LatencyMaxMs = append(traffic.LatencyMaxMs, 0)
		}
		summary.Requests++
		if ok {
			traffic.Succeeded[slice]++
			traffic.LatencyMaxMs[slice] = max(traffic.LatencyMaxMs[slice], now-began)
		} else {
			summary.Failed++
			traffic.Failed[slice]++
		}
	}
	for turn := 0; ; turn++ {
		select {
		case <-term:
			underWay.Wait()
			summary.TookMs = monotonicMs() - summary.BeganMs
			json.NewEncoder(os.Stdout).Encode(summary)
			return
		case <-ticker.C:
		}
		began := monotonicMs()
		text, _ := os.ReadFile(os.Getenv("TARGETS"))
		targets := strings.Fields(string(text))
		if len(targets) == 0 {
			note(began, false)
			continue
		}
		underWay.Add(1)
		go func() {
			defer underWay.Done()
			note(began, ask(targets[turn%len(targets)]))
		}()
	}
}
`;
