/** CloudWatch metrics that handlers publish in the embedded metric format. */
export const METRICS_NAMESPACE = 'CdkImageService';

export const METRICS = {
  UPLOADS_STARTED: 'UploadsStarted',
  IMAGES_CONFIRMED: 'ImagesConfirmed',
  IMAGES_REJECTED: 'ImagesRejected',
  IMAGES_DELETED: 'ImagesDeleted',
  IMAGES_PROCESSED: 'ImagesProcessed',
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
  /** Records with an object key of another image. The service does not touch them: they must be forged. */
  FOREIGN_KEYS: 'RecordsWithForeignKeys',
} as const;
export type MetricName = typeof METRICS[keyof typeof METRICS];
