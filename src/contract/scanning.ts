/**
 * Who looks at an original before it is decoded. `guardduty`: GuardDuty Malware Protection for S3, which tags the object. `clamav`: a
 * function of ours with ClamAV in it, which tags it too.
 */
export const SCANNER_KINDS = ['none', 'guardduty', 'clamav'] as const;
export type ScannerKind = typeof SCANNER_KINDS[number];

/**
 * What a scan can say, in GuardDuty's words and for ClamAV the same. Only the first is clean.
 * https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html
 */
export const SCAN_RESULTS = ['NO_THREATS_FOUND', 'THREATS_FOUND', 'UNSUPPORTED', 'ACCESS_DENIED', 'FAILED'] as const;
export type ScanResult = typeof SCAN_RESULTS[number];

export const CLEAN: ScanResult = 'NO_THREATS_FOUND';

/** Tag of an object that holds the result of its scan: GuardDuty's own name, and ClamAV's. */
export const SCAN_TAGS: Record<Exclude<ScannerKind, 'none'>, string> = {
  guardduty: 'GuardDutyMalwareScanStatus',
  clamav: 'ImageServiceScanStatus',
};

/** How long the worker waits for a scan (seconds): GuardDuty tells by an event, ClamAV's function has so long, its cold start with all definitions included. */
export const SCAN_SECONDS: Record<ScannerKind, number> = { none: 0, guardduty: 0, clamav: 120 };

/** What the worker asks of the function with ClamAV. The version that was confirmed, and no other, is scanned. */
export interface ScanRequest {
  readonly object_key: string;
  readonly etag: string;
}

/**
 * `gone`: the object is not there, or not in that version any more. `unavailable`: the scanner can look at no object now, for want of definitions
 * or of a running clamd, so the answer says nothing about this one.
 */
export interface ScanAnswer {
  readonly result: ScanResult | 'gone' | 'unavailable';
}

/** The bucket of ClamAV's definitions: those in force, and those that its owner puts there before the first run. */
export const DEFINITIONS = { PREFIX: 'definitions/', SEEDS: 'seed/' } as const;

/** GuardDuty writes it once, at the root of the bucket, to see whether it can. */
export const VALIDATION_OBJECT = 'malware-protection-resource-validation-object';

/** Properties of the custom resource that removes the objects of a scanner when the scanner goes: all below prefixes, or one. */
export interface LeftoversProperties {
  readonly Bucket: string;
  readonly Prefixes?: string[];
  readonly Key?: string;
}
