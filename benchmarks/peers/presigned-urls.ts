import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type ListedRow } from '../support/list/list-page';

let s3: S3Client | undefined;

/**
 * Makes a URL for each variant, as AWS's pages show
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/example_s3_Scenario_PresignedUrl_section.html).
 */
export function presignUrls({ object_key, variants }: ListedRow): Promise<string[]> {
  const client = s3 ??= new S3Client({});
  const folder = object_key.replace('originals/', 'variants/');
  return Promise.all(variants.map(({ name, format }) => {
    return getSignedUrl(client, new GetObjectCommand({ Bucket: 'images', Key: `${folder}/${name}.${format}` }), {
      expiresIn: 3600,
    });
  }));
}
