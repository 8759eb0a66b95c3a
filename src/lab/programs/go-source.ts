/** A piece of a Go program: what it imports, and its declarations. */
export interface GoPart {
  readonly imports: readonly string[];
  readonly code: string;
}

/** One file of package main out of these pieces. */
export function goSource(...parts: readonly GoPart[]): string {
  const imports = [...new Set(parts.flatMap((part) => part.imports))].sort();
  const lines = imports.map((path) => `\t"${path}"\n`);
  return `package main\n\nimport (\n${lines.join("")})\n\n${parts.map(({ code }) => code).join("\n")}`;
}

/** `listen()`: the socket that it is given (LISTEN_FDS), else one of its own on HOST and PORT. Without either the program ends with 1. */
export const GO_LISTEN: GoPart = {
  imports: ["fmt", "net", "os"],
  code: `func listen() net.Listener {
	var listener net.Listener
	var err error
	if os.Getenv("LISTEN_FDS") != "" {
		listener, err = net.FileListener(os.NewFile(3, "listener"))
	} else {
		listener, err = net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return listener
}
`,
};

/** `serveUntilTerm(server, listener)`: at SIGTERM and SIGINT it ends by http.Server.Shutdown, which waits for what is under way. */
export const GO_DRAIN: GoPart = {
  imports: ["context", "net", "net/http", "os", "os/signal", "syscall"],
  code: `func serveUntilTerm(server *http.Server, listener net.Listener) {
	done := make(chan struct{})
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-term
		server.Shutdown(context.Background())
		close(done)
	}()
	if err := server.Serve(listener); err == http.ErrServerClosed {
		<-done
	}
}
`,
};

/** `version()`: what stands in the last sixteen bytes of the program's own file. */
export const GO_VERSION: GoPart = {
  imports: ["os", "strings"],
  code: `func version() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(content[len(content)-16:]))
}
`,
};
