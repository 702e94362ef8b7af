import { METRICS, METRICS_NAMESPACE } from '../../src/contract';

/** Alarms and dashboards of users name these: another name makes them silent. A new metric is a new line. */
const PUBLISHED = [
  'ListCandidatesRead',
  'DecodersEnded',
  'ImagesConfirmed',
  'ImagesDeleted',
  'ImagesFailed',
  'ImagesProcessed',
  'ImagesRejected',
  'ImagesRemade',
  'ReadyImagesInfected',
  'RecordsSwept',
  'RecordsWithForeignKeys',
  'ScannerDefinitionsAge',
  'ScansPostponed',
  'SweepFailures',
  'UploadsDeferred',
  'UploadsStarted',
];

test('metrics keep the names under which users find them', () => {
  expect([...Object.values(METRICS)].sort()).toEqual([...PUBLISHED].sort());
  expect(METRICS_NAMESPACE).toBe('CdkImageService');
});
