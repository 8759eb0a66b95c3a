package hotpod

import (
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
	"github.com/hotpod/hotpod/sdk/go/internal/succession"
)

// inherited is what this process was started with. Taken over once: the descriptors belong to the
// process, so there is exactly one such set.
var inherited = sync.OnceValues(adopt)

// inheritance is the set of sockets that the supervisor offered, each given out once.
type inheritance struct {
	mu     sync.Mutex
	offers []*offer
	// moves is nil where connections do not move.
	moves *moves.Moves
	// foreignPID is the process the sockets were meant for when it is not this one; else "".
	foreignPID string
	// from is the process that started this one by SelfUpgrade; else nil.
	from *succession.Predecessor
}

// offer is one inherited socket: a listener or a packet connection.
type offer struct {
	name     string
	listener net.Listener
	packet   net.PacketConn
	taken    bool
	// unlinks says that a Unix socket's file is this process's to remove at its end.
	unlinks bool
}

// origins has an origin for each listener that was given out and whose connections may move.
var origins sync.Map

type origin struct {
	moves *moves.Moves
	name  string
}

// withMoves has connections of inherited TCP listeners move, and adds the listeners on which they
// arrive. rooted says that those of some other listener stay.
func withMoves(listeners []net.Listener) (all []net.Listener, m *moves.Moves, rooted bool) {
	var landed []net.Listener
	for _, listener := range listeners {
		from, _ := origins.Load(listener)
		o, ok := from.(origin)
		tcp, isTCP := listener.(*net.TCPListener)
		if ok && isTCP {
			m = o.moves
			own, others := m.Open(o.name, tcp)
			listener, landed = own, append(landed, others)
		} else {
			rooted = true
		}
		all = append(all, listener)
	}
	return append(all, landed...), m, rooted
}

// Listen returns the inherited listening socket for this address. Outside hotpod it is
// [net.Listen].
//
//   - "http=:8080" takes the socket that hotpod was given as --listen http=…, on whatever address,
//     else one that fits ":8080". Outside hotpod it listens on ":8080". The best way for a service.
//   - ":8080" takes a socket on port 8080 of whatever address, for the supervisor decides how wide to
//     listen; "127.0.0.1:8080" takes none that is wider than it.
//   - "name=http" takes the socket of that name and nothing else, as [ListenNamed] does.
//
// Each socket is given out once; port 0 never means an inherited one. Under hotpod it is an error
// that no socket matches, which names those offered. The first call tells the supervisor to wait
// until [Serve] announces readiness.
func Listen(network, addr string) (net.Listener, error) {
	offered, err := begin()
	if err != nil {
		return nil, err
	}
	found, plain, err := offered.take(network, addr, (*offer).streamAddr)
	if err != nil {
		return nil, err
	}
	if found != nil {
		if offered.moves != nil {
			origins.Store(found.listener, origin{offered.moves, found.name})
		}
		sockets.Own.Add(found.name, found.listener, found.unlinks)
		return found.listener, nil
	}
	listener, err := net.Listen(network, plain)
	if err != nil {
		return nil, offered.explain(err)
	}
	name, _ := splitName(network, addr)
	sockets.Own.Add(name, listener, sockets.UnlinksItself(listener))
	return listener, nil
}

// ListenNamed returns the inherited listening socket that hotpod was given as --listen name=….
// Outside hotpod it is an error.
func ListenNamed(name string) (net.Listener, error) {
	return Listen("tcp", "name="+name)
}

// ListenPacket is [Listen] for datagrams ("udp", "udp4", "udp6").
func ListenPacket(network, addr string) (net.PacketConn, error) {
	offered, err := begin()
	if err != nil {
		return nil, err
	}
	found, plain, err := offered.take(network, addr, (*offer).packetAddr)
	if err != nil {
		return nil, err
	}
	if found != nil {
		sockets.Own.Add(found.name, found.packet, false)
		return found.packet, nil
	}
	conn, err := net.ListenPacket(network, plain)
	if err != nil {
		return nil, offered.explain(err)
	}
	name, _ := splitName(network, addr)
	sockets.Own.Add(name, conn, false)
	return conn, nil
}

func begin() (*inheritance, error) {
	offered, err := inherited()
	if err != nil {
		return nil, err
	}
	return offered, greet()
}

// before is the process that started this one by SelfUpgrade, or nil.
func before() *succession.Predecessor {
	offered, err := inherited()
	if err != nil {
		return nil
	}
	return offered.from
}

// take finds the socket wanted among those of one kind. Where the caller shall listen by itself it
// returns no socket, but the address for that.
func (s *inheritance) take(
	network, addr string, of func(*offer) net.Addr,
) (found *offer, plain string, err error) {
	name, plain := splitName(network, addr)
	if name != "" {
		found = s.claim(func(o *offer) int {
			if of(o) != nil && o.name == name {
				return rankExact
			}
			return 0
		})
	}
	if found == nil && plain != "" {
		found = s.claim(wantAddress(network, plain, of))
	}
	onlyNamed := plain == ""
	if found == nil && (onlyNamed || s.any() && underHotpod() && !anyPort(network, plain)) {
		return nil, "", s.missing(fmt.Sprintf("for %s %q", network, addr))
	}
	return found, plain, nil
}

// splitName parts "http=:8080" into name and address. "name=http" has no address, ":8080" no name.
func splitName(network, addr string) (name, plain string) {
	before, after, ok := strings.Cut(addr, "=")
	switch {
	case !ok:
		return "", addr
	case before == "name":
		return after, ""
	case strings.HasPrefix(network, "unix") || strings.ContainsAny(before, "/:"):
		return "", addr
	}
	return before, after
}

// claim takes the best offer that nobody has. want gives 0 for "no", and more for a better match.
func (s *inheritance) claim(want func(*offer) int) *offer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var best *offer
	bestRank := 0
	for _, o := range s.offers {
		if rank := want(o); !o.taken && rank > bestRank {
			best, bestRank = o, rank
		}
	}
	if best != nil {
		best.taken = true
	}
	return best
}

func (s *inheritance) any() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.offers) > 0
}

// drop closes what nobody took: with the process before this one nobody serves it any more.
func (s *inheritance) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.offers {
		switch {
		case o.taken:
		case o.listener != nil:
			_ = o.listener.Close()
		default:
			_ = o.packet.Close()
		}
	}
	s.offers = nil
}

func (s *inheritance) missing(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.offers) == 0 {
		return s.explain(fmt.Errorf("hotpod: no inherited socket %s: none was offered; "+
			"start the service with hotpod run --listen", what))
	}
	offered := make([]string, 0, len(s.offers))
	for _, o := range s.offers {
		offered = append(offered, o.String())
	}
	return fmt.Errorf("hotpod: no inherited socket %s; offered: %s; declare it with "+
		"hotpod run --listen, or use package net for a port that is not handed over",
		what, strings.Join(offered, ", "))
}

// explain adds the likeliest cause to an error: a shell between the supervisor and this process.
func (s *inheritance) explain(err error) error {
	if err == nil || s.foreignPID == "" {
		return err
	}
	return fmt.Errorf("%w (sockets were passed to process %s, but this is process %d: "+
		"start the service with exec)", err, s.foreignPID, os.Getpid())
}

func (o *offer) addr() net.Addr {
	if o.listener != nil {
		return o.listener.Addr()
	}
	return o.packet.LocalAddr()
}

func (o *offer) streamAddr() net.Addr {
	if o.listener == nil {
		return nil
	}
	return o.listener.Addr()
}

func (o *offer) packetAddr() net.Addr {
	if o.packet == nil {
		return nil
	}
	return o.packet.LocalAddr()
}

func (o *offer) String() string {
	taken := ""
	if o.taken {
		taken = ", taken"
	}
	return fmt.Sprintf("%s (%s %s%s)", o.name, o.addr().Network(), o.addr(), taken)
}
