import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { writeGif } from '../lambda/imaging/support/animated-gif';
import { drawGif, gifCases } from '../lambda/imaging/support/gif-cases';
import { CHROMIUM, describeIfMet, REQUIREMENTS } from '../support/requirements';

jest.setTimeout(180_000);

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** In base64. */
  readonly frames: string[];
}

/** WebCodecs, which TypeScript's library for Node lacks. */
declare const ImageDecoder: new (init: { data: ArrayBuffer; type: string }) => {
  readonly tracks: { readonly ready: Promise<void>; readonly selectedTrack: { readonly frameCount: number } };
  readonly completed: Promise<void>;
  readonly decode: (
    options: { frameIndex: number }
  ) => Promise<{ image: { displayWidth: number; displayHeight: number } }>;
};
declare const OffscreenCanvas: new (width: number, height: number) => {
  readonly getContext: (kind: '2d') => {
    readonly drawImage: (image: unknown, x: number, y: number) => void;
    readonly getImageData: (
      x: number, y: number, width: number, height: number
    ) => { readonly data: Uint8ClampedArray };
  };
};

describeIfMet(REQUIREMENTS.chromium)('Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    // Only pages of a secure context have WebCodecs, and this address is one.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  function drawInBrowser(bytes: Buffer, type: string): Promise<Drawn> {
    return page.evaluate(async ([file, mediaType]) => {
      const { buffer } = Uint8Array.from(atob(file), character => character.charCodeAt(0));
      const decoder = new ImageDecoder({ data: buffer, type: mediaType });
      await decoder.tracks.ready;
      await decoder.completed;
      const frames: string[] = [];
      let size = { width: 0, height: 0 };
      for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        size = { width: image.displayWidth, height: image.displayHeight };
        const context = new OffscreenCanvas(size.width, size.height).getContext('2d');
        context.drawImage(image, 0, 0);
        let binary = '';
        for (const value of context.getImageData(0, 0, size.width, size.height).data) {
          binary += String.fromCharCode(value);
        }
        frames.push(btoa(binary));
      }
      return { ...size, frames };
    }, [bytes.toString('base64'), type]);
  }

  test('draws GIFs as the pipeline\'s tests expect', async () => {
    const misses: string[] = [];
    for (const { name, file } of gifCases()) {
      const { width, height, frames } = drawGif(file);
      const drawn = await drawInBrowser(writeGif(file), 'image/gif');
      const isSame = drawn.width === width && drawn.height === height && drawn.frames.length === frames.length
        && frames.every((each, i) => each.equals(Buffer.from(drawn.frames[i], 'base64')));
      if (!isSame) misses.push(name);
    }
    expect(misses).toEqual([]);
  });
});
