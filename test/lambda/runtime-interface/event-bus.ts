import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ImageRecord } from '../../../src/contract';

/** A record of the table's stream, with both images. */
export const streamEvent = (before: ImageRecord, after: ImageRecord) => ({
  Records: [{
    eventID: 'e-1',
    eventName: 'MODIFY',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: '1',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      Keys: marshall({ image_id: after.image_id }),
      OldImage: marshall(before, { removeUndefinedValues: true }),
      NewImage: marshall(after, { removeUndefinedValues: true }),
    },
  }],
});

/** An event bus that accepts all entries. */
export async function startEventBus() {
  const entries: object[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const { Entries } = JSON.parse(Buffer.concat(parts).toString()) as { Entries: object[] };
      entries.push(...Entries);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `${i}` })) }));
    });
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries,
    close: () => server.close().closeAllConnections(),
  };
}
