import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventSourceOptions } from '../../local/functions/event-source';
import { buildHandlerEnvironment } from '../../local/functions/handlers';
import { startWorkerSources } from '../../local/functions/worker-sources';
import { isolate } from '../../local/isolate';
import { startDelivery } from '../../local/server/delivery';

/**
 * The built worker, and the CDN with its functions, in a process of their own: jest cannot load built code by dynamic
 * import. The parent sends the addresses of storage, table and queues, and receives the API's settings for the CDN.
 */
async function main(place: EventSourceOptions['place'], signingKeyFile: string): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  isolate(process.env);
  let listener: RequestListener | undefined;
  const server = createServer((request, response) => listener?.(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const delivery = await startDelivery({
    mode: 'signed',
    url,
    place,
    signingKeyFile,
    corsOrigins: [],
    onClose: closer => closers.push(closer),
  });
  Object.assign(process.env, buildHandlerEnvironment(place, [], delivery.environment));
  listener = delivery.open();
  const sources = startWorkerSources(place);
  closers.push(async () => void await Promise.all(sources.map(async source => source.stop())));
  process.on('disconnect', () => void Promise.all(closers.map(async close => close())).finally(() => process.exit()));
  process.send?.(delivery.environment);
}

const [place, signingKeyFile] = process.argv.slice(2);
main(JSON.parse(place) as EventSourceOptions['place'], signingKeyFile).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
