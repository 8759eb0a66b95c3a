/** The Go service's like for Python: SIGTERM, SIGINT and SIGQUIT end it once its requests are answered, if HANDLE is set. */
export const PYTHON_RUNTIME = `import http.server, os, signal, threading, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            print("asked", flush=True)
            time.sleep(int(os.environ["SLOW_MS"]) / 1000)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok\\n")

    def log_message(self, *words):
        pass

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)

def told(number, frame):
    name = signal.Signals(number).name
    os.write(1, ("told " + name + "\\n").encode())
    if name in ("SIGTERM", "SIGINT", "SIGQUIT"):
        threading.Thread(target=server.shutdown).start()

if os.environ.get("HANDLE"):
    for name in ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"):
        signal.signal(getattr(signal, name), told)
print("up", flush=True)
server.serve_forever()
server.server_close()
`;
