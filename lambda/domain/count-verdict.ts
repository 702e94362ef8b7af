import type { Metrics } from './ports';
import { METRICS, type Rejection } from '../../src/contract';

/** Counts the verdict on an image, which is final: accepted without `rejection`. */
export function countVerdict(metrics: Metrics, rejection?: Rejection): void {
  metrics.count(METRICS.REJECTION, rejection ? 1 : 0);
  metrics.count(METRICS.RESOURCE_LIMIT_REJECTION, rejection?.code === 'RESOURCE_LIMIT' ? 1 : 0);
}
