"""Reads pairs of PNG files (reference, other) from standard input, one to a line with a tab between, and prints the score of each."""
import sys

from ssimulacra2 import compute_ssimulacra2

for line in sys.stdin:
    reference, other = line.rstrip("\n").split("\t")
    print(compute_ssimulacra2(reference, other), flush=True)
