package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"log"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"

	hotpod "github.com/hotpod/hotpod/sdk/go"
)

//go:embed page.html
var pageText string

type shop struct {
	config  config
	catalog *catalog
	orders  *orders
	page    *template.Template
}

func newShop(c config) (*shop, error) {
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, err
	}
	products := newCatalog(c.Products)
	return &shop{c, products, &orders{catalog: products}, page}, nil
}

func (s *shop) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("GET /version", s.showVersion)
	mux.HandleFunc("GET /api/products", s.listProducts)
	mux.HandleFunc("GET /api/products/{id}", s.showProduct)
	mux.HandleFunc("POST /api/orders", s.placeOrder)
	mux.HandleFunc("GET /api/orders/{id}", s.showOrder)
	mux.Handle("GET /healthz", hotpod.Healthz())
	mux.Handle("GET /readyz", hotpod.Readyz())
	return mux
}

func (s *shop) showPage(w http.ResponseWriter, _ *http.Request) {
	var body bytes.Buffer
	err := s.page.Execute(&body, map[string]any{
		"Config": s.config, "Version": version, "Generation": hotpod.Generation(),
		"Products": s.catalog.search("", s.config.PageSize), "Orders": s.orders.count(),
	})
	if err != nil {
		log.Printf("page: %v", err)
		answer(w, http.StatusInternalServerError, "page failed")
		return
	}
	send(w, http.StatusOK, "text/html; charset=utf-8", body.Bytes())
}

// showVersion tells the version, and the build as Go has recorded it.
func (s *shop) showVersion(w http.ResponseWriter, _ *http.Request) {
	build := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		build["go"] = info.GoVersion
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision", "vcs.time", "vcs.modified", "GOOS", "GOARCH":
				build[setting.Key] = setting.Value
			}
		}
	}
	answer(w, http.StatusOK, map[string]any{"build": build})
}

func (s *shop) listProducts(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, s.catalog.search(r.URL.Query().Get("q"), s.config.PageSize))
}

func (s *shop) showProduct(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	found, ok := s.catalog.find(id)
	answerFound(w, found, ok)
}

func (s *shop) placeOrder(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Lines []line `json:"lines"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	if err := decoder.Decode(&body); err != nil {
		answer(w, http.StatusBadRequest, err.Error())
		return
	}
	placed, err := s.orders.place(body.Lines)
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	answer(w, http.StatusCreated, placed)
}

func (s *shop) showOrder(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	found, ok := s.orders.find(id)
	answerFound(w, found, ok)
}

func answerFound(w http.ResponseWriter, data any, found bool) {
	if !found {
		answer(w, http.StatusNotFound, "not found")
		return
	}
	answer(w, http.StatusOK, data)
}

// answer sends data with who answered. `end` comes last: an answer that was cut off lacks it.
func answer(w http.ResponseWriter, code int, data any) {
	body, err := json.Marshal(struct {
		Version    string `json:"version"`
		Generation int    `json:"generation"`
		PID        int    `json:"pid"`
		Data       any    `json:"data"`
		End        bool   `json:"end"`
	}{version, hotpod.Generation(), os.Getpid(), data, true})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, code, "application/json", append(body, '\n'))
}

// send states the exact length, so that clients can tell a whole answer from a cut one.
func send(w http.ResponseWriter, code int, contentType string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("X-Version", version)
	header.Set("X-Generation", strconv.Itoa(hotpod.Generation()))
	w.WriteHeader(code)
	_, _ = w.Write(body)
}
