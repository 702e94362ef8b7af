import { DecoderPool } from '../../../../lambda/imaging/decoder/pool';

/** A process that waits for a hanging decoder. Arguments: the decoder's script and its log file. */
const [script, log] = process.argv.slice(2);
const header = { type: 'image/png', width: 1, height: 1, frames: 1, pixels: 1, scans: 1 } as const;
const pool = new DecoderPool({ script, limits: { decodeSeconds: 60, decodeWallSeconds: 60, decodeMemoryMiB: 1024 } });
void pool.decode({ bytes: Buffer.from(JSON.stringify({ act: 'hang', log })), header, variants: [] });
