package hotpod

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// handlers is a service that uses what net/http offers to handlers.
func handlers(t *testing.T) http.Handler {
	file := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(file, bytes.Repeat([]byte("file "), 20000), 0o600); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/echo", echo)
	mux.HandleFunc("/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/created", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Own", "1")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "created")
	})
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = io.WriteString(w, "after hints")
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte("large "), 2000))
	})
	mux.HandleFunc("/flushed", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, "part %d;", i)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/trailer", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-Sum", "7")
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT")
		opened, err := os.Open(file)
		if err != nil {
			panic(err)
		}
		defer opened.Close()
		http.ServeContent(w, r, "file.txt", time.Time{}, opened)
	})
	mux.HandleFunc("/unread", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "unread") })
	mux.HandleFunc("/close", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, "closing")
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, _ *http.Request) {
		controller := http.NewResponseController(w)
		fmt.Fprint(w, controller.SetReadDeadline(time.Time{}), controller.SetWriteDeadline(time.Time{}),
			controller.EnableFullDuplex())
	})
	mux.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/types", func(w http.ResponseWriter, _ *http.Request) {
		_, flushes := w.(http.Flusher)
		_, hijacks := w.(http.Hijacker)
		_, pushes := w.(http.Pusher)
		_, readsFrom := w.(io.ReaderFrom)
		_, strings := w.(io.StringWriter)
		fmt.Fprint(w, flushes, hijacks, pushes, readsFrom, strings)
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, _ *http.Request) {
		conn, err := webSocket(w)
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "raw")
	})
	return mux
}

var exchanges = map[string]string{
	"get":          get("/echo"),
	"kept alive":   get("/echo") + get("/created") + get("/empty"),
	"head":         "HEAD /large HTTP/1.1\r\nHost: test\r\n\r\n",
	"options *":    "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
	"not found":    get("/nothing"),
	"hints":        get("/hints"),
	"large":        get("/large") + get("/echo"),
	"flushed":      get("/flushed"),
	"trailer":      get("/trailer"),
	"file":         get("/file"),
	"range":        "GET /file HTTP/1.1\r\nHost: test\r\nRange: bytes=3-7\r\n\r\n",
	"server close": get("/close") + get("/echo"),
	"deadline":     get("/deadline"),
	"abort":        get("/abort"),
	"types":        get("/types"),
	"hijack":       get("/hijack"),
	"post":         "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody" + get("/echo"),
	"unread body":  "POST /unread HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody" + get("/echo"),
	"chunks": "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"4\r\nbody\r\n0\r\n\r\n",
	"continue": "POST /echo HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n" +
		"Content-Length: 4\r\n\r\nbody",
	"client close":   "GET /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
	"1.0":            "GET /echo HTTP/1.0\r\n\r\n",
	"1.0 kept alive": "GET /created HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"no host":        "GET /echo HTTP/1.1\r\n\r\n",
	"nonsense":       "nonsense\r\n\r\n",
	"bad expect":     "GET /echo HTTP/1.1\r\nHost: test\r\nExpect: miracles\r\n\r\n",
}

var date = regexp.MustCompile(`Date: [^\r]+\r\n`)

// converse sends everything and half-closes, and returns all bytes until the server's end.
func converse(t *testing.T, addr, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	// A half-closed connection cancels requests under way, so the answers are counted instead.
	in := bufio.NewReader(conn)
	var got strings.Builder
	tee := bufio.NewReader(io.TeeReader(in, &got))
	for range strings.Count(text, " HTTP/1.") {
		response, err := http.ReadResponse(tee, method(text))
		for err == nil && response.StatusCode < 200 && response.StatusCode != 101 {
			response, err = http.ReadResponse(tee, method(text))
		}
		if err != nil {
			break
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.Close {
			break
		}
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, tee)
	return date.ReplaceAllString(got.String(), "")
}

func method(text string) *http.Request {
	name, _, _ := strings.Cut(text, " ")
	return &http.Request{Method: name}
}

// Byte for byte what net/http alone answers, the date excepted.
func TestAnswersAreThoseOfPlainNetHTTP(t *testing.T) {
	handler := handlers(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain := &http.Server{Handler: handler}
	defer plain.Close()
	go func() { _ = plain.Serve(listener) }()
	s := serve(t, Options{}, &http.Server{Handler: handler})
	for name, text := range exchanges {
		t.Run(name, func(t *testing.T) {
			want := converse(t, listener.Addr().String(), text)
			if got := converse(t, s.addr, text); got != want {
				t.Errorf("answered\n%q\nwant\n%q", got, want)
			}
			if want == "" && name != "abort" {
				t.Error("no answer to compare")
			}
		})
	}
	s.drain()
	s.wantEnd()
}
