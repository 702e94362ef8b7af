/** Reasons for the rejection of an original. They are public: the API returns them. */
export const REJECTION_CODES = [
  'UNSUPPORTED_TYPE', 'TYPE_MISMATCH', 'SIZE_MISMATCH', 'CORRUPT', 'TOO_MANY_PIXELS', 'TOO_MANY_FRAMES',
  'RESOURCE_LIMIT', 'MALWARE', 'SCAN_FAILED', 'MODERATED',
] as const;
export type RejectionCode = typeof REJECTION_CODES[number];

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}
