import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { transformImage } from './transform-per-request';

const s3 = new S3Client({});

interface Request { readonly key: string; readonly side: number; readonly format: 'avif' | 'webp' | 'jpeg' }

/**
 * The function that answers each cache miss of AWS's Dynamic Image Transformation: it reads the original, transforms it
 * and returns it in base64 through API Gateway. It stores nothing.
 */
export async function handler({ key, side, format }: Request): Promise<{ statusCode: number; body: string }> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET_NAME, Key: key }));
  const image = await transformImage(Buffer.from(await Body!.transformToByteArray()), side, format);
  return { statusCode: 200, body: image.toString('base64') };
}
