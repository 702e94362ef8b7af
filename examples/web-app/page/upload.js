const POLL_MS = 500;
const PATIENCE_MS = 60_000;

/** Some systems know no type for these. */
const TYPES = { heic: 'image/heic', heif: 'image/heif', avif: 'image/avif' };

/**
 * Uploads a file straight to storage, and returns its image once it is processed. `onProgress` gets the share of the
 * bytes that are sent, then `undefined` while the service works.
 */
export async function uploadFile(api, file, onProgress) {
  if (file.size === 0) throw new Error('The file is empty.');
  const type = file.type || TYPES[file.name.split('.').at(-1).toLowerCase()] || 'application/octet-stream';
  const { image_id: id, upload } = await api.create({ content_type: type, size: file.size, filename: file.name });
  await put(upload, file, onProgress);
  onProgress(undefined);
  return waitUntilProcessed(api, await api.confirm(id));
}

/** `fetch` does not report the progress of a request. */
function put({ method, url, headers }, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => request.status === 200
      ? resolve()
      : reject(new Error(`Storage answered with status ${request.status}.`));
    request.onerror = () => reject(new Error('The connection to storage failed.'));
    request.send(file);
  });
}

async function waitUntilProcessed(api, image) {
  const end = Date.now() + PATIENCE_MS;
  let current = image;
  while (['pending', 'processing'].includes(current.status) && Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
    current = await api.get(image.image_id);
  }
  return current;
}
