/** A word has a letter or a digit, so dashes and table rules do not count. */
const WORD = /[\p{L}\p{N}]/u;

/** `.`, `!` or `?` with closing punctuation, a blank, and the start of another sentence. */
const SENTENCE_END = /(?<=[.!?][)"”*]*)\s+(?=[\p{Lu}\p{N}"“([*`…])/u;

/** Abbreviations with a full stop that does not end a sentence. */
const ABBREVIATION = /\b(e\.g|i\.e|etc|vs)\.(?= )/g;

/** The number of words outside fenced code. */
export function countWords(markdown: string): number {
  return splitWords(dropFences(markdown)).length;
}

/** Sentences of paragraphs, list items and table cells. A span of inline code counts as one word. */
export function splitSentences(markdown: string): string[] {
  return splitBlocks(dropFences(markdown))
    .flatMap(block => block.replace(ABBREVIATION, '$1').split(SENTENCE_END))
    .filter(sentence => WORD.test(sentence));
}

/** Sentences of more than `most` words. */
export function findLongSentences(markdown: string, most: number): string[] {
  return splitSentences(markdown).filter(sentence => splitWords(sentence).length > most);
}

function dropFences(markdown: string): string {
  return markdown.replace(/^( *)```[\s\S]*?^\1```.*$/gm, '\n');
}

function splitBlocks(markdown: string): string[] {
  return markdown.split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.) )|\n(?=\|)|^#+ .*$/m)
    .flatMap(block => (block.startsWith('|') ? block.split(/(?<!\\)\|/) : [block]))
    .map(block => stripMarkup(block.replace(/^\s*(?:[-*+]|\d+\.) /, '')).replace(/\s+/g, ' ').trim());
}

function stripMarkup(text: string): string {
  return text.replace(/`[^`]*`/g, '`code`').replace(/\]\([^)]*\)/g, ']').replace(/<!--[\s\S]*?-->/g, '');
}

function splitWords(text: string): string[] {
  return text.split(/\s+/).filter(word => WORD.test(word));
}
