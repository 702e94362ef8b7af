import * as v from 'valibot';

/**
 * What a message on the queue of uploads can say: an event of S3, S3's test of a new destination, or our own announcement.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const TestEvent = v.object({ Event: v.literal('s3:TestEvent') });

const Announcement = v.object({ object_key: v.pipe(v.string(), v.nonEmpty()) });

const Record = v.object({
  eventName: v.string(),
  s3: v.object({
    bucket: v.object({ name: v.string() }),
    object: v.object({ key: v.pipe(v.string(), v.check(isEncodedKey, 'must be percent-encoded UTF-8'), v.transform(decodeKey)) }),
  }),
});

const Notification = v.object({ Records: v.array(Record) });

const Message = v.union([Notification, Announcement, TestEvent]);

const CREATED = 'ObjectCreated:';

/** A message that no further try can make sense of. */
export class MalformedMessage extends Error {
  constructor(reason: string) {
    super(`the message is none of ours: ${reason}`);
    this.name = 'MalformedMessage';
  }
}

export function announcement(objectKey: string): string {
  return JSON.stringify({ object_key: objectKey });
}

/** The keys of the uploads that a message tells of. Objects of another bucket are not ours to read. Throws `MalformedMessage`. */
export function uploadsOf(body: string, bucket: string): string[] {
  const message = v.safeParse(Message, json(body), { abortEarly: true });
  if (!message.success) throw new MalformedMessage(message.issues[0].message);
  const { output } = message;
  if ('object_key' in output) return [output.object_key];
  if ('Event' in output) return [];
  const ours = output.Records.filter(({ eventName, s3 }) => isCreation(eventName) && s3.bucket.name === bucket);
  return [...new Set(ours.map(({ s3 }) => s3.object.key))];
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessage('it is not JSON');
  }
}

/** Some emulators write the prefix that S3 has in its configuration only. */
function isCreation(eventName: string): boolean {
  return eventName.replace(/^s3:/, '').startsWith(CREATED);
}

/** S3 writes keys as forms do: a space is `+`. */
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
