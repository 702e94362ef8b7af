import { isolate, loadDoor } from '../../local/doors';
import { EventSourceMapping, type EventSourceOptions, type Worker } from '../../local/event-source';

/** The built worker in a process of its own: jest's modules have no dynamic imports of what is built. The parent says where, and what its environment is. */
const [place, environment] = process.argv.slice(2).map(text => JSON.parse(text) as unknown);
isolate(process.env);
Object.assign(process.env, environment);
const source = new EventSourceMapping({ place: place as EventSourceOptions['place'], worker: loadDoor<Worker>('worker'), concurrency: 2 });
process.on('disconnect', () => void source.stop().then(() => process.exit()));
process.send?.('started');
