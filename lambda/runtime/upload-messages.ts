import * as v from 'valibot';
import { type Announcement, VARIANTS_TO_MAKE } from '../../src/contract';

/**
 * Messages on the queue of uploads: events of S3, from S3 or, for a bucket of your own, from EventBridge; S3's test of
 * a new destination; our own announcements; and GuardDuty's scan results.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
 */
const TestEvent = v.object({ Event: v.literal('s3:TestEvent') });

const Key = v.pipe(v.string(), v.nonEmpty());

const Announced = v.object({ object_key: Key, remake: v.optional(v.picklist(VARIANTS_TO_MAKE)) });

/**
 * Keys are not encoded: only S3's own notifications encode them. The scan's result is read from the object, since the
 * message is not trusted.
 */
const ScanResult = v.object({
  'detail-type': v.literal('GuardDuty Malware Protection Object Scan Result'),
  'detail': v.object({ s3ObjectDetails: v.object({ bucketName: v.string(), objectKey: Key }) }),
});

/** Its reason can be any API that creates objects, as with `s3:ObjectCreated:*`. */
const ObjectCreated = v.object({
  'source': v.literal('aws.s3'),
  'detail-type': v.literal('Object Created'),
  'detail': v.object({ bucket: v.object({ name: v.string() }), object: v.object({ key: Key }) }),
});

const Record = v.object({
  eventName: v.string(),
  s3: v.object({
    bucket: v.object({ name: v.string() }),
    object: v.object({
      key: v.pipe(v.string(), v.check(isEncodedKey, 'must be percent-encoded UTF-8'), v.transform(decodeKey)),
    }),
  }),
});

const Notification = v.object({ Records: v.array(Record) });

const Message = v.union([Notification, Announced, ObjectCreated, ScanResult, TestEvent]);

const CREATED = 'ObjectCreated:';

/** A message that no further try can parse. */
export class MalformedMessage extends Error {
  constructor(reason: string) {
    super(`the message has an unknown format: ${reason}`);
    this.name = 'MalformedMessage';
  }
}

/** The uploads in a message. Objects of other buckets are ignored. Throws `MalformedMessage`. */
export function parseUploads(body: string, bucket: string): Announcement[] {
  const message = v.safeParse(Message, parseJson(body), { abortEarly: true });
  if (!message.success) throw new MalformedMessage(message.issues[0].message);
  const { output } = message;
  if ('object_key' in output) return [output];
  if ('Event' in output) return [];
  const ours = listObjects(output).filter(object => object.bucket === bucket);
  return [...new Set(ours.map(({ key }) => key))].map(object_key => ({ object_key }));
}

interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

function listObjects(
  event: v.InferOutput<typeof Notification | typeof ObjectCreated | typeof ScanResult>,
): ObjectName[] {
  if ('Records' in event) return listCreated(event);
  if (event['detail-type'] === 'Object Created') {
    return [{ bucket: event.detail.bucket.name, key: event.detail.object.key }];
  }
  const { s3ObjectDetails: { bucketName, objectKey } } = event.detail;
  return [{ bucket: bucketName, key: objectKey }];
}

function listCreated({ Records }: v.InferOutput<typeof Notification>): ObjectName[] {
  return Records.filter(({ eventName }) => isCreation(eventName)).map(
    ({ s3 }) => ({ bucket: s3.bucket.name, key: s3.object.key }),
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessage('it is not JSON');
  }
}

/** Some emulators add the prefix that S3 uses only in its configuration. */
function isCreation(eventName: string): boolean {
  return eventName.replace(/^s3:/, '').startsWith(CREATED);
}

/** S3 encodes keys as forms do: a space is `+`. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

function isEncodedKey(key: string): boolean {
  try {
    decodeKey(key);
    return true;
  } catch {
    return false;
  }
}
