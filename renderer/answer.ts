/** What the main process answers: a value, or an error that crosses as a shape and is thrown here. */
import type { Answer } from '../shared/contract.ts';
import type { ErrorCode, ErrorDetails, ErrorShape } from '../shared/errors.ts';

/** What the main process answered instead of a value. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(shape: ErrorShape, options?: ErrorOptions) {
    super(shape.message, options);
    this.code = shape.code;
    this.details = shape.details;
  }
}

/**
 * The value of an answer.
 * @throws BridgeError where the main process answered with an error, or did not answer at all (`internal`).
 */
export async function answered<Result>(pending: Promise<Answer<Result>>): Promise<Result> {
  let answer: Answer<Result>;
  try {
    answer = await pending;
  } catch (thrown) {
    throw new BridgeError(
      {
        code: 'internal',
        message: `The main process did not answer (${String(thrown)}); restart Tieout and report it.`,
        details: {},
      },
      { cause: thrown },
    );
  }
  if (!answer.ok) throw new BridgeError(answer.error);
  return answer.value;
}
