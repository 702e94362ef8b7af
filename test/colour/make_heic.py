"""Encodes raw RGB samples as HEIC files without any description of their colours: make_heic.py WIDTH HEIGHT RAW8 OUT8 RAW16 OUT10."""
import sys

import pillow_heif

pillow_heif.options.SAVE_NCLX_PROFILE = False
width, height = map(int, sys.argv[1:3])
for mode, raw, out in (("RGB", *sys.argv[3:5]), ("RGB;16", *sys.argv[5:7])):
    with open(raw, "rb") as file:
        image = pillow_heif.from_bytes(mode, (width, height), file.read())
    image.save(out, quality=-1, chroma=444, save_nclx_profile=False)
