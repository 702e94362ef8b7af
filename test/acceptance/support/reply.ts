import type { WireRequest, WireResponse } from '../../environments/environment';

/** A response with accessors for tests. */
export class Reply {
  constructor(readonly request: WireRequest, private readonly response: WireResponse) {}

  get status(): number {
    return this.response.status;
  }

  get body(): Buffer {
    return this.response.body;
  }

  get headerNames(): string[] {
    return [...this.response.headers.keys()];
  }

  headers(name: string): readonly string[] {
    return this.response.headers.get(name) ?? [];
  }

  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  json<T>(): T {
    return JSON.parse(this.body.toString('utf8')) as T;
  }

  /** For messages of failed expectations. */
  toString(): string {
    return `${this.request.method} ${this.request.target.slice(0, 200)} → ${this.status} ${this.body.toString('utf8').slice(0, 600)}`;
  }
}
