import { KUBE_FIELDS } from "./kube-fields.js";

/** How a field's JSON is read. Names of Go's types where an error names them. */
export type FieldType =
  | {
      readonly kind: "string" | "bool" | "int32" | "int64" | "quantity" | "int-or-string" | "any";
    }
  | { readonly kind: "list"; readonly of: FieldType }
  | { readonly kind: "map"; readonly of: FieldType }
  | { readonly kind: "struct"; readonly name: string };

export type Struct = ReadonlyMap<string, FieldType>;
export type StructTable = ReadonlyMap<string, Struct>;

export function readStructTable(): StructTable {
  const table = new Map<string, Struct>();
  for (const line of KUBE_FIELDS.trim().split("\n")) {
    const [name = "", ...fields] = line.split(" ");
    table.set(name, new Map(fields.map(fieldOf)));
  }
  return table;
}

function fieldOf(text: string): [string, FieldType] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon), typeOf(text.slice(colon + 1))];
}

function typeOf(text: string): FieldType {
  if (text.startsWith("[]")) return { kind: "list", of: typeOf(text.slice(2)) };
  if (text.startsWith("{}")) return { kind: "map", of: typeOf(text.slice(2)) };
  switch (text) {
    case "string":
    case "bool":
    case "int32":
    case "int64":
    case "quantity":
    case "int-or-string":
    case "any":
      return { kind: text };
    default:
      return { kind: "struct", name: text };
  }
}

/** Strings that have a type of their own in Go, which only Go's messages show. */
export function namedString(struct: string, field: string): string | null {
  return NAMED_STRINGS[`${struct}.${field}`] ?? null;
}

const NAMED_STRINGS: Readonly<Record<string, string>> = {
  "Container.imagePullPolicy": "v1.PullPolicy",
  "Container.restartPolicy": "v1.ContainerRestartPolicy",
  "ContainerPort.protocol": "v1.Protocol",
  "DaemonSetUpdateStrategy.type": "v1.DaemonSetUpdateStrategyType",
  "DeploymentStrategy.type": "v1.DeploymentStrategyType",
  "EmptyDirVolumeSource.medium": "v1.StorageMedium",
  "HTTPGetAction.scheme": "v1.URIScheme",
  "PodSpec.restartPolicy": "v1.RestartPolicy",
  "StatefulSetUpdateStrategy.type": "v1.StatefulSetUpdateStrategyType",
};

/** As Go's messages write a type. */
export function goName(type: FieldType): string {
  switch (type.kind) {
    case "list":
      return `[]${goName(type.of)}`;
    case "map":
      return `map[string]${goName(type.of)}`;
    case "struct":
      return `v1.${type.name}`;
    case "int-or-string":
      return "int32";
    default:
      return type.kind;
  }
}

/**
 * Fields that Go declares in an embedded struct. JSON does not show it, but Go's messages do: `livenessProbe.ProbeHandler.httpGet`.
 */
export function embeddedIn(struct: string, field: string): string | null {
  const known = EMBEDDED[struct];
  if (known === undefined) return null;
  const { name, fields } = known;
  const inside = fields === "all-but-name" ? field !== "name" : fields.includes(field);
  return inside ? name : null;
}

interface Embedded {
  readonly name: string;
  readonly fields: readonly string[] | "all-but-name";
}

const BY_NAME: Embedded = { name: "LocalObjectReference", fields: ["name"] };
const EMBEDDED: Readonly<Record<string, Embedded>> = {
  Probe: { name: "ProbeHandler", fields: ["exec", "httpGet", "tcpSocket", "grpc"] },
  Volume: { name: "VolumeSource", fields: "all-but-name" },
  ConfigMapKeySelector: BY_NAME,
  SecretKeySelector: BY_NAME,
  ConfigMapEnvSource: BY_NAME,
  SecretEnvSource: BY_NAME,
  ConfigMapVolumeSource: BY_NAME,
  ConfigMapProjection: BY_NAME,
  SecretProjection: BY_NAME,
};
