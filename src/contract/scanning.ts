/**
 * Scanner of originals before they are decoded. `guardduty`: GuardDuty Malware Protection for S3. `clamav`: ClamAV in a
 * function of the service. Both tag the object.
 */
export const SCANNER_KINDS = ['none', 'guardduty', 'clamav'] as const;
export type ScannerKind = typeof SCANNER_KINDS[number];

/** Results of a scan in GuardDuty's terms, which the ClamAV function uses too. Only the first is clean. */
export const SCAN_RESULTS = ['NO_THREATS_FOUND', 'THREATS_FOUND', 'UNSUPPORTED', 'ACCESS_DENIED', 'FAILED'] as const;
export type ScanResult = typeof SCAN_RESULTS[number];

export const CLEAN: ScanResult = 'NO_THREATS_FOUND';

/** Tag of an object with the result of its scan: GuardDuty's name, and the service's name for ClamAV. */
export const SCAN_TAGS: Record<Exclude<ScannerKind, 'none'>, string> = {
  guardduty: 'GuardDutyMalwareScanStatus',
  clamav: 'ImageServiceScanStatus',
};

/**
 * How long the worker waits for a scan, in seconds. GuardDuty reports by an event. ClamAV's function needs time for a
 * cold start, which loads all definitions.
 */
export const SCAN_SECONDS: Record<ScannerKind, number> = { none: 0, guardduty: 0, clamav: 120 };

/** Request of the worker to the ClamAV function, which scans the confirmed version only. */
export interface ScanRequest {
  readonly object_key: string;
  readonly etag: string;
}

/**
 * `gone`: the object no longer exists in that version. `unavailable`: the scanner has no definitions or no running
 * clamd, so the answer says nothing about this object.
 */
export interface ScanAnswer {
  readonly result: ScanResult | 'gone' | 'unavailable';
}

/** Prefixes in the bucket of virus definitions: those in use, and those that the owner provides for the first run. */
export const DEFINITIONS = { PREFIX: 'definitions/', SEEDS: 'seed/' } as const;

/** GuardDuty writes this object once at the root of the bucket, to test its permission. */
export const VALIDATION_OBJECT = 'malware-protection-resource-validation-object';

/**
 * Properties of the custom resource that deletes a scanner's objects with the scanner: all below the prefixes, or one
 * key.
 */
export interface LeftoversProperties {
  readonly Bucket: string;
  readonly Prefixes?: string[];
  readonly Key?: string;
}
