import { areOwnSegments } from './caller';
import type { Deps } from './ports';
import { type ImageRecord, METRICS, PREFIXES } from '../../src/contract';

type Keyed = Pick<ImageRecord, 'image_id' | 'owner' | 'object_key'>;

/**
 * Whether a record can own the object that it names: the key holds its id and its owner's segments. A function that was taken over may forge a
 * record, but must not have another's objects deleted, announced or accepted by it. An upload that started again leaves `<id>#expired:<nonce>`.
 */
export function isOwnKey({ image_id, owner, object_key }: Keyed): boolean {
  if (typeof owner !== 'string' || typeof object_key !== 'string') return false;
  const [prefix, tenant, user, id, nonce, ...rest] = object_key.split('/');
  return `${prefix}/` === PREFIXES.ORIGINALS && rest.length === 0 && Boolean(nonce)
    && (image_id === id || image_id === `${id}#expired:${nonce}`)
    && areOwnSegments(owner, tenant, user);
}

/** As `isOwnKey`; operators hear of a record that fails. */
export function checkOwnKey({ logger, metrics }: Pick<Deps, 'logger' | 'metrics'>, record: Keyed): boolean {
  if (isOwnKey(record)) return true;
  metrics.count(METRICS.FOREIGN_KEYS);
  logger.warn('a record names an object that it cannot own, and is left alone', { image_id: record.image_id });
  return false;
}
