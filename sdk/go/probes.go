package hotpod

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Healthz answers 200 as long as the process can answer at all.
func Healthz() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeStatus(w, http.StatusOK, "ok")
	})
}

// Readyz answers 200 from the moment [Serve] has announced readiness until the drain begins, else
// 503. A drain after [SelfUpgrade] is none of the service's: as long as the process that took over
// lives, the answer stays 200.
func Readyz() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now := process.now()
		switch {
		case now == ready:
			writeStatus(w, http.StatusOK, now.String())
		case now == draining && process.succeeded():
			writeStatus(w, http.StatusOK, "handed over")
		default:
			writeStatus(w, http.StatusServiceUnavailable, now.String())
		}
	})
}

func writeStatus(w http.ResponseWriter, code int, status string) {
	body, err := json.Marshal(struct {
		Status     string `json:"status"`
		Generation int    `json:"generation"`
	}{status, Generation()})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(body)
}
