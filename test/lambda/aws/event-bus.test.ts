import { stubService } from './service-stub';
import { openEventBus } from '../../../lambda/aws/event-bus';
import { describeChange } from '../../../lambda/domain/events/describe-change';
import type { EventDetail } from '../../../src/contract';
import { buildRecord, READY } from '../events/records';

interface Entry { Detail: string; Resources: string[]; Source: string; DetailType: string }

let status = 200;
let answer: object;
let requests: { target: unknown; body: { Entries: Entry[] } }[];
beforeEach(() => { status = 200; requests = []; });

stubService('EVENTBRIDGE', (request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => { text += chunk.toString(); }).on('end', () => {
    requests.push({
      target: request.headers['x-amz-target'],
      body: JSON.parse(text) as { Entries: Entry[] },
    });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
});

const warn = jest.fn();
const TABLE = 'arn:aws:dynamodb:eu-central-1:111122223333:table/images';
const open = () => openEventBus({ name: 'photos', resource: TABLE, logger: { warn } });
const EVENT = describeChange({ before: buildRecord('processing'), after: READY }, { includeUserId: true })!;

test('an event is an entry with the source, its detail type, the table and the time of its change', async () => {
  answer = { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
  expect(await open().publish([EVENT])).toEqual([true]);
  expect(requests).toEqual([{
    target: 'AWSEvents.PutEvents',
    body: {
      Entries: [{
        EventBusName: 'photos',
        Source: 'cdk-image-service',
        DetailType: 'Image Ready',
        Detail: expect.any(String),
        Resources: [TABLE],
        Time: Date.parse(READY.updated_at) / 1000,
      }],
    },
  }]);
  expect(JSON.parse(requests[0].body.Entries[0].Detail)).toEqual(EVENT);
});

test('a call that refuses some entries tells which, and logs their codes', async () => {
  answer = {
    FailedEntryCount: 1,
    Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }, { EventId: '3' }],
  };
  expect(await open().publish([EVENT, EVENT, EVENT])).toEqual([true, false, true]);
  expect(warn).toHaveBeenCalledWith('the event bus refused events; the stream delivers them again', {
    events: 1,
    codes: ['ThrottlingException'],
  });
});

test('an entry without a result counts as refused', async () => {
  answer = { FailedEntryCount: 0, Entries: [] };
  expect(await open().publish([EVENT])).toEqual([false]);
});

test('an error of the service is thrown', async () => {
  status = 400;
  answer = { __type: 'AccessDeniedException', message: 'no' };
  await expect(open().publish([EVENT])).rejects.toThrow('no');
});

test('ten of the largest events are far below the smallest limit of a request, 256 KiB', () => {
  const variants = Array.from({ length: 16 }, (_, n) => ({
    name: `v${n}`.padEnd(32, 'x'), format: 'avif' as const, width: 20_000, height: 20_000, size: 2 ** 31, settings: 's',
  }));
  const owner = '~'.repeat(128);
  const largest: EventDetail = describeChange(
    { before: buildRecord('processing'), after: { ...READY, owner, variants } }, { includeUserId: true },
  )!;
  expect(10 * Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(64 * 1024);
});
