// Package echo is what the programs of the bench answer.
package echo

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Handler tells at /version which process answers. Everywhere else the answer is that version, the request's method and
// path, and the SHA-256 of its body, so that a client can tell whose answer it got.
func Handler() http.Handler {
	// Time goes on: a later generation is a greater number.
	version := time.Now().UnixNano()
	body := fmt.Appendf(nil, `{"version":"%d","pid":%d,"end":true}`+"\n", version, os.Getpid())
	mux := http.NewServeMux()
	mux.HandleFunc("/version", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		hash := sha256.New()
		if _, err := io.Copy(hash, r.Body); err != nil {
			// A body that was cut off deserves no answer.
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, "%d %s %s %x", version, r.Method, r.URL.Path, hash.Sum(nil))
	})
	return mux
}
