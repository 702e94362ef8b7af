import { TaggingConfiguration } from '@20minutes/s3rver/lib/models/config';
import { buildS3Error } from './errors';

/**
 * The body of PutObjectTagging as s3rver reads it: no element, one, or a list of them; a text of digits is a number.
 */
export interface Tagging {
  readonly Tagging?: { readonly TagSet?: '' | { readonly Tag?: TagElement | readonly TagElement[] } };
}
interface TagElement { readonly Key?: string | number; readonly Value?: string | number }

/** S3's limits. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX = { TAGS: 10, KEY: 128, VALUE: 256 };

export function parseTags({ Tagging: tagging }: Tagging): Record<string, string> {
  if (tagging?.TagSet === undefined) {
    throw buildS3Error(
      'MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const elements = [(tagging.TagSet || {}).Tag ?? []].flat() as TagElement[];
  const pairs = elements.map(({ Key = '', Value = '' }) => [String(Key), String(Value)] as const);
  const tags = Object.fromEntries(pairs);
  if (pairs.length > MAX.TAGS) throw buildS3Error('BadRequest', `Object tags cannot be greater than ${MAX.TAGS}`);
  const isRight = pairs.every(([key, value]) => key !== '' && key.length <= MAX.KEY && value.length <= MAX.VALUE);
  if (!isRight || Object.keys(tags).length < pairs.length) {
    throw buildS3Error('InvalidTag', 'The tag provided was not a valid tag');
  }
  return tags;
}

/** Builds s3rver's response to GetObjectTagging. */
export function buildTagging(tags: Readonly<Record<string, string>>): object {
  const config = new TaggingConfiguration('<Tagging><TagSet/></Tagging>');
  config.rawConfig = { Tagging: { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } } };
  return config;
}
