/** `reg:5000/golang:1.22.5@sha256:…` */
export interface ImageReference {
  /** `reg:5000/golang` */
  readonly repository: string;
  /** `golang` */
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

export function imageReference(text: string): ImageReference {
  const [whole = "", digest = null] = text.split("@");
  // A colon before a slash belongs to the registry's port.
  const slash = whole.lastIndexOf("/");
  const colon = whole.indexOf(":", slash + 1);
  const repository = colon < 0 ? whole : whole.slice(0, colon);
  return {
    repository,
    name: repository.slice(slash + 1),
    tag: colon < 0 ? null : whole.slice(colon + 1),
    digest,
  };
}

/** What a base image brings, as far as its name is known for it. */
export type BaseFamily =
  | "scratch"
  | "distroless"
  | "distroless-debug"
  | "musl"
  | "glibc"
  | "unknown";

const GLIBC =
  /^(debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|ubi\d*(-minimal)?|node|python|golang|ruby|openjdk|eclipse-temurin|rust|buildpack-deps|nginx|redis|postgres)$/;

export function baseFamily(text: string): BaseFamily {
  if (text === "scratch") return "scratch";
  const { repository, name, tag } = imageReference(text);
  if (repository.startsWith("gcr.io/distroless/")) {
    return /debug/.test(tag ?? "") ? "distroless-debug" : "distroless";
  }
  if (name === "alpine" || name === "busybox" || /alpine/.test(tag ?? "")) return "musl";
  return GLIBC.test(name) ? "glibc" : "unknown";
}

/** `1.22.5` of `golang:1.22.5-alpine`; null: no tag of Go says a minor version. */
export function goVersionOf(text: string): string | null {
  const { name, tag } = imageReference(text);
  if (name !== "golang") return null;
  return /^(\d+\.\d+(?:\.\d+)?)(?:-|$)/.exec(tag ?? "")?.[1] ?? null;
}
