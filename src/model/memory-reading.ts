/** All in bytes. */
export interface MemoryReading {
  readonly limitBytes: number;
  /** cgroup usage without reclaimable page cache, plus what memory-backed mounts hold and usage does not show. */
  readonly usedBytes: number;
  /** Measured size of one running generation; null before the first was measured. */
  readonly generationBytes: number | null;
}
