import type { Basis } from './costs';
import { takeInventory } from './inventory';
import { measure, type MeasureOptions } from './measure';
import { Delivery, Processing } from '../../src';
import { bundlePeer } from '../support/bundles';
import { listPhotos } from '../support/pictures/photos';
import { showProgress } from '../support/rounds';

const ROUNDS = 3;
const WARM_UPS = 25;
/** sharp is a binary; `NodejsFunction` leaves the SDK to the runtime. */
const EXTERNAL = ['@aws-sdk/*', '@smithy/*', 'sharp'];

export async function bundlePeers(): Promise<MeasureOptions['peers']> {
  const options = { external: EXTERNAL };
  return {
    api: await bundlePeer('cost-full-stack', options),
    worker: await bundlePeer('cost-image-worker', options, 'image-worker'),
    imageHandler: await bundlePeer('cost-image-handler', options, 'image-handler'),
  };
}

export async function takeBasis(): Promise<Basis> {
  const inventories = takeInventories();
  const peers = await bundlePeers();
  const measured = await measure({
    photos: listPhotos(), rounds: ROUNDS, warmUps: WARM_UPS, peers, onRound: showProgress,
  });
  return { measured, inventories };
}

export function takeInventories(): Basis['inventories'] {
  return {
    default: takeInventory(),
    presignedOnly: takeInventory({ delivery: Delivery.presignedOnly() }),
    withoutProcessing: takeInventory({ processing: Processing.none() }),
  };
}
