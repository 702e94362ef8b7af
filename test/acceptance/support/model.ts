/** The wire format of http-api.md, restated: a test that imported the code's types could not detect their mistakes. */
export interface ImageView {
  image_id: string;
  user_id: string;
  status: 'pending' | 'processing' | 'ready' | 'rejected' | 'failed';
  filename: string | null;
  content_type: string;
  size: number;
  checksum_sha256: string | null;
  tags: string[];
  visibility: 'private' | 'public';
  shared_with: string[];
  width: number | null;
  height: number | null;
  format: string | null;
  animated: boolean | null;
  placeholder: { thumbhash: string; color: string } | null;
  variants: VariantView[];
  rejection: { code: string; message: string } | null;
  created_at: string | null;
  updated_at: string;
  version: number;
}

export interface VariantView {
  name: string;
  width: number;
  height: number;
  content_type: string;
  /** Null for an on-demand variant. */
  size: number | null;
  url: string;
  expires_at: string;
}

export const IMAGE_FIELDS: ReadonlyArray<keyof ImageView> = [
  'image_id', 'user_id', 'status', 'filename', 'content_type', 'size', 'checksum_sha256', 'tags', 'visibility',
  'shared_with', 'width', 'height', 'format',
  'animated', 'placeholder', 'variants', 'rejection', 'created_at', 'updated_at', 'version',
];

export interface Upload {
  method: string;
  url: string;
  headers: Record<string, string>;
  expires_at: string;
}

export interface Created {
  image_id: string;
  status: string;
  upload: Upload;
}

export interface CreateBody {
  content_type: string;
  size: number;
  filename?: string | null;
  tags?: string[] | null;
  checksum_sha256?: string | null;
  visibility?: 'private' | 'public' | null;
  shared_with?: string[] | null;
}

export interface ImagePage {
  images: ImageView[];
  next_cursor: string | null;
}

export interface Download {
  url: string;
  expires_at: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  errors?: Array<{ path: string; message: string }>;
  rejection?: { code: string; message: string };
  accepted?: string[];
  limit?: number;
}

export interface BatchResults {
  results: Array<{ image_id: string; status: number; problem?: Problem }>;
}

export interface BatchGetResults {
  results: Array<{ image_id: string; status: number; image?: ImageView; problem?: Problem }>;
}

/** Fields of the view of others than the owner and the service. */
export const VIEWER_FIELDS: ReadonlyArray<keyof ImageView> = [
  'image_id', 'status', 'content_type', 'width', 'height', 'format', 'animated', 'placeholder', 'variants',
  'created_at', 'updated_at',
];

export const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const IMAGE_ID = /^[A-Za-z0-9._~-]{1,200}$/;
