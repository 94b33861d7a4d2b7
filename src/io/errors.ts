/** What the user can mend: one line, and a hint. All other errors are bugs. */
export class UserError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.hint = hint;
  }
}

/** The one error of a full disk, wherever it is met. */
export function noSpace(path: string, cause: unknown): UserError {
  return new UserError(
    `${path}: no space left on the disk`,
    'free some space, or choose another place with --store, --output or TMPDIR; nothing that was there is lost',
    { cause },
  );
}
