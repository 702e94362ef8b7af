import { buildEntry } from './gallery.js';
import { ImageApi, UnreachableError } from './image-api.js';
import { finishSignIn, signOut, startSignIn, takeTokenOfFragment } from './sign-in.js';
import { uploadFile } from './upload.js';

const find = id => document.getElementById(id);

const config = await (await fetch('config.json')).json();
let api;
let cursor = null;

function showMessage(text) {
  find('message').textContent = text ?? '';
  find('message').hidden = !text;
}

function showSignIn(message) {
  api = undefined;
  showMessage(message);
  find('signed-in').hidden = true;
  find('sign-out').hidden = true;
  find('sign-in').hidden = false;
  find('sign-in-page').hidden = !config.signIn;
  find('token-label').hidden = Boolean(config.signIn);
  find('use-token').hidden = Boolean(config.signIn);
}

/** The token stays in memory only: a reload forgets it. */
async function enter(token) {
  api = new ImageApi(config.api, token);
  showMessage();
  find('sign-in').hidden = true;
  find('signed-in').hidden = false;
  find('sign-out').hidden = false;
  find('gallery').replaceChildren();
  cursor = null;
  try {
    await showNextPage();
  } catch (error) {
    showSignIn();
    throw error;
  }
}

async function showNextPage() {
  const page = await api.list(cursor ?? undefined);
  cursor = page.next_cursor;
  find('gallery').append(...page.images.map(image => buildEntry(image, attempt(deleteImage))));
  find('more').hidden = cursor === null;
  showEmptiness();
}

function showEmptiness() {
  find('empty').hidden = find('gallery').children.length > 0;
}

/** A browser opens six connections to one host. */
const CONCURRENCY = 4;

async function upload(files) {
  const waiting = [...files];
  let done = 0;
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) if (await showUpload(file)) done++;
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  find('status').textContent = `${done} of ${files.length} images uploaded.`;
}

/** Uploads a file with a line that shows its progress. A failed upload keeps its line. */
async function showUpload(file) {
  const line = document.createElement('li');
  const name = document.createElement('span');
  const progress = document.createElement('progress');
  const state = document.createElement('span');
  name.textContent = file.name;
  progress.setAttribute('aria-label', `Upload of ${file.name}`);
  line.append(name, progress, state);
  find('uploads').append(line);
  try {
    const image = await uploadFile(api, file, share => {
      if (share === undefined) progress.removeAttribute('value');
      else progress.value = share;
      state.textContent = share === undefined ? 'In progress' : `${Math.round(100 * share)} %`;
    });
    line.remove();
    find('gallery').prepend(buildEntry(image, attempt(deleteImage)));
    showEmptiness();
    return image;
  } catch (error) {
    progress.remove();
    line.className = 'failed';
    state.textContent = error.message;
    if (error.status === 401) showSignIn('Sign in again: your token is no longer valid.');
    return undefined;
  }
}

async function deleteImage(image, entry) {
  await api.delete(image.image_id);
  entry.remove();
  showEmptiness();
  find('status').textContent = `${image.filename ?? 'The image'} is deleted.`;
  find('files').focus();
}

/** How to start the local server for this page. On AWS, the stack sets both. */
const START = `npm start -- --auth jwt --cors-origin ${location.origin}`;

function explain(error) {
  if (error instanceof UnreachableError && !config.signIn) return `${error.message} Start it with: ${START}`;
  if (error.status !== 401) return error.message;
  // A server without tokens takes the user from this header, and so it does for a trusted token.
  if (error.message.includes('x-user-id')) return `The image service took no user from your token. Use a token of a user, and start it with: ${START}`;
  return 'Sign in again: your token is not valid.';
}

/** Runs a step, and shows its error. */
function attempt(step) {
  return async (...args) => {
    try {
      await step(...args);
    } catch (error) {
      if (error.status === 401) showSignIn(explain(error));
      else showMessage(explain(error));
    }
  };
}

find('files').addEventListener('change', attempt(async ({ target }) => {
  showMessage();
  const files = [...target.files];
  target.value = '';
  await upload(files);
}));
find('more').addEventListener('click', attempt(showNextPage));
find('sign-in-page').addEventListener('click', attempt(() => startSignIn(config.signIn)));
find('sign-in').addEventListener('submit', attempt(async event => {
  event.preventDefault();
  const token = find('token').value.trim();
  find('token').value = '';
  await enter(token);
}));
find('sign-out').addEventListener('click', () => config.signIn ? signOut(config.signIn) : showSignIn());

await attempt(async () => {
  const token = config.signIn ? await finishSignIn(config.signIn) : takeTokenOfFragment();
  if (token) await enter(token);
  else showSignIn();
})();
