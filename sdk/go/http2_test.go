package hotpod

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// longDrain is never waited for: tests that need its end would not finish in time.
const longDrain = 10 * time.Minute

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serveTLS returns a server over TLS and a client that trusts it and speaks HTTP/2.
func serveTLS(t *testing.T, handler http.Handler) (*served, *http.Client) {
	t.Helper()
	own, pool := certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{own}},
	}
	s := serveOn(t, Options{Drain: longDrain}, server, listener, true)
	s.awaitReady()
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return s, &http.Client{Transport: transport, Timeout: patience}
}

func fetch(t *testing.T, client *http.Client, url string) (proto int, body string) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	bytes, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.ProtoMajor, string(bytes)
}

// The drain time is ten minutes: only GOAWAY ends an idle connection before the test's own end.
func TestHTTP2OverTLSIdleConnectionIsSentAway(t *testing.T) {
	s, client := serveTLS(t, echo)
	if proto, body := fetch(t, client, "https://"+s.addr+"/idle"); proto != 2 || body != "/idle " {
		t.Fatalf("HTTP/%d answered %q", proto, body)
	}
	s.drain()
	s.wantEnd()
}

func TestHTTP2OverTLSStreamUnderWayIsAnswered(t *testing.T) {
	g := newGate()
	s, client := serveTLS(t, g)
	answered := make(chan string, 1)
	go func() {
		_, body := fetch(t, client, "https://"+s.addr+"/slow")
		answered <- body
	}()
	receive(t, "the request", g.entered)
	s.drain()
	close(g.release)
	if body := receive(t, "the answer", answered); body != "/slow " {
		t.Fatalf("answered %q", body)
	}
	s.wantEnd()
}

func TestHTTP1OverTLSIsALameDuck(t *testing.T) {
	s, client := serveTLS(t, echo)
	config := client.Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = []string{"http/1.1"}
	conn, err := tls.Dial("tcp", s.addr, config)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, conn)
	c.send(get("/before"))
	c.wantAnswer("/before ", false)
	s.drain()
	c.send(get("/after"))
	c.wantAnswer("/after ", true)
	s.wantEnd()
}

// protocolsOverTCP lets a server and a client speak HTTP/2 without TLS.
func protocolsOverTCP() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return protocols
}

func TestHTTP2WithoutTLSStreamUnderWayIsAnswered(t *testing.T) {
	g := newGate()
	server := &http.Server{Handler: g, Protocols: protocolsOverTCP()}
	s := serve(t, Options{Drain: longDrain}, server)
	only := new(http.Protocols)
	only.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: only}, Timeout: patience}
	answered := make(chan string, 1)
	go func() {
		_, body := fetch(t, client, "http://"+s.addr+"/slow")
		answered <- body
	}()
	receive(t, "the request", g.entered)
	s.drain()
	close(g.release)
	if body := receive(t, "the answer", answered); body != "/slow " {
		t.Fatalf("answered %q", body)
	}
	s.wantEnd()
}

// Frame by frame: an idle connection gets GOAWAY without an error, then the end.
func TestHTTP2GoAwayFrame(t *testing.T) {
	server := &http.Server{Handler: echo, Protocols: protocolsOverTCP()}
	s := serve(t, Options{Drain: longDrain}, server)
	c := s.dial()
	const settings, ack, goAway = 4, 1, 7
	emptySettings := string([]byte{0, 0, 0, settings, 0, 0, 0, 0, 0})
	c.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + emptySettings)
	readFrame := func() (kind, flags byte, payload []byte, err error) {
		header := make([]byte, 9)
		if _, err := io.ReadFull(c.in, header); err != nil {
			return 0, 0, nil, err
		}
		length := int(header[0])<<16 | int(header[1])<<8 | int(header[2])
		payload = make([]byte, length)
		_, err = io.ReadFull(c.in, payload)
		return header[3], header[4], payload, err
	}
	// The server has taken the connection over when it acknowledges the client's settings.
	for acknowledged := false; !acknowledged; {
		kind, flags, _, err := readFrame()
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = kind == settings && flags == ack
	}
	s.drain()
	for {
		kind, _, payload, err := readFrame()
		if err != nil {
			t.Fatalf("no GOAWAY: %v", err)
		}
		if kind == goAway {
			if code := binary.BigEndian.Uint32(payload[4:8]); code != 0 {
				t.Errorf("GOAWAY with error %d", code)
			}
			break
		}
	}
	s.wantEnd()
	c.wantEOF()
}

// A service that brings its own HTTP/2 keeps it.
func TestHTTP2OfTheServiceIsKept(t *testing.T) {
	own := map[string]func(*http.Server, *tls.Conn, http.Handler){}
	server := &http.Server{Handler: echo, TLSNextProto: own}
	s := serve(t, Options{}, server)
	s.drain()
	s.wantEnd()
	if server.TLSNextProto == nil || len(server.TLSNextProto) > 0 {
		t.Fatalf("TLSNextProto is %v", server.TLSNextProto)
	}
}
