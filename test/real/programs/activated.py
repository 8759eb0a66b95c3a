# The standard library's HTTP server on the first passed socket, checked as sd_listen_fds(3) does.
import http.server, os, socket, socketserver

assert os.environ["LISTEN_PID"] == str(os.getpid()) and int(os.environ["LISTEN_FDS"]) >= 1

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write((os.environ["HOTPOD_GENERATION"] + " " + os.environ["LISTEN_FDNAMES"]).encode())
    def log_message(self, *args): pass

server = socketserver.TCPServer(("", 0), Handler, bind_and_activate=False)
server.socket = socket.socket(fileno=3)
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.connect(os.environ["NOTIFY_SOCKET"])
n.send(b"READY=1")
server.serve_forever()
