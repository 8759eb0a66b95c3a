package moves

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

const (
	aGet     = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n"
	aPost    = "POST /b HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nab\r\n\r\ncde"
	anEmpty  = "POST /c HTTP/1.1\r\nHost: test\r\ncontent-length:0 \r\n\r\n"
	aChunked = "PUT /d HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"5\r\nab\r\nc\r\nA;name=\"x\"\r\n0123456789\r\n0\r\n\r\n"
	aTrailer = "PUT /e HTTP/1.1\r\nHost: test\r\nTrailer: Sum\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"1\r\na\r\n0\r\nSum: 1\r\nMore: 2\r\n\r\n"
)

func TestFramingFindsTheEndOfEveryRequest(t *testing.T) {
	requests := []string{aGet, aPost, aChunked, anEmpty, aTrailer, aGet}
	whole := strings.Join(requests, "")
	ends := map[int]bool{0: true}
	end := 0
	for _, request := range requests {
		end += len(request)
		ends[end] = true
	}
	for _, step := range []int{1, 2, 3, 7, 64, len(whole)} {
		f := framing{}
		for at := 0; at < len(whole); {
			next := min(at+step, len(whole))
			f.deliver([]byte(whole[at:next]))
			at = next
			if f.lost || f.clean() != ends[at] {
				t.Fatalf("steps of %d: after %q clean is %v, lost %v", step, whole[:at], f.clean(), f.lost)
			}
		}
		if f.ended != int64(len(requests)) {
			t.Errorf("steps of %d: %d requests ended, want %d", step, f.ended, len(requests))
		}
	}
}

func TestFramingGivesUpWhereTheEndIsInDoubt(t *testing.T) {
	post := "POST / HTTP/1.1\r\nHost: test\r\n"
	chunked := post + "Transfer-Encoding: chunked\r\n\r\n"
	for name, text := range map[string]string{
		"HTTP/1.0":                  "GET / HTTP/1.0\r\n\r\n",
		"HTTP/2":                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"TLS":                       "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"bytes after a body":        aPost + "\r\n" + aGet,
		"CONNECT":                   "CONNECT test:80 HTTP/1.1\r\nHost: test:80\r\n\r\n",
		"OPTIONS *":                 "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
		"an upgrade":                "GET / HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n\r\n",
		"LF alone":                  "GET / HTTP/1.1\nHost: test\n\n",
		"CR alone":                  "GET / HTTP/1.1\r\nHost: te\rst\r\n\r\n",
		"a folded line":             post + "X: 1\r\n 2\r\n\r\n",
		"two lengths":               post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
		"a list of lengths":         post + "Content-Length: 1, 1\r\n\r\na",
		"a signed length":           post + "Content-Length: +1\r\n\r\na",
		"an endless length":         post + "Content-Length: 9999999999999999\r\n\r\n",
		"both framings":             post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"another coding":            post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
		"a chunk size in doubt":     chunked + "0x5\r\n",
		"no chunk size":             chunked + "\r\n",
		"a negative chunk size":     chunked + "-1\r\n",
		"a chunk longer than said":  chunked + "1\r\nab\r\n",
		"a chunk size ended by LF":  chunked + "1\na\r\n",
		"a trailer that is none":    chunked + "0\r\nnothing\r\n\r\n",
		"a header name with spaces": post + "Content-Length : 1\r\n\r\na",
	} {
		f := framing{}
		f.deliver([]byte(text))
		if f.deliver([]byte(aGet)); !f.lost || f.clean() {
			t.Errorf("%s: lost %v, clean %v", name, f.lost, f.clean())
		}
	}
}

// Wherever the framing says that a request ends, net/http says so; and where the bytes are cut does
// not matter.
func FuzzFraming(f *testing.F) {
	for _, seed := range []string{
		aGet, aPost, anEmpty, aChunked, aTrailer, aGet + aPost + aChunked + aTrailer + aGet,
		aPost + "\r\n" + aGet, "GET / HTTP/1.0\r\n\r\n" + aGet, "GET / HTTP/1.1\nHost: x\n\n" + aGet,
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tChunked \r\n\r\n0a \r\n0123456789\r\n00\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 05\r\n\r\nabcde" + aGet,
		"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		f.Add([]byte(seed), []byte{1, 5, 0, 40})
		f.Add([]byte(seed), []byte{})
	}
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		ends, refused := endsOf(stream)
		one, cut := framing{}, framing{}
		next := 0
		for at := range stream {
			before := one.ended
			one.deliver(stream[at : at+1])
			if one.ended == before || one.ended > int64(len(ends)) && refused {
				continue
			}
			if one.ended > int64(len(ends)) || ends[before] != at+1 {
				t.Fatalf("request %d ends at %d of %q; net/http: %v", one.ended, at+1, stream, ends)
			}
		}
		for i := 0; next < len(stream); i++ {
			step := len(stream)
			if i < len(cuts) {
				step = 1 + int(cuts[i])
			}
			end := min(next+step, len(stream))
			cut.deliver(stream[next:end])
			next = end
		}
		if one.lost != cut.lost || one.ended != cut.ended || one.clean() != cut.clean() {
			t.Fatalf("cut by %v, %q: lost %v, %d ended, clean %v; byte by byte: %v, %d, %v", cuts, stream,
				cut.lost, cut.ended, cut.clean(), one.lost, one.ended, one.clean())
		}
	})
}

// endsOf asks net/http where requests end. refused: it would end the connection after the last of
// them, with an error.
func endsOf(stream []byte) (ends []int, refused bool) {
	source := bytes.NewReader(stream)
	in := bufio.NewReader(source)
	for {
		request, err := http.ReadRequest(in)
		if err == nil {
			_, err = io.Copy(io.Discard, request.Body)
		}
		if err != nil {
			return ends, !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
		}
		ends = append(ends, len(stream)-source.Len()-in.Buffered())
	}
}
