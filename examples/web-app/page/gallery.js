/** Builds the gallery's entry of an image. */
export function buildEntry(image, onDelete) {
  const name = image.filename ?? 'Image without a name';
  const entry = document.createElement('li');
  entry.dataset.imageId = image.image_id;
  entry.append(image.variants.some(({ url }) => url) ? buildPicture(image, name) : buildBlank(image));
  entry.append(buildFooter(name, () => onDelete(image, entry)));
  return entry;
}

/** The browser chooses a width. The CDN chooses the format by the header `Accept`. */
function buildPicture({ variants, placeholder }, name) {
  const img = document.createElement('img');
  const [smallest] = variants;
  img.alt = name;
  img.width = smallest.width;
  img.height = smallest.height;
  img.sizes = '12rem';
  img.loading = 'lazy';
  img.style.backgroundColor = placeholder?.color ?? '';
  // The colour would show through transparent parts of the image.
  img.addEventListener('load', () => { img.style.backgroundColor = ''; });
  img.srcset = variants.map(({ url, width }) => `${url} ${width}w`).join(', ');
  img.src = smallest.url;
  return img;
}

const TEXTS = {
  pending: 'Not uploaded yet',
  processing: 'In progress',
  failed: 'The service could not process this image.',
  ready: 'No preview',
};

function buildBlank({ status, rejection }) {
  const blank = document.createElement('span');
  blank.className = 'blank';
  blank.textContent = rejection?.message ?? TEXTS[status] ?? status;
  return blank;
}

function buildFooter(name, onDelete) {
  const footer = document.createElement('footer');
  const label = document.createElement('span');
  label.className = 'name';
  label.textContent = name;
  label.title = name;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Delete';
  button.setAttribute('aria-label', `Delete ${name}`);
  button.addEventListener('click', onDelete);
  footer.append(label, button);
  return footer;
}
