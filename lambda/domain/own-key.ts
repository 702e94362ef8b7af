import { areOwnSegments } from './caller';
import { getLogIds } from './image-log';
import type { Deps } from './ports';
import { type ImageRecord, METRICS, PREFIXES } from '../../src/contract';

type Keyed = Pick<ImageRecord, 'image_id' | 'owner' | 'object_key' | 'request_id'>;

/**
 * Whether a record can own the object that it names: the key holds its id and its owner's segments. A compromised
 * function may forge a record, but must not use it to delete, announce or accept another owner's objects. An upload
 * that started again leaves the id `<id>#expired:<nonce>`.
 */
export function isOwnKey({ image_id, owner, object_key }: Keyed): boolean {
  if (typeof owner !== 'string' || typeof object_key !== 'string') return false;
  const [prefix, tenant, user, id, nonce, ...rest] = object_key.split('/');
  return `${prefix}/` === PREFIXES.ORIGINALS && rest.length === 0 && Boolean(nonce)
    && (image_id === id || image_id === `${id}#expired:${nonce}`)
    && areOwnSegments(owner, tenant, user);
}

/** Like `isOwnKey`, and reports a record that fails to the operators. */
export function checkOwnKey({ logger, metrics }: Pick<Deps, 'logger' | 'metrics'>, record: Keyed): boolean {
  if (isOwnKey(record)) return true;
  metrics.count(METRICS.FOREIGN_KEYS);
  logger.warn('a record has an object key that is not its own; ignored', getLogIds(record));
  return false;
}
