/** Shifts the clock of this process (ms), so that a test does not wait until a URL expires. */
export const CLOCK_OFFSET_ENV = 'IMAGE_SERVICE_CLOCK_OFFSET_MS';

export function shiftClock(value: string | undefined): void {
  if (value === undefined || value === '') return;
  const offset = Number(value);
  if (!Number.isSafeInteger(offset)) {
    throw new Error(`${CLOCK_OFFSET_ENV} must be a whole number of milliseconds, got: ${value}`);
  }
  globalThis.Date = buildShiftedDate(globalThis.Date, offset);
}

function buildShiftedDate(real: DateConstructor, offset: number): DateConstructor {
  return class extends real {
    static now(): number {
      return real.now() + offset;
    }

    /** Dates that Node creates, such as those of files, are instances of the original class. */
    static [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof real;
    }

    constructor(...given: [] | [number | string | Date]) {
      super(...(given.length === 0 ? [real.now() + offset] : given) as [number]);
    }
  } as DateConstructor;
}
