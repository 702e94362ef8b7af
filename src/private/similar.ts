/** The known name that at most three edits make of a misspelt one; upper and lower case count as the same. */
export function findSimilar(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map(
    candidate => ({ candidate, edits: countEdits(name.toLowerCase(), candidate.toLowerCase()) }),
  );
  const [nearest] = ranked.sort((a, b) => a.edits - b.edits);
  return nearest !== undefined && nearest.edits <= Math.min(3, name.length / 3) ? nearest.candidate : undefined;
}

/** Levenshtein's distance. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      next.push(Math.min(next[column] + 1, row[column + 1] + 1, row[column] + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}
