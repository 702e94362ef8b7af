import { join } from 'node:path';
import { Clamd } from './clamd';
import type { Definitions, LocalDefinitions } from './definitions';

/** Keeps one clamd with the newest definitions: another one where there are newer, and where the last has ended. */
export class Engine {
  private running?: { readonly clamd: Clamd; readonly definitions: LocalDefinitions };

  constructor(private readonly definitions: Definitions, private readonly folder: string, private readonly maxBytes: number) {}

  /** A clamd that answers. Throws where there is none to be had: nothing is clean then. */
  async getClamd(now: number): Promise<Clamd> {
    const definitions = await this.definitions.getTrusted(now);
    if (this.running?.definitions !== definitions || !this.running.clamd.isAlive) {
      // First the old one: there is not memory enough for two.
      this.stop();
      const clamd = await Clamd.start({ folder: join(this.folder, 'clamd'), database: definitions.folder, maxBytes: this.maxBytes });
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
