import { join } from 'node:path';
import { Clamd } from './clamd';
import type { Definitions, LocalDefinitions } from './definitions';

/** Keeps one clamd with the newest definitions. It starts another if newer ones exist, or if the last one has ended. */
export class Engine {
  private running?: { readonly clamd: Clamd; readonly definitions: LocalDefinitions };

  constructor(
    private readonly definitions: Definitions,
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /** A clamd that answers. Throws without one: then no original counts as clean. */
  async getClamd(now: number): Promise<Clamd> {
    const definitions = await this.definitions.getTrusted(now);
    if (this.running?.definitions !== definitions || !this.running.clamd.isAlive) {
      // The old one first: there is not enough memory for two.
      this.stop();
      const clamd = await Clamd.start({
        folder: join(this.folder, 'clamd'),
        database: definitions.folder,
        maxBytes: this.maxBytes,
      });
      this.running = { clamd, definitions };
    }
    await this.running.clamd.ready;
    return this.running.clamd;
  }

  stop(): void {
    this.running?.clamd.kill();
    this.running = undefined;
  }
}
