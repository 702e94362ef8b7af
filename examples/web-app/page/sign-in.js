/** Sign-in by authorization code with PKCE (RFC 7636), as a user pool's sign-in page offers it. */

const STORED = 'sign-in';

/** Leaves this page for the sign-in page. */
export async function startSignIn({ url, clientId, scope }) {
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
  const state = encode(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem(STORED, JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  location.assign(`${url}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: getRedirectUri(),
    scope,
    state,
    code_challenge_method: 'S256',
    code_challenge: encode(new Uint8Array(digest)),
  })}`);
}

/** Trades the code in this page's URL for a token. Undefined if there is no code. */
export async function finishSignIn({ url, clientId }) {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const { verifier, state } = JSON.parse(sessionStorage.getItem(STORED) ?? '{}');
  sessionStorage.removeItem(STORED);
  if (code === null) return undefined;
  history.replaceState(null, '', location.pathname);
  if (!state || query.get('state') !== state) throw new Error('The sign-in was not started by this page.');
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: getRedirectUri(),
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error('The sign-in failed; try again.');
  return (await response.json()).access_token;
}

export function signOut({ url, clientId }) {
  location.assign(`${url}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: getRedirectUri() })}`);
}

/** Takes a development token from `#token=…`. Browsers do not send a fragment, so no log holds it. */
export function takeTokenOfFragment() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname);
  return token ?? undefined;
}

function getRedirectUri() {
  return `${location.origin}/`;
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
