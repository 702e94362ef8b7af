import type { Options } from './options';
import type { Progress } from './progress';

export async function leastPrivilegePass(_options: Options, _progress: Progress): Promise<void> {
  throw new Error('not written yet');
}
