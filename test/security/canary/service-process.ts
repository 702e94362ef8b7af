import { startStorageProxy, startTableProxy, type Fault } from './fault-proxy';
import { createEmbeddedBackend } from '../../../local/backends/embedded';
import { shiftClock } from '../../../local/server/clock';
import { startLocalServer } from '../../../local/server/local-server';

/** The parent's commands. The child answers each with a message when it is done. */
export type Command =
  | { readonly fail: 'table' | 'storage'; readonly fault: Fault }
  | { readonly sweepAfter: number };

/** The local server with all its functions, at the level DEBUG and with metrics. Its table and storage can fail. */
async function main(dataDir: string): Promise<void> {
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_METRICS_DISABLED: 'false' });
  const open = createEmbeddedBackend(dataDir);
  const proxies: Partial<Record<'table' | 'storage', Awaited<ReturnType<typeof startTableProxy>>>> = {};
  const server = await startLocalServer({
    port: 0,
    sweepInterval: 0,
    backend: async options => {
      const backend = await open(options);
      const { place } = backend;
      proxies.table = await startTableProxy(place.tableUrl);
      proxies.storage = await startStorageProxy(place.storageUrl);
      options.onClose(async () => void await Promise.all(Object.values(proxies).map(async proxy => proxy.close())));
      return { ...backend, place: { ...place, tableUrl: proxies.table.url, storageUrl: proxies.storage.url } };
    },
  });
  const obey = async (command: Command): Promise<void> => {
    if ('fail' in command) return void (proxies[command.fail]!.fault = command.fault);
    shiftClock(String(command.sweepAfter));
    await server.sweep().catch(() => undefined);
  };
  process.on('message', (command: Command) => void obey(command).then(() => process.send?.('done'), fail));
  process.on('disconnect', () => process.exit());
  process.send?.(server.url);
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

main(process.argv[2]).catch(fail);
