/** An answer of the API that is no success. The message is for people. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.rejection?.message ?? problem?.detail ?? `The service answered with status ${status}.`);
    this.status = status;
  }
}

/** A browser does not tell a page whether the service is down or does not allow the page's origin. */
export class UnreachableError extends Error {
  constructor(url, cause) {
    super(`The image service at ${url} does not answer, or does not allow this page.`, { cause });
  }
}

/** Calls the image service as the user of a token. */
export class ImageApi {
  constructor(url, token) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  create(fields) {
    return this.call('POST', '/images', fields);
  }

  confirm(id) {
    return this.call('POST', `/images/${id}/confirm`);
  }

  get(id) {
    return this.call('GET', `/images/${id}`);
  }

  list(cursor) {
    return this.call('GET', `/images?limit=24${cursor ? `&cursor=${cursor}` : ''}`);
  }

  delete(id) {
    return this.call('DELETE', `/images/${id}`);
  }

  /** The token is in a header. A URL would keep it in logs and in the history. */
  async call(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...body && { 'content-type': 'application/json' } },
      body: body && JSON.stringify(body),
    }).catch(cause => { throw new UnreachableError(this.url, cause); });
    if (response.status === 204) return undefined;
    const answer = await response.json().catch(() => undefined);
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }
}
