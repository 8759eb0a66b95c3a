import type { Result } from "#base/result.js";
import type { ImagePath } from "#manifest/image/resolve-file.js";

/** An image beside the program, or why it could not be read. */
export interface GateImage {
  /** As it was named. */
  readonly file: string;
  /** The program was given beside the image, and not taken out of it. */
  readonly isBeside: boolean;
  readonly read: Result<ImageFacts, string>;
}

export interface ImageFacts {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  /** RFC 3339, as it is written; null: not said. */
  readonly created: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly paths: ReadonlyMap<string, ImagePath>;
  /** Where the program was looked for, and who said so. */
  readonly path: string;
  readonly pathFrom: string;
  /** null: there is no file. */
  readonly program: ProgramInImage | null;
}

export interface ProgramInImage {
  /** Links followed. */
  readonly path: string;
  readonly layer: string;
  readonly mode: number;
  readonly sha256: string;
}
