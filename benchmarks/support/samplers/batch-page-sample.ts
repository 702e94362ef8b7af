import type { ApiDeps } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';
import type { HttpRequest } from '../../../lambda/http/messages';
import type { ImageRecord } from '../../../src/contract';
import { createCdnDelivery } from '../list/cdn-delivery';
import { BATCH_IMAGES, buildRows, measureWork } from '../list/list-page';

const TIME = '2026-11-22T10:15:30.123Z';

/** As stored: every image has an owner of its own, and is shared with bob. */
const RECORDS = buildRows(BATCH_IMAGES, n => `owner-${n}`).map((row): ImageRecord => {
  return {
    ...row,
    user_id: row.owner,
    status: 'ready',
    version: 3,
    url_until: 0,
    content_type: 'image/jpeg',
    size: 123_456,
    shared_with: ['user:bob'],
    created_at: `${TIME}#${row.image_id}`,
    updated_at: TIME,
  };
});

const REQUEST: HttpRequest = {
  method: 'POST',
  resource: '/images/batch-get',
  path: '/images/batch-get',
  parameters: {},
  query: new Map(),
  headers: new Map([['x-user-id', ['bob']], ['content-type', ['application/json']]]),
  body: Buffer.from(JSON.stringify({ image_ids: RECORDS.map(({ image_id }) => image_id) })),
  requestId: '0f1e2d3c',
};

let signatures = 0;
const { signer, ...signed } = createCdnDelivery();
const deps = {
  table: { getMany: async () => RECORDS },
  delivery: {
    ...signed,
    signer: {
      sign: (policy: string) => {
        signatures += 1;
        return signer.sign(policy);
      },
    },
  },
  clock: { now: Date.now },
} as unknown as ApiDeps;

async function makePage(): Promise<string> {
  const { status, body = '' } = await answer(REQUEST, {
    access: 'iam', deps, corsOrigins: [], onError: error => { throw error; },
  });
  if (status !== 200) throw new Error(`batch-get must answer 200, got: ${status} ${body}`);
  return body;
}

interface Answer {
  readonly results: readonly { readonly image?: { readonly variants: readonly { readonly url: string }[] } }[];
}

function listUrls(body: string): string[] {
  const { results } = JSON.parse(body) as Answer;
  return results.flatMap(({ image }) => image?.variants ?? []).map(({ url }) => url);
}

void measureWork<string>({
  images: BATCH_IMAGES,
  make: makePage,
  listUrls,
  countSignatures: async () => {
    signatures = 0;
    await makePage();
    return signatures;
  },
});
