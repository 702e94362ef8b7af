import { METRICS, METRICS_NAMESPACE } from '../../src/contract';

/** Users' alarms and dashboards use these names: a renamed metric silences them. Add a line for each new metric. */
const PUBLISHED = [
  'ListCandidatesRead',
  'DecodersEnded',
  'ImagesConfirmed',
  'ImagesDeleted',
  'ImagesFailed',
  'ImagesProcessed',
  'ImagesRejected',
  'ImagesRemade',
  'InvalidationsDeferred',
  'OrphanedObjects',
  'ReadyImagesInfected',
  'RecordDelay',
  'RecordsSwept',
  'RecordsWithForeignKeys',
  'Rejection',
  'RequestsThrottled',
  'ResourceLimitRejection',
  'ScannerDefinitionsAge',
  'ScansPostponed',
  'SigningKeyFailures',
  'SweepFailures',
  'UploadToReady',
  'UploadsDeferred',
  'UploadsStarted',
];

test('metrics keep the names under which users find them', () => {
  expect([...Object.values(METRICS)].sort()).toEqual([...PUBLISHED].sort());
  expect(METRICS_NAMESPACE).toBe('CdkImageService');
});
