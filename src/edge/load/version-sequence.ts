/** The versions one connection was answered by, repetitions left out. */
export class VersionSequence {
  readonly #steps: string[] = [];
  #last: string | null = null;
  #newest: readonly number[] = [];
  #backwards = false;

  add(version: string): void {
    if (version === this.#last) return;
    this.#last = version;
    if (this.#steps.length < STEPS) this.#steps.push(version);
    const order = (version.match(/\d+/g) ?? []).map(Number);
    if (isOlder(order, this.#newest)) this.#backwards = true;
    else this.#newest = order;
  }

  /** `3>4>5`; empty before the first answer. */
  text(): string {
    return this.#steps.join(">");
  }

  wentBackwards(): boolean {
    return this.#backwards;
  }
}

/** Compares the whole numbers in two version tokens, the first difference decides; tokens without numbers are equal. */
function isOlder(version: readonly number[], than: readonly number[]): boolean {
  for (let i = 0; i < Math.min(version.length, than.length); i += 1) {
    const difference = (version[i] as number) - (than[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const STEPS = 256;
