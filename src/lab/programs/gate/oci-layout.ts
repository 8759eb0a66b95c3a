/**
 * A Go program: writes an image as an OCI layout in a folder, with one layer. Arguments: folder, the image's configuration (a file of
 * JSON), then for each of its files three words: mode (octal), file of this machine, path in the image.
 */
export const OCI_LAYOUT = `package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

type object map[string]any

func main() {
	layout := os.Args[1]
	check(os.MkdirAll(filepath.Join(layout, "blobs", "sha256"), 0o755))
	layer, diff := layerOf(os.Args[3:])
	text, err := os.ReadFile(os.Args[2])
	check(err)
	config := object{}
	check(json.Unmarshal(text, &config))
	config["rootfs"] = object{"type": "layers", "diff_ids": []string{diff}}
	manifest := object{
		"schemaVersion": 2,
		"mediaType":     "application/vnd.oci.image.manifest.v1+json",
		"config":        put(layout, "application/vnd.oci.image.config.v1+json", encoded(config)),
		"layers":        []object{put(layout, "application/vnd.oci.image.layer.v1.tar+gzip", layer)},
	}
	named := put(layout, "application/vnd.oci.image.manifest.v1+json", encoded(manifest))
	index := object{"schemaVersion": 2, "manifests": []object{named}}
	check(os.WriteFile(filepath.Join(layout, "index.json"), encoded(index), 0o644))
	check(os.WriteFile(filepath.Join(layout, "oci-layout"), []byte("{\\"imageLayoutVersion\\":\\"1.0.0\\"}"), 0o644))
}

func layerOf(words []string) (packed []byte, diff string) {
	var plain bytes.Buffer
	archive := tar.NewWriter(&plain)
	for ; len(words) >= 3; words = words[3:] {
		mode, err := strconv.ParseInt(words[0], 8, 64)
		check(err)
		content, err := os.ReadFile(words[1])
		check(err)
		check(archive.WriteHeader(&tar.Header{Name: words[2], Mode: mode, Size: int64(len(content))}))
		_, err = archive.Write(content)
		check(err)
	}
	check(archive.Close())
	var packing bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packing, gzip.BestSpeed)
	check(err)
	_, err = writer.Write(plain.Bytes())
	check(err)
	check(writer.Close())
	return packing.Bytes(), digest(plain.Bytes())
}

func put(layout, kind string, content []byte) object {
	name := digest(content)
	check(os.WriteFile(filepath.Join(layout, "blobs", "sha256", name[7:]), content, 0o644))
	return object{"mediaType": kind, "digest": name, "size": len(content)}
}

func digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func encoded(value any) []byte {
	text, err := json.Marshal(value)
	check(err)
	return text
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;
