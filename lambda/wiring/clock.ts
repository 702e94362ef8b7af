import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Surroundings } from '../domain/ports';

export const world: Surroundings = { now: () => Date.now(), randomBytes, sleep };
