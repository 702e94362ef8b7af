#!/bin/sh
# Builds av1.wasm from the source of dav1d 1.5.4 and av1.c. The same versions give the same bytes.
#
#   pip install ziglang==0.17.1
#   apt-get source dav1d=1.5.4-1      or its release from VideoLAN: dav1d_1.5.4.orig.tar.xz, whose SHA-256 is
#                                     686616b7c69eb88d44459391ab25cac13b6647a3b288835c5784e71c1514a5c5
#   sh lambda/imaging/av1/build.sh dav1d-1.5.4
set -eu
source=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile="python3 -m ziglang cc -target wasm32-wasi -mexec-model=reactor -O3 -msimd128"

# One thread, no assembly, no log: the parts of dav1d's config.h that the C code asks for.
cat > "$work/config.h" <<'C'
#define CONFIG_8BPC 1
#define CONFIG_16BPC 1
#define CONFIG_LOG 0
#define HAVE_ASM 0
#define HAVE_C11_GENERIC 1
#define HAVE_POSIX_MEMALIGN 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_UNISTD_H 1
#define TRIM_DSP_FUNCTIONS 0
C
echo '#define DAV1D_VERSION "1.5.4"' > "$work/vcs_version.h"

flags="-DNDEBUG -D_GNU_SOURCE -std=c11 -fno-sanitize=all -fvisibility=hidden -I$work -I$source -I$source/include"
for file in cdf cpu ctx data decode dequant_tables getbits intra_edge itx_1d lf_mask lib log mem msac obu pal picture qm ref refmvs scan tables \
  thread_task warpmv wedge; do
  $compile $flags -c "$source/src/$file.c" -o "$work/$file.o"
done
for depth in 8 16; do
  for file in cdef_apply cdef fg_apply filmgrain ipred_prepare ipred itx lf_apply loopfilter looprestoration lr_apply mc recon; do
    $compile $flags -DBITDEPTH=$depth -c "$source/src/${file}_tmpl.c" -o "$work/${file}_$depth.o"
  done
done
$compile $flags -c av1.c -o "$work/av1.o"
$compile -s "$work"/*.o -o av1.wasm -Wl,--no-entry -Wl,--gc-sections -Wl,-z,stack-size=1048576
chmod 644 av1.wasm
