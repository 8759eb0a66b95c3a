import { hashOfFile, hashOfFolder } from "#edge/watch/config-files.js";

/** A value of a ConfigMap. */
type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly base64: string };

/** The hash that a hotpod in the pod tells of a file with this content. */
export function hashOfValue(value: Content): string {
  return hashOfFile(bytesOf(value));
}

/** The same of a folder of such files. */
export function hashOfValues(files: readonly { name: string; value: Content }[]): string {
  return hashOfFolder(
    files.map(({ name, value }) => ({ name, text: bytesOf(value).toString("utf8") })),
  );
}

function bytesOf(value: Content): Buffer {
  return value.kind === "text"
    ? Buffer.from(value.text, "utf8")
    : Buffer.from(value.base64, "base64");
}
