import { imageReference } from "./image-reference.js";

export type Shell = "dash" | "ash" | "bash";

/** Official images that are built on Debian or Ubuntu unless their tag says otherwise. */
const DEBIAN = new Set(
  "debian ubuntu buildpack-deps golang node python ruby rust php perl httpd nginx redis postgres mariadb eclipse-temurin maven gradle tomcat".split(
    " ",
  ),
);
const FEDORA = /^(fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|ubi\d*(-minimal)?)$/;

/** What `/bin/sh` is in a base image, as far as its name says; null: not known. */
export function shellOfBase(text: string): Shell | null {
  const { repository, name, tag } = imageReference(text);
  if (repository.startsWith("gcr.io/distroless/")) return /debug/.test(tag ?? "") ? "ash" : null;
  if (!isOfficial(repository)) return FEDORA.test(name) ? "bash" : null;
  const variant = tag ?? "";
  if (/windows|nanoserver/.test(variant)) return null;
  if (name === "alpine" || name === "busybox" || /alpine|busybox/.test(variant)) return "ash";
  if (FEDORA.test(name) || /(^|-)(ubi\d*|oraclelinux|ol\d|al2|amazonlinux)/.test(variant)) {
    return "bash";
  }
  return DEBIAN.has(name) ? "dash" : null;
}

/** `golang`, `docker.io/library/golang`, and a mirror's `reg:5000/golang`. */
function isOfficial(repository: string): boolean {
  const [first = "", ...rest] = repository.split("/");
  const isHost = /[.:]/.test(first) || first === "localhost";
  const path = isHost ? rest : [first, ...rest];
  return path.length === 1 || path.at(-2) === "library";
}
