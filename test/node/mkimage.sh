#!/usr/bin/env bash
# mkimage.sh NAME FOLDER ENTRYPOINT: writes FOLDER as a one-layer OCI image archive to standard
# output, for `ctr images import -`. No Docker, no registry; equal folders give equal images.
set -euo pipefail
name=$1 folder=$2 entrypoint=$3
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
blobs=$out/blobs/sha256
mkdir -p "$blobs"

# keep FILE: moves it among the blobs and prints its digest.
keep() {
  local digest
  digest=$(sha256sum "$1" | cut -d' ' -f1)
  mv "$1" "$blobs/$digest"
  echo "$digest"
}
# descriptor TYPE DIGEST [MORE]: the JSON by which one blob names another.
descriptor() {
  printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s%s}' \
    "$1" "$2" "$(stat -c %s "$blobs/$2")" "${3:-}"
}

case $(uname -m) in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  *) echo "mkimage: no image architecture is known for $(uname -m)" >&2; exit 1 ;;
esac
tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$out/layer" .
layer=$(keep "$out/layer")
printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["%s"],"Env":["PATH=/bin"]},%s}' \
  "$arch" "$entrypoint" \
  "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$layer\"]}" >"$out/config"
config=$(keep "$out/config")
printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
  application/vnd.oci.image.manifest.v1+json \
  "$(descriptor config.v1+json "$config")" "$(descriptor layer.v1.tar "$layer")" >"$out/manifest"
manifest=$(keep "$out/manifest")
printf '{"schemaVersion":2,"manifests":[%s]}' "$(descriptor manifest.v1+json "$manifest" \
  ",\"annotations\":{\"io.containerd.image.name\":\"$name\"}")" >"$out/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
tar -C "$out" -cf - oci-layout index.json blobs
