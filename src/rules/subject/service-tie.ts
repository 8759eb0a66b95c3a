/** An entry of `check.services` in hotpod.yaml: what belongs to one container. */
export interface ServiceTie {
  /** `namespace/name`, or a name in any namespace. */
  readonly workload: string | null;
  readonly container: string | null;
  readonly dockerfile: string | null;
  readonly source: string | null;
  readonly reload: string | null;
  /** What a container is for, such as `builder`: it may build, or talk to the control socket. */
  readonly role: string | null;
  readonly hot: boolean;
}
