/** The options of a sequence header that move its colours to another bit. */
export interface HeaderChoices {
  readonly profile: 0 | 1 | 2;
  readonly isHigh: boolean;
  readonly reduced: boolean;
  readonly timing: boolean;
  readonly equalInterval: boolean;
  readonly decoderModel: boolean;
  readonly displayDelay: boolean;
  readonly points: number;
  readonly frameIds: boolean;
  readonly orderHint: boolean;
  readonly chosenContent: boolean;
  readonly monochrome: boolean;
  readonly description?: readonly [primaries: number, transfer: number, matrix: number];
  readonly fullRange: boolean;
}

type Field = readonly [value: number, bits: number];

const flag = (value: boolean): Field => [value ? 1 : 0, 1];

/** A temporal delimiter and a sequence header as OBUs with lengths, field by field as AV1, section 5.5, lists them. */
export function sequenceHeader(choices: HeaderChoices): Buffer {
  const { profile, isHigh, reduced, monochrome, description } = choices;
  const fields: Field[] = [
    [profile, 3], flag(reduced), flag(reduced),
    ...reduced ? [[0, 5] as const] : operatingPoints(choices),
    [11, 4], [10, 4], [1000, 12], [900, 11],
    ...reduced ? [] : [flag(choices.frameIds), ...choices.frameIds ? [[5, 4], [2, 3]] as const : []],
    [0b101, 3],
    ...reduced ? [] : tools(choices),
    [0b011, 3],
    flag(isHigh),
    ...profile === 2 && isHigh ? [flag(true)] : [],
    ...profile === 1 ? [] : [flag(monochrome)],
    flag(description !== undefined),
    ...(description ?? []).map((value): Field => [value, 8]),
    flag(choices.fullRange),
    [1, 1],
  ];
  const payload = pack(fields);
  return Buffer.concat([Buffer.from([0x12, 0, 0x0a, payload.length]), payload]);
}

function operatingPoints({ timing, equalInterval, decoderModel, displayDelay, points }: HeaderChoices): Field[] {
  const model: Field[] = decoderModel ? [flag(true), [9, 5], [1, 32], [7, 5], [6, 5]] : [flag(false)];
  // `num_ticks_per_picture_minus_1` of 5 as uvlc: two zeros, a one, two bits.
  const interval: Field[] = equalInterval ? [flag(true), [0b00110, 5]] : [flag(false)];
  const start: Field[] = timing ? [flag(true), [1000, 32], [25, 32], ...interval, ...model] : [flag(false)];
  const each = Array.from({ length: points }, (_, i): Field[] => [
    [i, 12],
    // A level above 7 has a tier.
    ...i % 2 === 0 ? [[8, 5], [1, 1]] as const : [[4, 5]] as const,
    ...timing && decoderModel ? [flag(true), [500, 10], [600, 10], flag(false)] as const : [],
    ...displayDelay ? [flag(true), [3, 4]] as const : [],
  ]);
  return [...start, flag(displayDelay), [points - 1, 5], ...each.flat()];
}

function tools({ orderHint, chosenContent }: HeaderChoices): Field[] {
  return [
    [0b1010, 4], flag(orderHint), ...orderHint ? [[0b01, 2]] as const : [],
    // Chosen per frame, or forced on with a choice of integer motion, which is forced too.
    ...chosenContent ? [flag(true), flag(true)] : [flag(false), flag(true), flag(false), flag(true)],
    ...orderHint ? [[6, 3]] as const : [],
  ];
}

function pack(fields: readonly Field[]): Buffer {
  const bits = fields.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
  return Buffer.from(bits.match(/.{1,8}/g)!.map(byte => parseInt(byte.padEnd(8, '0'), 2)));
}
