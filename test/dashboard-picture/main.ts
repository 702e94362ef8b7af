import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { drawDashboard } from './draw';
import { computeHash, PICTURE, PICTURE_HASH } from './files';
import { showError } from '../../local/terminal';

/** For screens with more than one pixel for each CSS pixel. */
const DENSITY = 72 * 1.25;

/** `npm run picture:dashboard` draws the dashboard for README and docs/operations.md. */
async function main(): Promise<void> {
  const svg = drawDashboard();
  mkdirSync(dirname(PICTURE), { recursive: true });
  const picture = await sharp(Buffer.from(svg), { density: DENSITY })
    .png({ palette: true, colours: 64, dither: 0, compressionLevel: 9, effort: 10 })
    .toBuffer();
  writeFileSync(PICTURE, picture);
  writeFileSync(PICTURE_HASH, `${computeHash(svg)}\n`);
  console.log(`${PICTURE}: ${Math.round(picture.length / 1000)} KB`);
}

main().catch(error => {
  showError(error, 'npm run picture:dashboard');
  process.exitCode = 1;
});
