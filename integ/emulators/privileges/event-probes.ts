import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import type { Attempt } from './attempt';
import type { ProbeOf } from './probe';
import { processImage } from './starts';
import { eventually } from '../../../test/acceptance/support/together';
import { buildStreamRecord } from '../../../test/support/stream-records';
import { invoke } from '../functions';
import { drain } from '../queues';
import { readRow } from '../rows';

export const PUBLISHER_PROBES: readonly ProbeOf[] = [
  {
    name: 'publish an event',
    needs: ['events:PutEvents'],
    isRepeatable: true,
    prepare: async client => attemptPublishing(await processImage(client)),
  },
];

/**
 * Calls the publisher with a record of the stream, as Lambda does. The attempt succeeded if the rule then passed the
 * event on to the queue.
 */
export function attemptPublishing(imageId: string): Attempt {
  return async () => {
    const after = unmarshall(await readRow(imageId));
    const record = buildStreamRecord({ before: { ...after, status: 'processing' }, after }, 1);
    await drain('Events');
    const { error, payload } = await invoke('Events', { Records: [record] });
    const isDone = error === undefined && (JSON.parse(payload) as DynamoDBBatchResponse).batchItemFailures.length === 0;
    return { worked: isDone && await isQueued(imageId), shown: payload };
  };
}

async function isQueued(imageId: string): Promise<boolean> {
  const bodies: string[] = [];
  await eventually(async () => {
    bodies.push(...await drain('Events'));
    expect(bodies.join()).toContain(imageId);
  });
  return true;
}
