/** Why a batch was not acknowledged: what every receiver throws, so that the loop knows what to do next. */
import { type ErrorCode, TieoutError } from '../../shared/errors.ts';

export interface DeliveryHints {
  /** A repetition cannot help until a person has changed something: the token, the address, the receiver. */
  readonly held?: boolean;
  /** The receiver's own wish. */
  readonly retryAfterMs?: number | null;
  /** Fewer events at once may be taken. */
  readonly tooLarge?: boolean;
}

export class DeliveryError extends TieoutError {
  readonly held: boolean;
  readonly retryAfterMs: number | null;
  readonly tooLarge: boolean;

  constructor(code: ErrorCode, message: string, hints: DeliveryHints = {}, options?: ErrorOptions) {
    super(code, message, {}, options);
    this.held = hints.held ?? false;
    this.retryAfterMs = hints.retryAfterMs ?? null;
    this.tooLarge = hints.tooLarge ?? false;
  }
}

/** A fault as one of delivery: credentials and settings wait for a person, all else may pass. */
export function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof TieoutError) {
    const held = error.exitCode === 2 || error.exitCode === 4;
    return new DeliveryError(error.code, error.message, { held }, { cause: error });
  }
  const text = error instanceof Error ? error.message : String(error);
  return new DeliveryError('internal', `Forwarding hit an unexpected fault (${text}).`, {}, { cause: error });
}
