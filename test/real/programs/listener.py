# Listens on host, port with or without SO_REUSEPORT, says so, and ends at the end of standard input.
import socket, sys
host, port, shared = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "shared"
s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1 if shared else 0)
s.bind((host, port))
s.listen(16)
print("listening", flush=True)
sys.stdin.read()
