/** A Go program: puts a folder into a module proxy of files, for GOPROXY=file://…: PROXY MODULE VERSION FOLDER. */
export const MODULE_PROXY = `package main

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	proxy, module, version, folder := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	at := filepath.Join(proxy, module, "@v")
	must(os.MkdirAll(at, 0o755))
	list, err := os.OpenFile(filepath.Join(at, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	must(err)
	fmt.Fprintln(list, version)
	must(list.Close())
	info := fmt.Sprintf("{\\"Version\\":%q,\\"Time\\":\\"2024-01-01T00:00:00Z\\"}", version)
	must(os.WriteFile(filepath.Join(at, version+".info"), []byte(info), 0o644))
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	must(err)
	must(os.WriteFile(filepath.Join(at, version+".mod"), mod, 0o644))
	file, err := os.Create(filepath.Join(at, version+".zip"))
	must(err)
	archive := zip.NewWriter(file)
	must(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		text, err := os.ReadFile(path)
		must(err)
		part, err := archive.Create(module + "@" + version + "/" + filepath.ToSlash(name))
		must(err)
		_, err = part.Write(text)
		return err
	}))
	must(archive.Close())
	must(file.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;
