/** A picture that a user of the app has posted. The app keeps its posts; the image service keeps the images. */
export interface Post {
  readonly author: string;
  readonly imageId: string;
  readonly text: string;
}

/** The fields of an image that the feed shows. */
interface Image {
  readonly width: number;
  readonly height: number;
  readonly placeholder: { readonly color: string };
  readonly variants: readonly { readonly width: number; readonly url: string }[];
}

interface Result {
  readonly status: number;
  readonly image?: Image;
}

/** Calls the image service for a user. */
export type CallImages = (user: string, method: string, path: string, json?: object) => Promise<Response>;

/**
 * The feed of one viewer as HTML. One request gets the images of all authors, 100 at most. The service decides which of
 * them the viewer may see; the feed drops the other posts.
 */
export async function renderFeed(callImages: CallImages, viewer: string, posts: readonly Post[]): Promise<string> {
  const results = posts.length === 0 ? [] : await getImages(callImages, viewer, posts.map(({ imageId }) => imageId));
  const entries = posts.flatMap((post, i) => {
    const { image } = results[i];
    return image === undefined ? [] : [renderPost(post, image)];
  });
  return renderPage(viewer, entries);
}

/** The results are in the order of the ids. */
async function getImages(callImages: CallImages, viewer: string, image_ids: string[]): Promise<Result[]> {
  const response = await callImages(viewer, 'POST', 'images/batch-get', { image_ids });
  if (!response.ok) throw new Error(`the image service must answer 200, got: ${response.status}`);
  return (await response.json() as { results: Result[] }).results;
}

function renderPost({ author, text }: Post, { width, height, placeholder, variants }: Image): string {
  const srcset = variants.map(variant => `${variant.url} ${variant.width}w`).join(', ');
  return `<article>
  <h2>${escape(author)}</h2>
  <img src="${escape(variants[0].url)}" srcset="${escape(srcset)}" sizes="min(100vw, 640px)" width="${width}" height="${height}"
    style="background: ${escape(placeholder.color)}" loading="lazy" alt="${escape(text)}">
  <p>${escape(text)}</p>
</article>`;
}

function renderPage(viewer: string, entries: readonly string[]): string {
  const style = 'body { font: 1rem/1.5 system-ui; max-width: 640px; margin: auto; padding: 1rem } img { width: 100%; height: auto }';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Feed</title>
<style>${style}</style>
<main>
<h1>The feed of ${escape(viewer)}</h1>
${entries.length === 0 ? '<p>There are no pictures yet.</p>' : entries.join('\n')}
</main>
</html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, character => ENTITIES[character]);
}
