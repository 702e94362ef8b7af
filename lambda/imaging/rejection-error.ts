import type { Rejection, RejectionCode } from '../../src/contract';

/**
 * A verdict on the image, not a fault of ours. The message is shown to the caller: never a decoder's text, which can be
 * of another image.
 */
export class RejectionError extends Error implements Rejection {
  /** `isFatal`: the decoder had to be killed, or died. */
  constructor(readonly code: RejectionCode, message: string, readonly isFatal = false) {
    super(message);
    this.name = 'RejectionError';
  }
}
