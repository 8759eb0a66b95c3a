import { GO_VERSION, goSource } from "#lab/programs/go-source.js";

/** A service in Go with hotpod's SDK. It answers its version, which stands in the last sixteen bytes of its file. */
export const SDK_SERVICE = goSource(GO_VERSION, {
  imports: ["context", "fmt", "github.com/hotpod/hotpod/sdk/go", "net/http", "os"],
  code: `func main() {
	own := version()
	listener, err := hotpod.Listen("tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, own) })
	if err := hotpod.Serve(context.Background(), &http.Server{}, listener); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`,
});
