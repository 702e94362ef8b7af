import { readOperatorRequest } from '../../../lambda/runtime/operator-request';

test.each([
  [{ command: 'status' }],
  [{ command: 'failed' }],
  [{ command: 'failed', limit: 1000, rate: 500, seconds: 5, cursor: 'c' }],
  [{ command: 'redrive', rate: 500, seconds: 900, cursor: 'c' }],
  [{ command: 'reprocess', remake: 'missing', all: true }],
  [{ command: 'reprocess', remake: 'changed', user_id: 'alice', rate: 1 }],
  [{ command: 'reprocess', remake: 'missing', image_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
  [{ command: 'reprocess', remake: 'missing', image_id: `${'7'.repeat(26)}.01ARZ3NDEKTSV4RRFFQ69G5FAV` }],
])('%j is a request', request => {
  expect(readOperatorRequest(request)).toBe(request);
});

test.each([
  [null, 'the request must be a JSON object, got: null'],
  [[], 'the request must be a JSON object, got: []'],
  [{}, 'command must be one of status, failed, redrive, reprocess, got: nothing'],
  [{ command: 'constructor' }, 'command must be one of status, failed, redrive, reprocess, got: "constructor"'],
  [{ command: 'status', rate: 1 }, 'status has no field "rate", got: 1; it has none'],
  [{ command: 'failed', limit: 1001 }, 'limit must be a whole number of images from 1 to 1000, got: 1001'],
  [{ command: 'failed', limit: '5' }, 'limit must be a whole number of images from 1 to 1000, got: "5"'],
  [{ command: 'redrive', limit: 5 }, 'redrive has no field "limit", got: 5; it has rate, seconds, cursor'],
  [{ command: 'redrive', all: true }, 'redrive has no field "all", got: true; it has rate, seconds, cursor'],
  [{ command: 'redrive', rate: 501 }, 'rate must be a whole number of images a second from 1 to 500, got: 501'],
  [{ command: 'redrive', rate: 1.5 }, 'rate must be a whole number of images a second from 1 to 500, got: 1.5'],
  [{ command: 'redrive', seconds: 0 }, 'seconds must be a whole number of seconds from 1 to 900, got: 0'],
  [{ command: 'redrive', cursor: '' }, 'cursor must be the cursor of an earlier answer, got: a text of 0 characters'],
  [
    { command: 'reprocess', image_id: 'alice@example.com', remake: 'missing' },
    "image_id must be an image's id, got: a text of 17 characters",
  ],
  [{ command: 'reprocess', all: true }, 'remake must be one of missing, changed, got: nothing'],
  [{ command: 'reprocess', all: false, remake: 'missing' }, 'all must be true, or absent, got: false'],
  [{ command: 'reprocess', remake: 'some', all: true }, 'remake must be one of missing, changed, got: "some"'],
  [
    { command: 'reprocess', remake: 'missing' },
    'exactly one of image_id, user_id, all must be given, got: none',
  ],
  [
    { command: 'reprocess', remake: 'missing', user_id: 'a', all: true },
    'exactly one of image_id, user_id, all must be given, got: user_id, all',
  ],
])('%j is refused by name', (request, message) => {
  expect(() => readOperatorRequest(request)).toThrow(message);
});
