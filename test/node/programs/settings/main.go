// Command settings is a service with three files of configuration, each of which it reads in another way: limits.json it
// follows by the SDK, rate it reads again when it is asked to (POST /reload), name it reads at its start and never again.
// server.mjs beside it is the same with the Node SDK.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	hotpod "github.com/hotpod/hotpod/sdk/go"
	"github.com/hotpod/hotpod/sdk/go/config"
)

const folder = "/etc/shop"

type limits struct {
	Orders int `json:"orders"`
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	followed, err := config.Load(filepath.Join(folder, "limits.json"), config.Options[limits]{
		Validate: func(l *limits) error {
			if l.Orders < 1 {
				return errors.New("orders: at least 1")
			}
			return nil
		},
		OnError: func(err error) { log.Print(err) },
	})
	if err != nil {
		return err
	}
	var rate atomic.Int64
	if err := readRate(&rate); err != nil {
		return err
	}
	name, err := read("name")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, _ *http.Request) {
		if err := readRate(&rate); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		}
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		answer := answer{name, followed.Get().Orders, rate.Load(), true}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			log.Print(err)
		}
	})
	listener, err := hotpod.Listen("tcp", ":8080")
	if err != nil {
		return err
	}
	return hotpod.Serve(context.Background(), &http.Server{Handler: mux}, listener)
}

// answer is what the service goes by. The load generator reads the version and that the answer is whole.
type answer struct {
	Version string `json:"version"`
	Orders  int    `json:"orders"`
	Rate    int64  `json:"rate"`
	End     bool   `json:"end"`
}

func readRate(rate *atomic.Int64) error {
	text, err := read("rate")
	if err != nil {
		return err
	}
	now, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("rate: %q is no number", text)
	}
	rate.Store(now)
	return nil
}

func read(name string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, name))
	return strings.TrimSpace(string(content)), err
}
