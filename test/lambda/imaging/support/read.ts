import { checkLimits } from '../../../../lambda/imaging/check-limits';
import { readHeader } from '../../../../lambda/imaging/headers';
import { RejectionError } from '../../../../lambda/imaging/rejection-error';
import { sniff } from '../../../../lambda/imaging/sniff';
import { IMAGE_LIMITS, type ImageType, type RejectionCode } from '../../../../src/contract';

/** The rejection that a call ends with. Other errors are our own faults and pass through. */
export function readRejection(call: () => unknown): RejectionError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof RejectionError) return error;
    throw error;
  }
}

/** The verdict on a file before any decoding. */
export function judgeHeader(bytes: Buffer): RejectionCode | 'accepted' {
  const type = sniff(bytes.subarray(0, 512));
  if (!type) return 'UNSUPPORTED_TYPE';
  return readRejection(() => checkLimits(readHeader(bytes, type), IMAGE_LIMITS))?.code ?? 'accepted';
}

export function read(bytes: Buffer, type: ImageType) {
  const { width, height, frames, pixels, scans } = readHeader(bytes, type);
  return { size: `${width}x${height}`, frames, pixels, scans };
}
