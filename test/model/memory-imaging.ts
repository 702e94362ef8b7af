import type { Clock } from './clock';
import { etagOf, type MemoryObjects } from './memory-objects';
import type { MemoryTable } from './memory-table';
import { INJECTED } from './process';
import type { Imaging, RejectionCache, Scanner } from '../../lambda/domain/ports';
import { computeSettings } from '../../lambda/domain/variant-settings';
import {
  CLEAN, REJECTED_BYTES_PREFIX, type RejectedBytesRecord, type ScanResult, type VariantDefinition,
} from '../../src/contract';

/** The second byte of an upload selects the result of the scanner and the decoder. */
export const CONTENT = {
  GOOD: 0,
  CORRUPT: 1,
  BAD_IMAGE: 2,
  POISON: 3,
  FATAL: 4,
  INFECTED: 5,
  UNSCANNABLE: 6,
  SCANNED_LATE: 7,
  NEVER_SCANNED: 8,
  SCANNER_OUTAGE: 9,
  FOUND_LATER: 10,
} as const;

function definition(name: string, width: number, more: Partial<VariantDefinition> = {}): VariantDefinition {
  return { name, width, height: width, fit: 'inside', formats: ['webp'], generation: 'eager', animated: true, ...more };
}

/**
 * The variant set of each release: one variant is added, one is removed, one changes under its name, one becomes
 * on-demand.
 */
export const SETS: readonly (readonly VariantDefinition[])[] = [
  [definition('thumb', 320), definition('small', 640)],
  [definition('thumb', 320), definition('small', 640), definition('medium', 1280)],
  [definition('medium', 1280), definition('thumb', 300, { formats: ['avif', 'webp'] })],
  [definition('medium', 1000, { generation: 'on-demand' }), definition('thumb', 300, { formats: ['avif', 'webp'] })],
];

/** The imaging pipeline of the model. Other settings give a variant another size. */
export function memoryImaging(variants: readonly VariantDefinition[]): Imaging {
  return {
    variants,
    limits: 'model',
    inspect: original => (original[1] === CONTENT.BAD_IMAGE
      ? { rejection: { code: 'CORRUPT', message: 'The image cannot be decoded.' } }
      : { header: original.length }),
    make: async (original, header, wanted, only) => {
      if (header !== original.length) throw new Error('the header is of another image');
      if (original[1] === CONTENT.POISON) throw new Error(`${INJECTED}poison`);
      if (original[1] === CONTENT.FATAL) {
        return { rejection: { code: 'RESOURCE_LIMIT', message: 'The image takes too much to decode.' }, isFatal: true };
      }
      return {
        facts: {
          width: 4,
          height: 3,
          format: 'png',
          animated: false,
          placeholder: { thumbhash: 'aGFzaA==', color: '#102030' },
        },
        variants: wanted.map(variant => {
          const { name, formats: [format] } = variant;
          const settings = computeSettings(variant);
          return { name, format: only ?? format, width: 4, height: 3, settings, bytes: Buffer.alloc(sizeOf(settings)) };
        }),
      };
    },
    plan: variant => ({
      name: variant.name,
      format: variant.formats[0],
      width: 4,
      height: 3,
      settings: computeSettings(variant),
    }),
  };
}

function sizeOf(settings: string): number {
  return 1 + parseInt(settings.slice(0, 3), 16);
}

const HOUR_MS = 60 * 60_000;
/** Delay of a slow scanner after an upload, and length of a scanner outage: longer than five tries take. */
const LATE_MS = 8 * HOUR_MS;
const OUTAGE_MS = 12 * HOUR_MS;
/** Delay until new definitions find malware that the scanner missed at first. */
const FOUND_MS = 60_000;

/** A scanner that scans uploads by itself and reports its results, like GuardDuty. */
export class MemoryScanner implements Scanner {
  /** Whether the definitions behind a late finding have been withdrawn as wrong. */
  isCorrected = false;

  constructor(
    private readonly clock: Clock,
    private readonly objects: MemoryObjects,
    private readonly tell: (key: string) => void,
  ) {}

  async scan(key: string, etag: string): Promise<Awaited<ReturnType<Scanner['scan']>>> {
    const body = this.objects.bytes.get(key);
    if (body === undefined || etagOf(body) !== etag) return 'gone';
    switch (body[1]) {
      case CONTENT.INFECTED: return 'infected';
      case CONTENT.FOUND_LATER: return this.sinceLanded(key) < FOUND_MS || this.isCorrected ? 'clean' : 'infected';
      case CONTENT.UNSCANNABLE: return 'unscannable';
      case CONTENT.NEVER_SCANNED: return 'waiting';
      case CONTENT.SCANNED_LATE: return this.wait(key) > 0 ? 'waiting' : 'clean';
      case CONTENT.SCANNER_OUTAGE: if (this.wait(key) > 0) throw new Error(`${INJECTED}the scanner has an outage`);
    }
    return 'clean';
  }

  /** Schedules the scan result of a new upload. */
  landed(key: string): void {
    if (this.objects.bytes.get(key)?.[1] === CONTENT.SCANNED_LATE) {
      this.clock.at(this.clock.now + LATE_MS, () => this.tell(key));
    }
  }

  /** The scan result in the object's tag now, or the result before the scanner changed its mind. */
  resultOf(key: string): ScanResult | undefined {
    const content = this.objects.bytes.get(key)?.[1];
    if (content === CONTENT.INFECTED) return 'THREATS_FOUND';
    if (content === CONTENT.UNSCANNABLE) return 'UNSUPPORTED';
    return this.wait(key) > 0 ? undefined : CLEAN;
  }

  private wait(key: string): number {
    const wait = {
      [CONTENT.SCANNED_LATE]: LATE_MS,
      [CONTENT.SCANNER_OUTAGE]: OUTAGE_MS,
      [CONTENT.NEVER_SCANNED]: Infinity,
    };
    const content = this.objects.bytes.get(key)?.[1] as keyof typeof wait;
    return (wait[content] ?? 0) - this.sinceLanded(key);
  }

  private sinceLanded(key: string): number {
    return this.clock.now - (this.objects.landedAt.get(key) ?? 0);
  }
}

const DAY_SECONDS = 86_400;

export function createMemoryRejections(table: MemoryTable, clock: Clock): RejectionCache {
  return {
    recall: async hash => (table.rows.get(REJECTED_BYTES_PREFIX + hash) as RejectedBytesRecord | undefined)?.rejection,
    remember: async (hash, rejection) => {
      table.putOther({
        image_id: REJECTED_BYTES_PREFIX + hash,
        rejection,
        expires_at: Math.ceil(clock.now / 1000) + 30 * DAY_SECONDS,
      });
    },
  };
}

