import type { Logger } from '../../lambda/domain/ports';

/** A logger without output, for tests that look at other effects. */
export const QUIET: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };
