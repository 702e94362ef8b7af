#include <errno.h>
#include <stddef.h>
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

/* The part of a picture that is shown. Squares of `shrink` pixels become one, whose place in the output is start + x * step_x + y * step_y. */
typedef struct {
  int left, top, width, height;
  int shrink;
  int start, step_x, step_y;
} View;

/* Rows of red, green, blue and alpha, from 0 to 1. */
enum { RED, GREEN, BLUE, ALPHA, NEAR, FAR, ROWS };

static void readColours(const Dav1dPicture *picture, const Conversion *how, int row, float *const rows[]) {
  const int width = picture->p.w;
  float *y = rows[RED], *u = rows[GREEN], *v = rows[BLUE];
  const float *m = how->matrix;
  readRow(picture, 0, row, width, y);
  if (picture->p.layout == DAV1D_PIXEL_LAYOUT_I400) {
    for (int x = 0; x < width; x++) y[x] = within((y[x] - how->luma_offset) * how->luma_scale);
    memcpy(u, y, width * sizeof(float));
    memcpy(v, y, width * sizeof(float));
    return;
  }
  readChroma(picture, 1, row, rows[NEAR], rows[FAR], u);
  readChroma(picture, 2, row, rows[NEAR], rows[FAR], v);
  for (int x = 0; x < width; x++) {
    const float l = (y[x] - how->luma_offset) * how->luma_scale;
    const float b = (u[x] - how->chroma_offset) * how->chroma_scale, r = (v[x] - how->chroma_offset) * how->chroma_scale;
    y[x] = within(m[0] * l + m[1] * b + m[2] * r);
    u[x] = within(m[3] * l + m[4] * b + m[5] * r);
    v[x] = within(m[6] * l + m[7] * b + m[8] * r);
  }
}

static void readAlpha(const Dav1dPicture *picture, const Conversion *how, int row, float *a) {
  readRow(picture, 0, row, picture->p.w, a);
  for (int x = 0; x < picture->p.w; x++) a[x] = within((a[x] - how->alpha_offset) * how->alpha_scale);
}

static void multiply(float *const rows[], int width) {
  for (int channel = RED; channel < ALPHA; channel++) {
    float *row = rows[channel];
    for (int x = 0; x < width; x++) row[x] *= rows[ALPHA][x];
  }
}

static void divide(float *const rows[], int width) {
  for (int x = 0; x < width; x++) {
    const float scale = rows[ALPHA][x] > 0 ? 1 / rows[ALPHA][x] : 0;
    for (int channel = RED; channel < ALPHA; channel++) rows[channel][x] = within(rows[channel][x] * scale);
  }
}

/* Adds the means of `shrink` pixels each. */
static void addShrunk(const float *from, int width, int shrink, float *to) {
  const int whole = width / shrink, rest = width % shrink;
  if (shrink == 2) for (int x = 0; x < whole; x++) to[x] += (from[2 * x] + from[2 * x + 1]) * 0.5f;
  else for (int x = 0; x < whole; x++) {
    float sum = 0;
    for (int i = 0; i < shrink; i++) sum += from[x * shrink + i];
    to[x] += sum / shrink;
  }
  if (rest == 0) return;
  float sum = 0;
  for (int i = 0; i < rest; i++) sum += from[whole * shrink + i];
  to[whole] += sum / rest;
}

static void writeRow(const float *from, int width, int step, int is_deep, void *to) {
  if (is_deep) for (int x = 0; x < width; x++) ((uint16_t *)to)[(ptrdiff_t)x * step] = (uint16_t)(from[x] * 65535 + 0.5f);
  else for (int x = 0; x < width; x++) ((uint8_t *)to)[(ptrdiff_t)x * step] = (uint8_t)(from[x] * 255 + 0.5f);
}

typedef struct {
  const Dav1dPicture *colour, *alpha;
  const Conversion *how;
  const View *view;
  int is_premultiplied, is_deep;
} Job;

/* Reads the source rows of one row of the output. */
static void readBand(const Job *job, int row, float *const rows[], float *const sums[]) {
  const View *view = job->view;
  const int shrink = view->shrink, channels = job->alpha ? 4 : 3, shrunk = (view->width + shrink - 1) / shrink;
  const int first = row * shrink, count = least(shrink, view->height - first);
  const int is_divided = job->alpha && (job->is_premultiplied || shrink > 1);
  for (int channel = 0; channel < channels; channel++) memset(sums[channel], 0, shrunk * sizeof(float));
  for (int i = 0; i < count; i++) {
    readColours(job->colour, job->how, view->top + first + i, rows);
    if (job->alpha) readAlpha(job->alpha, job->how, view->top + first + i, rows[ALPHA]);
    if (is_divided && !job->is_premultiplied) multiply(rows, job->colour->p.w);
    for (int channel = 0; channel < channels; channel++) addShrunk(rows[channel] + view->left, view->width, shrink, sums[channel]);
  }
  for (int channel = 0; channel < channels && count > 1; channel++) {
    for (int x = 0; x < shrunk; x++) sums[channel][x] /= count;
  }
  if (is_divided) divide(sums, shrunk);
}

/*
 * RGB or, with a second stream, RGBA, in 8 or 16 bits per channel. 0 if memory is short or the pictures do not fit together.
 */
EXPORT(render) int render(const Stream *colour, const Stream *alpha, const Conversion *how, const View *view, int is_premultiplied, int is_deep, uint8_t *to) {
  const Job job = { &colour->picture, alpha ? &alpha->picture : NULL, how, view, is_premultiplied, is_deep };
  const int width = job.colour->p.w, height = job.colour->p.h, channels = alpha ? 4 : 3, bytes = is_deep ? 2 : 1;
  if (!job.colour->data[0]) return 0;
  if (alpha && (!job.alpha->data[0] || job.alpha->p.w != width || job.alpha->p.h != height)) return 0;
  const size_t padded = (size_t)width + 2;
  float *memory = calloc(padded * (ROWS + 4), sizeof(float));
  if (!memory) return 0;
  float *rows[ROWS], *sums[4];
  for (int i = 0; i < ROWS; i++) rows[i] = memory + padded * i;
  for (int i = 0; i < 4; i++) sums[i] = memory + padded * (ROWS + i);
  const int shrunk = (view->width + view->shrink - 1) / view->shrink;
  for (int row = 0; row * view->shrink < view->height; row++) {
    readBand(&job, row, rows, sums);
    uint8_t *start = to + ((ptrdiff_t)view->start + (ptrdiff_t)row * view->step_y) * channels * bytes;
    for (int channel = 0; channel < channels; channel++) writeRow(sums[channel], shrunk, view->step_x * channels, is_deep, start + channel * bytes);
  }
  free(memory);
  return 1;
}
