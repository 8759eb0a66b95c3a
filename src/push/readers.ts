/** Which containers read a ConfigMap, and whether new content can reach them while they run. */

/** As the API server answers it; the fields that matter here. */
export interface PodObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly volumes?: readonly VolumeObject[];
    readonly containers: readonly ContainerObject[];
    readonly initContainers?: readonly ContainerObject[];
  };
  readonly status?: { readonly phase?: string };
}

interface ContainerObject {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly subPathExpr?: string;
  }[];
  readonly env?: readonly {
    readonly valueFrom?: { readonly configMapKeyRef?: { readonly name?: string } };
  }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string } }[];
}

interface ItemObject {
  readonly key: string;
  readonly path: string;
}

interface SourceObject {
  readonly name?: string;
  readonly items?: readonly ItemObject[];
}

interface VolumeObject {
  readonly name: string;
  readonly configMap?: SourceObject;
  readonly projected?: { readonly sources?: readonly { readonly configMap?: SourceObject }[] };
}

export interface Reader {
  readonly pod: string;
  readonly container: string;
  readonly how: Mounted | Fixed;
}

/** A volume that the kubelet brings up to date. */
export interface Mounted {
  readonly kind: "mounted";
  readonly mountPath: string;
  /** Which key is which file; null: every key is a file of its name. */
  readonly items: readonly ItemObject[] | null;
  /** Other sources are in the same folder, so what the whole of it will hold is not known here. */
  readonly mixed: boolean;
}

/** Read once, when the container starts. */
export interface Fixed {
  readonly kind: "fixed";
  readonly why: "sub-path" | "environment";
  /** The mount's path; "" for the environment. */
  readonly at: string;
}

/** Of pods that run and are to stay. */
export function readersOf(pods: readonly PodObject[], configMap: string): readonly Reader[] {
  return pods.filter(isRunning).flatMap((pod) => {
    const stays = pod.spec.initContainers?.filter((one) => one.restartPolicy === "Always") ?? [];
    return [...pod.spec.containers, ...stays].flatMap((container) =>
      waysOf(pod, container, configMap).map((how) => ({
        pod: pod.metadata.name,
        container: container.name,
        how,
      })),
    );
  });
}

function isRunning({ metadata, status }: PodObject): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase === "Running";
}

function waysOf(
  { spec }: PodObject,
  container: ContainerObject,
  configMap: string,
): readonly Reader["how"][] {
  const mounts = (container.volumeMounts ?? []).flatMap((mount): Reader["how"][] => {
    const volume = spec.volumes?.find(({ name }) => name === mount.name);
    const source = volume === undefined ? null : sourceOf(volume, configMap);
    if (source === null) return [];
    const at = mount.mountPath.replace(/\/+$/, "");
    const fixed = Boolean(mount.subPath) || Boolean(mount.subPathExpr);
    if (fixed) return [{ kind: "fixed", why: "sub-path", at }];
    return [{ kind: "mounted", mountPath: at, ...source }];
  });
  const named = ({ name }: { readonly name?: string }): boolean => name === configMap;
  const inEnvironment =
    container.envFrom?.some(({ configMapRef }) => named(configMapRef ?? {})) === true ||
    container.env?.some(({ valueFrom }) => named(valueFrom?.configMapKeyRef ?? {})) === true;
  return inEnvironment ? [...mounts, { kind: "fixed", why: "environment", at: "" }] : mounts;
}

function sourceOf(
  { configMap, projected }: VolumeObject,
  name: string,
): Pick<Mounted, "items" | "mixed"> | null {
  if (configMap?.name === name) return { items: configMap.items ?? null, mixed: false };
  const sources = projected?.sources ?? [];
  const own = sources.filter((source) => source.configMap?.name === name);
  const [first] = own;
  if (first === undefined) return null;
  const items = own.some(({ configMap: one }) => one?.items === undefined)
    ? null
    : own.flatMap(({ configMap: one }) => one?.items ?? []);
  return { items, mixed: sources.length > own.length || own.length > 1 };
}
