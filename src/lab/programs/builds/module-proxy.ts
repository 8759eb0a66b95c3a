/** What the scenarios about Go modules need: a module proxy that is a folder, and programs that use one module. */

/**
 * Puts a version of the module example.com/dep into a folder that serves as a proxy (`GOPROXY=file://…`). Its only content is a text.
 * Arguments: folder, version, text.
 */
export const MODULE_PROXY = `package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
)

const module = "example.com/dep"

func main() {
	proxy, version, text := os.Args[1], os.Args[2], os.Args[3]
	folder := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	check(os.MkdirAll(folder, 0o755))
	mod := "module " + module + "\\n\\ngo 1.24\\n"
	write := func(name, content string) {
		check(os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644))
	}
	write(version+".mod", mod)
	write(version+".info", fmt.Sprintf("{\\"Version\\":%q,\\"Time\\":\\"2025-01-01T00:00:00Z\\"}", version))
	list, err := os.OpenFile(filepath.Join(folder, "list"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	fmt.Fprintln(list, version)
	check(list.Close())
	file, err := os.Create(filepath.Join(folder, version+".zip"))
	check(err)
	archive := zip.NewWriter(file)
	add := func(name, content string) {
		entry, err := archive.Create(module + "@" + version + "/" + name)
		check(err)
		_, err = entry.Write([]byte(content))
		check(err)
	}
	add("go.mod", mod)
	add("dep.go", fmt.Sprintf("package dep\\n\\nconst Text = %q\\n", text))
	check(archive.Close())
	check(file.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;

/** Requires that module, in that version. */
export function goModOf(version: string): string {
  return `module lab\n\ngo 1.24\n\nrequire example.com/dep ${version}\n`;
}

/** Prints the module's text. */
export const PRINTS_TEXT = `package main

import (
	"os"

	"example.com/dep"
)

func main() {
	os.Stdout.WriteString(dep.Text + "\\n")
}
`;

/** Answers the module's text, on the socket that it is given; and below /save that text, so that two of them differ. */
export function answersText(save: string): string {
  return `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"example.com/dep"
)

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, dep.Text) })
	http.HandleFunc("/save", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, ${JSON.stringify(save)}) })
	http.Serve(listener, nil)
}
`;
}
