import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import { items } from "#manifest/kube/defaults.js";
import type { Items, RawMount, RawVolume } from "#manifest/kube/raw-pod.js";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  required,
} from "./field-error.js";
import { dnsLabelErrors } from "./names.js";

/** `names`: of the volumes that a mount may name; a wrong volume is none. */
export interface VolumeFindings {
  readonly errors: FieldError[];
  readonly names: ReadonlySet<string>;
}

export function validateVolumes(volumes: Items<RawVolume>, path: FieldPath): VolumeFindings {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, volume] of items(volumes).entries()) {
    const at = inside(path, index);
    const name = volume.name ?? "";
    const found = [...validateSource(volume, at), ...nameErrors(name, inside(at, "name"))];
    if (names.has(name)) found.push(duplicate(inside(at, "name"), name));
    if (found.length === 0) names.add(name);
    errors.push(...found);
  }
  return { errors, names };
}

function nameErrors(name: string, path: FieldPath): FieldError[] {
  if (name === "") return [required(path)];
  return dnsLabelErrors(name).map((text) => invalid(path, name, text));
}

/** A volume of no type is an emptyDir. */
function validateSource(volume: RawVolume, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const given = SOURCES.filter((name) => volume[name] !== null && volume[name] !== undefined);
  for (const [index, name] of given.entries()) {
    const at = inside(path, name);
    if (index > 0) errors.push(forbidden(at, "may not specify more than 1 volume type"));
    else errors.push(...requiredFields(name, volume[name], at));
  }
  return errors;
}

/** In the order in which the API server looks at them; rare ones are taken as they are. */
const SOURCES = [
  ..."emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker".split(
    " ",
  ),
  ..."persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile".split(
    " ",
  ),
  ..."vsphereVolume photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image".split(
    " ",
  ),
];

const REQUIRED: Readonly<Record<string, string>> = {
  hostPath: "path",
  secret: "secretName",
  configMap: "name",
  persistentVolumeClaim: "claimName",
};

function requiredFields(source: string, value: unknown, path: FieldPath): FieldError[] {
  const field = REQUIRED[source];
  if (field === undefined) return [];
  const given = (value as Record<string, unknown>)[field];
  return given === undefined || given === null || given === ""
    ? [required(inside(path, field))]
    : [];
}

export function validateMounts(
  mounts: Items<RawMount>,
  volumes: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const places = new Set<string>();
  for (const [index, mount] of items(mounts).entries()) {
    const at = inside(path, index);
    const { name, mountPath, subPath } = { name: "", mountPath: "", ...withoutNulls(mount) };
    if (name === "") errors.push(required(inside(at, "name")));
    if (!volumes.has(name)) errors.push(notFound(inside(at, "name"), name));
    if (mountPath === "") errors.push(required(inside(at, "mountPath")));
    if (places.has(mountPath)) {
      errors.push(invalid(inside(at, "mountPath"), mountPath, "must be unique"));
    }
    places.add(mountPath);
    if (subPath !== undefined && subPath !== "") {
      errors.push(...relativePathErrors(subPath, inside(path, "subPath")));
    }
  }
  return errors;
}

function withoutNulls(mount: RawMount): { name?: string; mountPath?: string; subPath?: string } {
  return Object.fromEntries(Object.entries(mount).filter(([, value]) => value !== null));
}

function relativePathErrors(subPath: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (subPath.startsWith("/")) errors.push(invalid(path, subPath, "must be a relative path"));
  if (subPath.split("/").includes("..")) {
    errors.push(invalid(path, subPath, "must not contain '..'"));
  }
  return errors;
}
