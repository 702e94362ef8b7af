"""Encodes raw samples as HEIC files without any description of their colours: make_heic.py WIDTH HEIGHT, then MODE RAW OUT for each file."""
import sys

import pillow_heif

pillow_heif.options.SAVE_NCLX_PROFILE = False
width, height = map(int, sys.argv[1:3])
for mode, raw, out in zip(sys.argv[3::3], sys.argv[4::3], sys.argv[5::3]):
    with open(raw, "rb") as file:
        image = pillow_heif.from_bytes(mode, (width, height), file.read())
    # Without loss; a single channel has no chroma to choose.
    image.save(out, quality=-1, **({} if mode == "L" else {"chroma": 444}))
