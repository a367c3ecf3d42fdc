/** Every error that conntest throws on purpose: a stable literal `code`, a text that names what was
 *  given and what would be right, and the `cause` kept. */
export type ErrorCode = 'ERR_CONNTEST_USAGE' | 'ERR_CONNTEST_INPUT' | 'ERR_CONNTEST_OUTPUT';

export class ConntestError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConntestError';
    this.code = code;
  }
}

/** Each file of the program (`src/build/program.ts`) has a class of its own: what crosses between them is told by its name. */
export function isConntestError(error: unknown): error is ConntestError {
  return error instanceof Error && error.name === 'ConntestError';
}
