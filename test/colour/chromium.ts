import { chromium, type Browser } from 'playwright-core';
import sharp from 'sharp';
import type { Picture } from './chart';
import { CHROMIUM } from '../support/requirements';

/** An sRGB screen without headroom, like a user's screen without HDR. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--force-color-profile=srgb'] });
}

/** The picture that an `<img>` shows; undefined if it shows nothing, as for HEIC. */
export async function show(browser: Browser, bytes: Buffer, format: string): Promise<Picture | undefined> {
  const page = await browser.newPage();
  try {
    const type = `image/${format.toLowerCase().split(/[ ,]/)[0]}`;
    await page.setContent(
      `<style>body { margin: 0 } img { display: block }</style><img src="data:${type};base64,${bytes.toString('base64')}">`,
    );
    const size = await page.$eval('img', async shown => {
      await shown.decode().catch(() => undefined);
      return { width: shown.naturalWidth, height: shown.naturalHeight };
    });
    if (size.width === 0) return undefined;
    await page.setViewportSize(size);
    const { data, info } = await sharp(await page.screenshot()).removeAlpha().raw().toBuffer({
      resolveWithObject: true,
    });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } finally {
    await page.close();
  }
}
