/** A mistake the user can mend. Printed only in `cli/`: what is wrong, where (file:line:column), what to do. */
export class UserError extends Error {
  /** Stable, kebab-case; documented and used by tests. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
  /** 1: found or failed; 2: misuse. */
  readonly exitCode: number;

  constructor(fields: {
    code: string;
    message: string;
    hint: string;
    exitCode?: number;
    cause?: unknown;
  }) {
    super(fields.message, { cause: fields.cause });
    this.name = "UserError";
    this.code = fields.code;
    this.hint = fields.hint;
    this.exitCode = fields.exitCode ?? 2;
  }
}
