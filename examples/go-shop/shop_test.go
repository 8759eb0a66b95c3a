package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func testShop(t *testing.T) *shop {
	t.Helper()
	s, err := newShop(config{Addr: ":0", Title: "test", Currency: "EUR", Products: 50, PageSize: 5})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type envelope struct {
	Version string
	Data    json.RawMessage
	End     bool
}

// ask checks what every answer has, and returns its data, or the text where it is no JSON.
func ask(t *testing.T, s *shop, method, path, body string, code int) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	if w.Code != code {
		t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, code)
	}
	if length := w.Header().Get("Content-Length"); length != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%s %s: Content-Length %s of %d bytes", method, path, length, w.Body.Len())
	}
	if w.Header().Get("Content-Type") != "application/json" {
		return w.Body.String()
	}
	var e envelope
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(path, "z") && (!e.End || e.Version != version) {
		t.Errorf("%s %s: %s", method, path, w.Body)
	}
	return string(e.Data)
}

func TestAPI(t *testing.T) {
	s := testShop(t)
	const kettle = `{"id":3,"name":"Linen Kettle 003","cents":16828}`
	if got := ask(t, s, "GET", "/api/products/3", "", 200); got != kettle {
		t.Error(got)
	}
	if got := ask(t, s, "GET", "/api/products?q=lin+kett", "", 200); got != "["+kettle+"]" {
		t.Error(got)
	}
	if got := ask(t, s, "GET", "/api/products", "", 200); strings.Count(got, `"id"`) != 5 {
		t.Error(got)
	}
	const placed = `{"id":1,"lines":[{"product":3,"count":2}],"cents":33656}`
	order := `{"lines":[{"product":3,"count":2}]}`
	if got := ask(t, s, "POST", "/api/orders", order, 201); got != placed {
		t.Error(got)
	}
	if got := ask(t, s, "GET", "/api/orders/1", "", 200); got != placed {
		t.Error(got)
	}
	ask(t, s, "GET", "/api/products/51", "", 404)
	ask(t, s, "GET", "/api/orders/2", "", 404)
	ask(t, s, "POST", "/api/orders", `{"lines":[{"product":0,"count":2}]}`, 422)
	ask(t, s, "POST", "/api/orders", `{"lines":[]}`, 422)
	ask(t, s, "POST", "/api/orders", `{`, 400)
	ask(t, s, "GET", "/version", "", 200)
	ask(t, s, "GET", "/healthz", "", 200)
	ask(t, s, "GET", "/readyz", "", 503)
	page := ask(t, s, "GET", "/", "", 200)
	if !strings.Contains(page, "<li>Linen Kettle 003: 168.28 EUR</li>") {
		t.Error(page)
	}
}

func TestConfig(t *testing.T) {
	t.Setenv("PORT", "")
	built, err := loadConfig()
	if err != nil || built.Title != "go-shop" || built.Addr != ":8080" {
		t.Fatal(built, err)
	}
	t.Setenv("PORT", "9999")
	if c, err := loadConfig(); err != nil || c.Addr != ":9999" {
		t.Fatal(c, err)
	}
	path := filepath.Join(t.TempDir(), "config.json")
	t.Setenv("SHOP_CONFIG", path)
	if _, err := loadConfig(); err == nil {
		t.Error("a chosen file that is missing is no error")
	}
	if err := os.WriteFile(path, []byte(`{"adr": ":1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(); err == nil || !strings.Contains(err.Error(), `unknown field "adr"`) {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	t.Setenv("SHOP_FAULT", "errors, cold=20ms ,spew=3")
	f := readFaults()
	if !f.has("errors") || f.duration("cold", 0) != 20*time.Millisecond || f.number("spew", 9) != 3 {
		t.Error(f)
	}
	warm := f.warm()
	handler := faults{"cold": ""}.wrap(testShop(t).handler(), warm)
	answer := func() int {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/version", nil))
		return w.Code
	}
	if code := faultyAnswer(t); code != http.StatusInternalServerError {
		t.Errorf("never warm, but answered %d", code)
	}
	<-warm
	if code := answer(); code != http.StatusOK {
		t.Errorf("warm, but answered %d", code)
	}
}

// faultyAnswer asks a service that does not get warm.
func faultyAnswer(t *testing.T) int {
	w := httptest.NewRecorder()
	handler := faults{"cold": ""}.wrap(testShop(t).handler(), make(chan struct{}))
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/version", nil))
	return w.Code
}

func TestNoFaultIsCheckedIn(t *testing.T) {
	t.Setenv("SHOP_FAULT", "")
	if f := readFaults(); len(f) > 0 {
		t.Error(f)
	}
}
