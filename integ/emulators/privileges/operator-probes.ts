import type { Attempt } from './attempt';
import type { ProbeOf } from './probe';
import { confirmImage, readKey } from './starts';
import type { OperatorAnswer, OperatorRequest } from '../../../src/contract';
import type { Client } from '../../../test/acceptance/support/client';
import { invoke } from '../functions';
import { send } from '../queues';
import { changeRow } from '../rows';

/** Every answer includes the number of messages in the queues. */
const STATUS = ['sqs:GetQueueAttributes', 'sqs:GetQueueAttributes on Surplus', 'sqs:GetQueueAttributes on DeadLetters'];
/**
 * The probe ignores remaining work. It asks for one second of work and does not wait in it for records that it skips.
 */
const SHORTLY = { rate: 25, seconds: 1 };

export const OPERATOR_PROBES: readonly ProbeOf[] = [
  {
    name: 'tell how full the queues are',
    needs: STATUS,
    isRepeatable: true,
    prepare: async () => attemptOperation({ command: 'status' }, 0),
  },
  {
    name: 'list failed images',
    needs: [...STATUS, 'dynamodb:Scan'],
    isRepeatable: true,
    prepare: async () => attemptOperation({ command: 'failed', seconds: 1 }, 0),
  },
  {
    name: 'reprocess an image',
    needs: [...STATUS, 'dynamodb:GetItem', 'sqs:SendMessage'],
    isRepeatable: true,
    prepare: async client =>
      attemptOperation({ command: 'reprocess', image_id: await createReadyWithoutVariants(client), remake: 'missing' }),
  },
  {
    name: 'reprocess the images of a user',
    needs: [...STATUS, 'dynamodb:Query', 'dynamodb:BatchGetItem', 'sqs:SendMessage'],
    isRepeatable: true,
    prepare: async client => {
      await createReadyWithoutVariants(client);
      return attemptOperation({ command: 'reprocess', user_id: client.user, remake: 'missing' });
    },
  },
  {
    name: 'reprocess all images',
    needs: [...STATUS, 'dynamodb:Scan', 'sqs:SendMessage'],
    isRepeatable: true,
    prepare: async client => {
      await createReadyWithoutVariants(client);
      return attemptOperation({ command: 'reprocess', all: true, remake: 'missing', ...SHORTLY });
    },
  },
  {
    name: 'redrive what has failed',
    needs: [
      ...STATUS, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'sqs:ReceiveMessage on DeadLetters',
      'sqs:DeleteMessage on DeadLetters', 'sqs:SendMessage',
    ],
    isRepeatable: true,
    prepare: async client => attemptRedrive(await confirmImage(client)),
  },
];

/** The state of an image that was confirmed without processing. */
async function createReadyWithoutVariants(client: Client): Promise<string> {
  const id = await confirmImage(client);
  await changeRow(id, { status: 'ready' }, ['sweep', 'due_at']);
  return id;
}

function attemptOperation(request: OperatorRequest, queued = 1): Attempt {
  return async () => {
    const { error, payload } = await invoke('Operator', request);
    return { worked: error === undefined && (JSON.parse(payload) as OperatorAnswer).queued >= queued, shown: payload };
  };
}

/** No image stays failed: a later reprocessing of all images would redrive it. */
function attemptRedrive(imageId: string): Attempt {
  return async () => {
    await changeRow(imageId, { status: 'failed' });
    await send('DeadLetters', JSON.stringify({ object_key: await readKey(imageId) }));
    return attemptOperation({ command: 'redrive', ...SHORTLY })().finally(
      async () => changeRow(imageId, { status: 'processing' }),
    );
  };
}
