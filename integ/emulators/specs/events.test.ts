import {
  DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import type { EventBridgeEvent } from 'aws-lambda';
import { DETAIL_TYPES, EVENT_SOURCE, type EventDetail } from '../../../src/contract';
import { Client, expectStatus } from '../../../test/acceptance/support/client';
import { eventually } from '../../../test/acceptance/support/together';
import { findSchemaFaults } from '../../../test/support/event-schemas';
import { buildClientOptions, createContractEnvironment, findPhysicalId, readDeployment } from '../deployment';
import { createTinyPicture } from '../pictures';
import { changeRow, readRow } from '../rows';

type ImageEvent = EventBridgeEvent<string, EventDetail>;

/** Cold workers and publishers take seconds each. */
const PATIENCE_MS = 90_000;
const stack = readDeployment();
const client = new Client(createContractEnvironment());
const sqs = new SQSClient(buildClientOptions(stack));
const QueueUrl = findPhysicalId(stack, 'AWS::SQS::Queue', /^EventQueue/);
const received: ImageEvent[] = [];

/** Other specs may publish events of other images at the same time. */
async function receive(): Promise<void> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  if (Messages.length === 0) return;
  received.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as ImageEvent));
  const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

/** The events of an image without repeats, in the order of their versions. */
function listEvents(imageId: string): ImageEvent[] {
  const own = received.filter(({ detail }) => detail.image_id === imageId);
  const distinct = [...new Map(own.map(event => [event.detail.event_id, event])).values()];
  return distinct.sort((a, b) => a.detail.version - b.detail.version);
}

async function waitForEvents(imageId: string, types: readonly string[]): Promise<ImageEvent[]> {
  await eventually(async () => {
    await receive();
    expect(listEvents(imageId).map(event => event['detail-type'])).toEqual(types);
  }, PATIENCE_MS);
  return listEvents(imageId);
}

async function upload(): Promise<string> {
  const { image_id: id } = await client.createUploaded(await createTinyPicture(0));
  expectStatus(await client.confirm(id), 200);
  return id;
}

test('an image that becomes ready and is deleted is two events in the queue, as the schemas say', async () => {
  const id = await upload();
  const [ready] = await waitForEvents(id, [DETAIL_TYPES.ready]);
  const { status, version, variants } = await readRow(id);
  expect(ready).toMatchObject({
    source: EVENT_SOURCE,
    resources: [expect.stringContaining(findPhysicalId(stack, 'AWS::DynamoDB::Table'))],
    detail: { status: 'ready', previous_status: 'processing', version: Number(version.N) },
  });
  expect([status.S, ready.detail.variants!.length]).toEqual(['ready', variants.L!.length]);

  expectStatus(await client.delete(id), 204);
  const both = await waitForEvents(id, [DETAIL_TYPES.ready, DETAIL_TYPES.deleted]);
  expect(both[1].detail).toMatchObject({ status: 'deleted', previous_status: 'ready' });
  expect(both.flatMap(({ detail }) => findSchemaFaults(detail))).toEqual([]);
}, 3 * PATIENCE_MS);

test('a change that is no change of status is no event', async () => {
  const id = await upload();
  await waitForEvents(id, [DETAIL_TYPES.ready]);
  await changeRow(id, { tags: ['edited'] });
  // The later event shows that the stream has passed the edit.
  expectStatus(await client.delete(id), 204);
  await waitForEvents(id, [DETAIL_TYPES.ready, DETAIL_TYPES.deleted]);
}, 3 * PATIENCE_MS);

test('no event is left over as undelivered', async () => {
  const undelivered = findPhysicalId(stack, 'AWS::SQS::Queue', /EventsUndelivered/);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: undelivered, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
});
