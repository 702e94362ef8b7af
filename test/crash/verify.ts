import type { Load } from './load';
import type { History } from '../audit/history';

/** Checks images after a restart: all acknowledged data is there, byte for byte. */
export async function verify(load: Load, history: History, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const client = load.findOwner(id);
    const shown = await client.get(id);
    if (shown?.status !== 'ready') continue;
    const bytes = await client.download(id);
    if (!bytes.equals(load.sent.get(id)!)) {
      history.findings.push({
        invariant: 'I1',
        subject: id,
        problem: `its ${bytes.length} bytes are not those that were sent`,
      });
    }
  }
}
