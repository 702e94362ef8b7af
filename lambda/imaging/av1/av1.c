#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "dav1d/dav1d.h"

#define EXPORT(name) __attribute__((export_name(#name)))

/* One stream of pictures: the colours or the alpha of an image or a sequence. */
typedef struct {
  Dav1dContext *decoder;
  Dav1dPicture picture;
  /* The spatial layer that is shown, or -1 for the highest of the operating point. */
  int layer;
} Stream;

/* How the numbers of a picture become RGB: rgb = matrix * ((y, u, v) - offset) * scale, from 0 to 1. */
typedef struct {
  float matrix[9];
  float luma_offset, luma_scale;
  float chroma_offset, chroma_scale;
  float alpha_offset, alpha_scale;
} Conversion;

EXPORT(allocate) void *allocate(size_t size) { return malloc(size); }
EXPORT(release) void release(void *memory) { free(memory); }

EXPORT(openStream) Stream *openStream(int operating_point, int layer, unsigned max_pixels) {
  Stream *stream = calloc(1, sizeof(Stream));
  if (!stream) return NULL;
  Dav1dSettings settings;
  dav1d_default_settings(&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.all_layers = layer >= 0;
  settings.operating_point = operating_point;
  settings.frame_size_limit = max_pixels;
  stream->layer = layer;
  if (dav1d_open(&stream->decoder, &settings) == 0) return stream;
  free(stream);
  return NULL;
}

EXPORT(closeStream) void closeStream(Stream *stream) {
  dav1d_picture_unref(&stream->picture);
  dav1d_close(&stream->decoder);
  free(stream);
}

/* Keeps the last picture: with layers it is the highest. */
static int takePictures(Stream *stream, int *taken) {
  for (;;) {
    Dav1dPicture picture = { 0 };
    const int result = dav1d_get_picture(stream->decoder, &picture);
    if (result < 0) return result == DAV1D_ERR(EAGAIN) ? 0 : result;
    if (stream->layer >= 0 && picture.frame_hdr->spatial_id != stream->layer) {
      dav1d_picture_unref(&picture);
      continue;
    }
    dav1d_picture_unref(&stream->picture);
    stream->picture = picture;
    ++*taken;
  }
}

/* The number of pictures in a sample, or an error below 0. */
EXPORT(decodeSample) int decodeSample(Stream *stream, const uint8_t *bytes, size_t size) {
  Dav1dData data = { 0 };
  uint8_t *copy = dav1d_data_create(&data, size);
  if (!copy) return DAV1D_ERR(ENOMEM);
  memcpy(copy, bytes, size);
  int taken = 0;
  int result = 0;
  while (data.sz > 0 && result >= 0) {
    result = dav1d_send_data(stream->decoder, &data);
    if (result == 0 || result == DAV1D_ERR(EAGAIN)) result = takePictures(stream, &taken);
  }
  if (data.sz > 0) dav1d_data_unref(&data);
  if (result >= 0) result = takePictures(stream, &taken);
  return result < 0 ? result : taken;
}

EXPORT(pictureFact) int pictureFact(const Stream *stream, int fact) {
  const Dav1dPicture *picture = &stream->picture;
  switch (fact) {
    case 0: return picture->p.w;
    case 1: return picture->p.h;
    case 2: return picture->p.bpc;
    case 3: return picture->p.layout;
    case 4: return picture->seq_hdr->pri;
    case 5: return picture->seq_hdr->trc;
    case 6: return picture->seq_hdr->mtrx;
    default: return picture->seq_hdr->color_range;
  }
}

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

static void readRow(const Dav1dPicture *picture, int plane, int row, int width, float *to) {
  const uint8_t *from = (const uint8_t *)picture->data[plane] + row * picture->stride[plane > 0];
  if (picture->p.bpc == 8) for (int x = 0; x < width; x++) to[x] = from[x];
  else for (int x = 0; x < width; x++) to[x] = ((const uint16_t *)from)[x];
}

/* Chroma lies in the middle between its pixels: each pixel takes three parts of the nearer and one of the farther. */
static void readChroma(const Dav1dPicture *picture, int plane, int row, float *near, float *far, float *to) {
  const int width = picture->p.w;
  const int is_half_width = picture->p.layout != DAV1D_PIXEL_LAYOUT_I444;
  const int half = is_half_width ? (width + 1) / 2 : width;
  float *whole = is_half_width ? near : to;
  if (picture->p.layout == DAV1D_PIXEL_LAYOUT_I420) {
    const int last = (picture->p.h + 1) / 2 - 1;
    readRow(picture, plane, row / 2, half, near);
    readRow(picture, plane, row % 2 ? least(row / 2 + 1, last) : most(row / 2 - 1, 0), half, far);
    for (int x = 0; x < half; x++) near[x] = 0.75f * near[x] + 0.25f * far[x];
  } else {
    readRow(picture, plane, row, half, whole);
  }
  if (!is_half_width) return;
  for (int x = 0; x < width; x++) {
    const int other = x % 2 ? least(x / 2 + 1, half - 1) : most(x / 2 - 1, 0);
    to[x] = 0.75f * near[x / 2] + 0.25f * near[other];
  }
}

static float within(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

static void writeRow(const float *from, int width, int channel, int channels, int is_deep, uint8_t *to) {
  if (is_deep) for (int x = 0; x < width; x++) ((uint16_t *)to)[x * channels + channel] = (uint16_t)(within(from[x]) * 65535 + 0.5f);
  else for (int x = 0; x < width; x++) to[x * channels + channel] = (uint8_t)(within(from[x]) * 255 + 0.5f);
}

/*
 * RGB or, with a second stream, RGBA, in 8 or 16 bits per channel. 0 if memory is short or the pictures do not fit together.
 */
EXPORT(render) int render(const Stream *colour, const Stream *alpha, const Conversion *how, int is_premultiplied, int is_deep, uint8_t *to) {
  const Dav1dPicture *picture = &colour->picture;
  const int width = picture->p.w, height = picture->p.h, channels = alpha ? 4 : 3;
  if (!picture->data[0]) return 0;
  if (alpha && (!alpha->picture.data[0] || alpha->picture.p.w != width || alpha->picture.p.h != height)) return 0;
  const int is_grey = picture->p.layout == DAV1D_PIXEL_LAYOUT_I400;
  const size_t padded = (size_t)width + 2;
  float *rows = calloc(padded * 6, sizeof(float));
  if (!rows) return 0;
  float *y = rows, *u = y + padded, *v = u + padded, *a = v + padded, *near = a + padded, *far = near + padded;
  const float *m = how->matrix;
  const size_t stride = (size_t)width * channels * (is_deep ? 2 : 1);
  for (int row = 0; row < height; row++, to += stride) {
    readRow(picture, 0, row, width, y);
    for (int x = 0; x < width; x++) y[x] = (y[x] - how->luma_offset) * how->luma_scale;
    if (is_grey) {
      memcpy(u, y, width * sizeof(float));
      memcpy(v, y, width * sizeof(float));
    } else {
      readChroma(picture, 1, row, near, far, u);
      readChroma(picture, 2, row, near, far, v);
      for (int x = 0; x < width; x++) {
        const float l = y[x], b = (u[x] - how->chroma_offset) * how->chroma_scale, r = (v[x] - how->chroma_offset) * how->chroma_scale;
        y[x] = m[0] * l + m[1] * b + m[2] * r;
        u[x] = m[3] * l + m[4] * b + m[5] * r;
        v[x] = m[6] * l + m[7] * b + m[8] * r;
      }
    }
    if (alpha) {
      readRow(&alpha->picture, 0, row, width, a);
      for (int x = 0; x < width; x++) a[x] = within((a[x] - how->alpha_offset) * how->alpha_scale);
      if (is_premultiplied) for (int x = 0; x < width; x++) {
        const float scale = a[x] > 0 ? 1 / a[x] : 0;
        y[x] *= scale; u[x] *= scale; v[x] *= scale;
      }
      writeRow(a, width, 3, 4, is_deep, to);
    }
    writeRow(y, width, 0, channels, is_deep, to);
    writeRow(u, width, 1, channels, is_deep, to);
    writeRow(v, width, 2, channels, is_deep, to);
  }
  free(rows);
  return 1;
}
