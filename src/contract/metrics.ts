/** CloudWatch metrics that handlers publish in the embedded metric format. */
export const METRICS_NAMESPACE = 'CdkImageService';
/** Every metric has this dimension: an account may have several services. */
export const METRIC_SERVICE_DIMENSION = 'service';

export const METRICS = {
  UPLOADS_STARTED: 'UploadsStarted',
  IMAGES_CONFIRMED: 'ImagesConfirmed',
  IMAGES_REJECTED: 'ImagesRejected',
  /** 1 for each rejected image and 0 for each accepted one, so the average is the rate of rejections. */
  REJECTION: 'Rejection',
  /** The same for images that exceed the time or memory of a decoder. */
  RESOURCE_LIMIT_REJECTION: 'ResourceLimitRejection',
  IMAGES_DELETED: 'ImagesDeleted',
  IMAGES_PROCESSED: 'ImagesProcessed',
  /** Milliseconds from the upload of an image to `ready`, without images that are reprocessed. */
  UPLOAD_TO_READY: 'UploadToReady',
  /** Images that failed after all tries. */
  IMAGES_FAILED: 'ImagesFailed',
  /** Uploads moved to the surplus queue, because their owner already had their share of workers. */
  UPLOADS_DEFERRED: 'UploadsDeferred',
  /** Images that were reprocessed. */
  IMAGES_REMADE: 'ImagesRemade',
  /** Ready images in which a scan before reprocessing found malware. An operator has to decide about their variants. */
  READY_INFECTED: 'ReadyImagesInfected',
  /** Scans put off because the scanner was unavailable. They do not count as a try. */
  SCANS_POSTPONED: 'ScansPostponed',
  /** Seconds since the definitions of viruses in use were built. */
  DEFINITIONS_AGE: 'ScannerDefinitionsAge',
  /** Decoders that were killed or crashed. */
  DECODERS_ENDED: 'DecodersEnded',
  /** Records that list pages read for filters without an index: about as many DynamoDB read units. */
  LIST_CANDIDATES: 'ListCandidatesRead',
  /** Records that the sweeper processed, and those among them that it could not settle. */
  SWEPT: 'RecordsSwept',
  SWEEP_FAILURES: 'SweepFailures',
  /** Seconds that the oldest due record waited for the sweeper, beyond its date. */
  RECORD_DELAY: 'RecordDelay',
  /** Records with an object key of another image. The service does not touch them: they must be forged. */
  FOREIGN_KEYS: 'RecordsWithForeignKeys',
  /** Uploads whose keys the service does not use. It does not touch them: other software must have written them. */
  ORPHANED_OBJECTS: 'OrphanedObjects',
  /** Calls that CloudFront did not accept, because too many invalidations were in progress. */
  INVALIDATIONS_DEFERRED: 'InvalidationsDeferred',
  /** Reads of the key that signs delivery URLs, which failed. */
  SIGNING_KEY_FAILURES: 'SigningKeyFailures',
  /** Requests over the rate limit. A metric filter counts them in the access log. */
  REQUESTS_THROTTLED: 'RequestsThrottled',
} as const;
export type MetricName = typeof METRICS[keyof typeof METRICS];
