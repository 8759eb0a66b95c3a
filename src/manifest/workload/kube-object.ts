import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type { SourceDocument } from "#manifest/text/source-document.js";

/** An object of the Kubernetes API, as it stands in a document. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** "" where there is none. */
  readonly name: string;
  readonly namespace: string | null;
  readonly value: Readonly<Record<string, unknown>>;
  readonly document: SourceDocument;
  /** From the top of the document, for an item of a List; else null. */
  readonly at: FieldPath | null;
}

/** The objects of documents, those of Lists among them. `strangers`: documents that are no objects of Kubernetes. */
export function kubeObjects(documents: readonly SourceDocument[]): {
  readonly objects: readonly KubeObject[];
  readonly strangers: readonly SourceDocument[];
} {
  const objects: KubeObject[] = [];
  const strangers: SourceDocument[] = [];
  const add = (value: unknown, document: SourceDocument, at: FieldPath | null): void => {
    const object = objectOf(value, document, at);
    if (object === null) {
      if (at === null) strangers.push(document);
      return;
    }
    const { items } = object.value;
    if (!object.kind.endsWith("List") || !Array.isArray(items)) objects.push(object);
    else
      for (const [index, item] of items.entries()) add(item, document, inside(at, "items", index));
  };
  for (const document of documents) add(document.value, document, null);
  return { objects, strangers };
}

function objectOf(
  value: unknown,
  document: SourceDocument,
  at: FieldPath | null,
): KubeObject | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { apiVersion, kind, metadata } = fields;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return null;
  const { name, namespace } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return {
    apiVersion,
    kind,
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : null,
    value: fields,
    document,
    at,
  };
}
