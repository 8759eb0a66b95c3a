package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"
)

// request is what is sent and what has to come back, after the version.
type request struct{ text, answer string }

// falseEnd looks like the end of a request, for whoever counts bytes wrongly.
const falseEnd = "ab\r\n\r\nGET /false HTTP/1.1\r\nHost: test\r\n\r\n0\r\n\r\n"

// anyRequest is a GET, a POST with its length, or one in chunks of any size.
func anyRequest(path string, random *rand.Rand) request {
	body := strings.Repeat(falseEnd, random.IntN(8))
	if random.IntN(8) == 0 {
		// Longer than any buffer of net/http.
		body = strings.Repeat(falseEnd, 200+random.IntN(400))
	}
	body += strings.Repeat("c", random.IntN(60))
	switch random.IntN(3) {
	case 0:
		return request{
			fmt.Sprintf("GET %s HTTP/1.1\r\nHost: test\r\n\r\n", path), answerTo("GET", path, ""),
		}
	case 1:
		text := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
		return request{text, answerTo("POST", path, body)}
	}
	var chunks strings.Builder
	for left := body; left != ""; {
		size := 1 + random.IntN(len(left))
		fmt.Fprintf(&chunks, "%x\r\n%s\r\n", size, left[:size])
		left = left[size:]
	}
	text := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n", path, chunks.String())
	return request{text, answerTo("POST", path, body)}
}

func answerTo(method, path, body string) string {
	return fmt.Sprintf("%s %s %x", method, path, sha256.Sum256([]byte(body)))
}

// send writes in pieces cut at any byte, always or now and then, with short pauses. What cannot be sent shows in the answers.
func send(conn net.Conn, text string, always bool, random *rand.Rand) {
	cut := always || random.IntN(4) == 0
	for text != "" {
		size := len(text)
		if cut {
			size = 1 + random.IntN(len(text))
			if random.IntN(2) == 0 {
				size = min(size, 1+random.IntN(8))
			}
		}
		if _, err := io.WriteString(conn, text[:size]); err != nil {
			return
		}
		text = text[size:]
		if text != "" && random.IntN(3) == 0 {
			time.Sleep(time.Duration(random.IntN(3_000)) * time.Microsecond)
		}
	}
}
