/**
 * `Content-Disposition` for downloads (RFC 6266): an ASCII `filename` for old clients, then `filename*` with the exact
 * name in UTF-8 (RFC 8187), which newer clients prefer.
 */
export type Disposition = 'attachment' | 'inline';

export function buildContentDisposition(disposition: Disposition, filename: string): string {
  return `${disposition}; filename="${encodeAsciiName(filename)}"; filename*=UTF-8''${encodeExtValue(filename)}`;
}

/** No quotes, backslashes or percent signs: clients disagree on how to read them (RFC 6266, appendix D). */
function encodeAsciiName(filename: string): string {
  return filename.replace(/[^A-Za-z0-9 ._()-]/gu, '_');
}

/** Everything but `attr-char` (RFC 8187, section 3.2.1) is percent-encoded. */
function encodeExtValue(filename: string): string {
  return encodeURIComponent(filename).replace(/['()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
