/** Inodes of the sockets that hotpod has opened at all its addresses: what one group has is no stranger to another. */
export class OwnSockets {
  readonly #inodes = new Set<number>();

  add(inode: number): void {
    this.#inodes.add(inode);
  }

  has(inode: number): boolean {
    return this.#inodes.has(inode);
  }

  /** Nobody listens on it any more, or hotpod has given it up. */
  forget(inode: number): void {
    this.#inodes.delete(inode);
  }
}
