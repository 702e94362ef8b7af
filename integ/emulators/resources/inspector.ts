/** A resource of the template, its properties as written there, with references resolved. */
export interface Resource {
  /** The physical id. */
  readonly id: string;
  readonly written: Readonly<Record<string, any>>;
}

/**
 * Asks the emulator how a resource is configured, and answers in the shape of the template's properties; throws where
 * there is none. A property that it does not ask for counts as absent, so one that is written there and not here fails.
 */
export type Inspector = (resource: Resource) => Promise<Record<string, unknown>>;
