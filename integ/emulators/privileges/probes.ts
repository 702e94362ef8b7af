import { API_PROBES } from './api-probes';
import { INVALIDATOR_PROBES, TRANSFORM_PROBES } from './delivery-probes';
import { PUBLISHER_PROBES } from './event-probes';
import { OPERATOR_PROBES } from './operator-probes';
import type { Probe, ProbeOf } from './probe';
import { SWEEPER_PROBES } from './sweeper-probes';
import { WORKER_PROBES } from './worker-probes';
import type { Handler } from '../functions';

const of = (handler: Handler, probes: readonly ProbeOf[]): Probe[] => probes.map(probe => ({ ...probe, handler }));

export const PROBES: readonly Probe[] = [
  ...of('ApiFunction', API_PROBES), ...of('Sweeper', SWEEPER_PROBES), ...of('Worker', WORKER_PROBES),
  ...of('Operator', OPERATOR_PROBES),
  ...of('Transform', TRANSFORM_PROBES), ...of('Invalidations', INVALIDATOR_PROBES),
  ...of('Events', PUBLISHER_PROBES),
];
