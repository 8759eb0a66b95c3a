package moves

import "strings"

// framing finds the ends of requests in the bytes of an HTTP/1.1 connection, whatever the pieces
// they come in. It knows fewer forms than net/http: where the two might disagree about an end, or
// where no further request follows, the connection is lost to it. So an end that it finds is one.
type framing struct {
	// ended counts the requests whose last byte was delivered.
	ended int64
	// lost is final: the end of a request is not known.
	lost bool

	part part
	line []byte
	// left is what is to come of a body or chunk.
	left int64
	// length is the Content-Length of the request whose header is read; -1 without one.
	length  int64
	chunked bool
}

// part is what the next byte belongs to.
type part int

const (
	requestLine part = iota
	headerLine
	sizedBody
	chunkSize
	chunkData
	chunkEnd
	trailerLine
)

const (
	// lineMax is longer than any line that net/http accepts with its default limit.
	lineMax = 1 << 20
	// digitsMax keeps lengths far from overflow.
	digitsMax = 15
)

// clean says that what was delivered ends where a request ends.
func (f *framing) clean() bool {
	return !f.lost && f.part == requestLine && len(f.line) == 0
}

// deliver accounts for bytes that net/http was given.
func (f *framing) deliver(bytes []byte) {
	for len(bytes) > 0 && !f.lost {
		if f.part != sizedBody && f.part != chunkData {
			f.deliverByte(bytes[0])
			bytes = bytes[1:]
			continue
		}
		n := min(f.left, int64(len(bytes)))
		f.left -= n
		bytes = bytes[n:]
		if f.left == 0 {
			f.endData()
		}
	}
	if f.lost {
		f.line = nil
	}
}

// deliverByte collects a line. It has to end with CR LF: what else net/http takes for an end
// differs between the parts of a request.
func (f *framing) deliverByte(b byte) {
	end := len(f.line) - 1
	switch {
	case b == '\n' && end >= 0 && f.line[end] == '\r':
		line := string(f.line[:end])
		f.line = f.line[:0]
		f.lost = !f.take(line)
	case b == '\n' || b == 0 || end >= 0 && f.line[end] == '\r' || len(f.line) == lineMax:
		f.lost = true
	default:
		f.line = append(f.line, b)
	}
}

// take reads a line; false: the end of this request is not known.
func (f *framing) take(line string) bool {
	switch f.part {
	case requestLine:
		f.part, f.length, f.chunked = headerLine, -1, false
		return ordinary(line)
	case headerLine:
		if line == "" {
			return f.endHeader()
		}
		return f.header(line)
	case chunkSize:
		return f.chunk(line)
	case chunkEnd:
		f.part = chunkSize
		return line == ""
	default: // trailerLine
		if line == "" {
			f.end()
			return true
		}
		name, _, ok := strings.Cut(line, ":")
		return ok && isToken(name)
	}
}

// ordinary says that net/http answers a request with this first line by a handler, and that the
// next request follows it.
func ordinary(line string) bool {
	method, rest, _ := strings.Cut(line, " ")
	target, version, _ := strings.Cut(rest, " ")
	return isToken(method) && method != "CONNECT" && method != "PRI" &&
		target != "" && target != "*" && version == "HTTP/1.1"
}

func (f *framing) header(line string) bool {
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) {
		return false
	}
	value = strings.Trim(value, " \t")
	switch {
	case strings.EqualFold(name, "Content-Length"):
		length, ok := number(value, 10)
		if !ok || f.length >= 0 {
			return false
		}
		f.length = length
	case strings.EqualFold(name, "Transfer-Encoding"):
		if f.chunked || !strings.EqualFold(value, "chunked") {
			return false
		}
		f.chunked = true
	case strings.EqualFold(name, "Upgrade"):
		return false
	}
	return true
}

func (f *framing) endHeader() bool {
	switch {
	case f.chunked && f.length >= 0:
		return false
	case f.chunked:
		f.part = chunkSize
	case f.length > 0:
		f.part, f.left = sizedBody, f.length
	default:
		f.end()
	}
	return true
}

func (f *framing) chunk(line string) bool {
	// An extension follows a semicolon.
	digits, _, _ := strings.Cut(line, ";")
	size, ok := number(strings.TrimRight(digits, " \t"), 16)
	if size > 0 {
		f.part, f.left = chunkData, size
	} else {
		f.part = trailerLine
	}
	return ok
}

func (f *framing) endData() {
	if f.part == chunkData {
		f.part = chunkEnd
		return
	}
	f.end()
}

func (f *framing) end() {
	f.part = requestLine
	f.ended++
}

// number reads digits and nothing else.
func number(text string, base int64) (value int64, ok bool) {
	if text == "" || len(text) > digitsMax {
		return 0, false
	}
	for _, r := range strings.ToLower(text) {
		digit := int64(strings.IndexRune("0123456789abcdef", r))
		if digit < 0 || digit >= base {
			return 0, false
		}
		value = value*base + digit
		if value > 1<<50 {
			return 0, false
		}
	}
	return value, true
}

// isToken is RFC 9110's token: what methods and the names of header fields are made of.
func isToken(text string) bool {
	for i := range len(text) {
		b := text[i]
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if !letter && (b < '0' || b > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", b) < 0 {
			return false
		}
	}
	return text != ""
}
