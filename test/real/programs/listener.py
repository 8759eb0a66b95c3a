# Listens on host, port with (`shared`) or without SO_REUSEPORT, says so, and ends at the end of standard input. A fourth
# argument: `only` for an IPv6 socket that takes no IPv4, `udp` for datagrams.
import socket, sys
host, port, shared, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "shared", sys.argv[4:]
family = socket.AF_INET6 if ":" in host else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM if kind == ["udp"] else socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1 if shared else 0)
if family == socket.AF_INET6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if kind == ["only"] else 0)
s.bind((host, port))
if kind != ["udp"]:
    s.listen(16)
print("listening", flush=True)
sys.stdin.read()
