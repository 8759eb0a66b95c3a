/** An entry of `check.services` in hotpod.yaml: what belongs to one container. */
export interface ServiceTie {
  /** `namespace/name`, or a name in any namespace. */
  readonly workload: string | null;
  readonly container: string | null;
  readonly dockerfile: string | null;
  readonly source: string | null;
  readonly reload: string | null;
  readonly hot: boolean;
}
