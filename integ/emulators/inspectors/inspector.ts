/** A resource of the template with its properties; references are resolved. */
export interface Resource {
  /** The physical id. */
  readonly id: string;
  readonly written: Readonly<Record<string, any>>;
}

/**
 * Asks the emulator for a resource's configuration, and returns it in the shape of the template's properties; throws if
 * the resource does not exist. A property that it does not read counts as absent, so the comparison fails if the
 * template sets it.
 */
export type Inspector = (resource: Resource) => Promise<Record<string, unknown>>;
