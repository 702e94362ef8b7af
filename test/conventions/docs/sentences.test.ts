import { DOCUMENTS, readText } from '../documents';
import { countWords, findLongSentences, splitSentences } from '../writing/sentences';

const MOST_WORDS = 25;

/** CONTRIBUTING.md lists commands and rules; those lines are not sentences. */
const PAGES = DOCUMENTS.filter(document => document !== 'CONTRIBUTING.md');

describe('the measure', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

  test('counts words outside fenced code', () => {
    expect(countWords('# One two\n\nthree – `four`\n\n```sh\nfive six\n```\n\n| seven | |\n|---|---|\n')).toBe(5);
  });

  test('takes paragraphs, list items and table cells apart', () => {
    const page = 'One is a\nsentence. This is another.\n\n- first\n- second\n\n| a | b |\n|---|---|\n| `x.y Z` and c | [d](e. F) |\n';
    expect(splitSentences(page)).toEqual([
      'One is a sentence.', 'This is another.', 'first', 'second', 'a', 'b', '`code` and c', '[d]',
    ]);
  });

  test('finds sentences of more than 25 words, over lines and in every part of a page', () => {
    const page = `${words(13)}\n${words(13)}. Short.\n\n- ${words(26)}\n\n| ${words(26)} | b |\n\n1. ${words(25)}.\n`;
    expect(findLongSentences(page, MOST_WORDS)).toHaveLength(3);
  });
});

test('README.md has at most 900 words of prose', () => {
  expect(countWords(readText('README.md'))).toBeLessThanOrEqual(900);
});

test('at most 1 % of the sentences in documents have more than 25 words', () => {
  const long = PAGES.flatMap(
    page => findLongSentences(readText(page), MOST_WORDS).map(sentence => `${page}: ${sentence}`),
  );
  // The short cells of tables are not sentences and must not lower the share.
  const sentences = PAGES.flatMap(page => splitSentences(readText(page))).filter(
    sentence => sentence.split(' ').length >= 5,
  );
  const most = Math.floor(sentences.length / 100);
  expect(long.slice(most)).toEqual([]);
});
