/** Go's names of ELF's machines, where one of them is one architecture whatever its byte order. */
export const GO_NAMES: Readonly<Record<string, string>> = {
  "x86-64": "amd64",
  "386": "386",
  aarch64: "arm64",
  arm: "arm",
  riscv64: "riscv64",
  loongarch64: "loong64",
  s390x: "s390x",
};

export interface ElfTarget {
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

/** GOARCH of what an ELF header says; null: none that Go builds for. */
export function goArchitecture({ machine, bits, littleEndian }: ElfTarget): string | null {
  if (machine === "ppc64") return littleEndian ? "ppc64le" : "ppc64";
  if (machine === "mips") return `mips${bits === 64 ? "64" : ""}${littleEndian ? "le" : ""}`;
  return GO_NAMES[machine] ?? null;
}
