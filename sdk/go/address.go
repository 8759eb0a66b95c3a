package hotpod

import (
	"net"
	"strings"
)

// How well an inherited address fits the wanted one; 0 is not at all.
const (
	rankNarrower = 1
	rankExact    = 2
)

// wantAddress ranks an offer by its address. A wanted address that cannot be resolved matches
// nothing, so that package net reports it.
func wantAddress(network, addr string, of func(*offer) net.Addr) func(*offer) int {
	none := func(*offer) int { return 0 }
	if strings.HasPrefix(network, "unix") {
		return func(o *offer) int {
			if have, ok := of(o).(*net.UnixAddr); ok && have.Name == addr && have.Net == network {
				return rankExact
			}
			return 0
		}
	}
	ip, port, ok := resolve(network, addr)
	if !ok || port == 0 {
		return none
	}
	local := strings.HasPrefix(addr, "localhost:")
	return func(o *offer) int {
		haveIP, havePort, ok := split(of(o))
		if !ok || havePort != port {
			return 0
		}
		if local && haveIP.IsLoopback() {
			return rankExact
		}
		return rankIP(network, ip, haveIP)
	}
}

func rankIP(network string, want, have net.IP) int {
	if strings.HasSuffix(network, "6") && have.To4() != nil {
		return 0
	}
	anyWanted := want == nil || want.IsUnspecified()
	switch {
	case anyWanted && have.IsUnspecified(), !anyWanted && want.Equal(have):
		return rankExact
	case anyWanted && (!strings.HasSuffix(network, "4") || have.To4() != nil):
		return rankNarrower
	}
	return 0
}

func resolve(network, addr string) (net.IP, int, bool) {
	switch {
	case strings.HasPrefix(network, "tcp"):
		if want, err := net.ResolveTCPAddr(network, addr); err == nil {
			return want.IP, want.Port, true
		}
	case strings.HasPrefix(network, "udp"):
		if want, err := net.ResolveUDPAddr(network, addr); err == nil {
			return want.IP, want.Port, true
		}
	}
	return nil, 0, false
}

// anyPort says that the address leaves the port to the kernel, which no inherited socket can be.
func anyPort(network, addr string) bool {
	_, port, ok := resolve(network, addr)
	return ok && port == 0
}

func split(addr net.Addr) (net.IP, int, bool) {
	switch have := addr.(type) {
	case *net.TCPAddr:
		return have.IP, have.Port, true
	case *net.UDPAddr:
		return have.IP, have.Port, true
	}
	return nil, 0, false
}
