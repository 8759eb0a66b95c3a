package hotpod

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
)

// farewell is an HTTP/1 response writer that adds "Connection: close" to an answer whose header is
// written during the drain and whose connection does not move, also when its request came before. net/http takes the header at the
// first write and offers no other way than [http.Server.SetKeepAlivesEnabled], which closes idle
// connections in the same moment.
//
// It has every exported method that handlers look for on net/http's own response writer. Only
// [http.MaxBytesReader] looks for an unexported one: beyond its limit, the connection is not marked
// to be closed, as under any handler that wraps the response writer.
type farewell struct {
	http.ResponseWriter
	draining *atomic.Bool
	// conn is nil where connections do not move.
	conn *moves.Conn
	// said is true once the header is out of reach or says what it should.
	said bool
}

var _ interface {
	http.Flusher
	http.Hijacker
	//lint:ignore SA1019 Handlers that still use it shall find it.
	http.CloseNotifier
	io.ReaderFrom
	io.StringWriter
	FlushError() error
	Unwrap() http.ResponseWriter
} = (*farewell)(nil)

// say is called right before net/http takes the header.
func (f *farewell) say() {
	if f.said {
		return
	}
	f.said = true
	if (f.draining.Load() || f.conn.IsLeft()) && !f.conn.GoesOn() {
		f.Header().Set("Connection", "close")
	}
}

func (f *farewell) WriteHeader(code int) {
	// Informational answers come before the one that counts.
	if code >= 200 {
		f.say()
	}
	f.ResponseWriter.WriteHeader(code)
}

func (f *farewell) Write(bytes []byte) (int, error) {
	f.say()
	return f.ResponseWriter.Write(bytes)
}

func (f *farewell) WriteString(text string) (int, error) {
	f.say()
	return io.WriteString(f.ResponseWriter, text)
}

func (f *farewell) ReadFrom(source io.Reader) (int64, error) {
	f.say()
	return io.Copy(f.ResponseWriter, source)
}

func (f *farewell) Flush() { _ = f.FlushError() }

func (f *farewell) FlushError() error {
	f.say()
	return http.NewResponseController(f.ResponseWriter).Flush()
}

func (f *farewell) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(f.ResponseWriter).Hijack()
	return moves.Plain(conn), buffers, err
}

func (f *farewell) CloseNotify() <-chan bool {
	//lint:ignore SA1019 Handlers that still use it shall get what net/http gives.
	return f.ResponseWriter.(http.CloseNotifier).CloseNotify()
}

// Unwrap is for [http.ResponseController].
func (f *farewell) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// upgrades says that the answer's Connection header may be about a change of protocol.
func upgrades(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" &&
		strings.Contains(strings.ToLower(r.Header.Get("Connection")), "upgrade")
}
