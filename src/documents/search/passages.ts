import type { Word } from './words.js';

/** About how many words a passage has. */
const PASSAGE_WORDS = 200;
const MOST_WORDS = 300;
/** A longer line is no heading: each result tells those that it stands under. */
const MOST_OF_HEADING = 1_000;

/** A heading of a document, at its place among the words. */
export interface Heading {
  text: string;
  level: number;
  /** The number of its first word. */
  from: number;
  /** The number behind its last word. */
  to: number;
}

/** A part of a document that is found and cited on its own. */
export interface Passage {
  /** Where it begins in the text, in UTF-16 code units. */
  start: number;
  end: number;
  /** The number of its first word. */
  from: number;
  /** The number behind its last word. */
  to: number;
  /** Which headings it stands under, the highest first, as numbers of the list of headings. */
  headings: number[];
}

interface Block {
  start: number;
  end: number;
  heading?: { level: number; text: string };
}

const FENCE = /^ {0,3}(```+|~~~+)/;
const ATX = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/;
const UNDERLINE = /^ {0,3}(=+|-{3,})[ \t]*$/;
const SENTENCE_END = /[.!?…。！？]["'”’)\]]*\s+|\n/g;

/**
 * Cuts a text into passages at its own structure: a heading begins one, paragraphs and code blocks are kept whole as long as
 * they are not longer than a passage may be.
 */
export function passagesOf(
  text: string,
  words: readonly Word[],
): { passages: Passage[]; headings: Heading[] } {
  const headings: Heading[] = [];
  const passages: Passage[] = [];
  const path: number[] = [];
  let word = 0;
  let open: Passage | undefined;
  for (const block of blocksOf(text)) {
    const from = word;
    while (word < words.length && words[word]!.start < block.end) word++;
    if (block.heading) {
      open = undefined;
      while (path.length > 0 && headings[path.at(-1)!]!.level >= block.heading.level) path.pop();
      path.push(headings.push({ ...block.heading, from, to: word }) - 1);
    }
    if (word === from) {
      if (open) open.end = block.end;
      continue;
    }
    const startsAnew =
      !open ||
      (open.to - open.from > 0 && word - open.from > PASSAGE_WORDS + (MOST_WORDS - PASSAGE_WORDS) / 2);
    if (open && !startsAnew) {
      open.end = block.end;
      open.to = word;
    } else {
      open = { start: block.start, end: block.end, from, to: word, headings: [...path] };
      passages.push(open);
    }
    if (open.to - open.from > MOST_WORDS) {
      passages.splice(-1, 1, ...cutLong(text, words, open));
      open = passages.at(-1)!;
    }
  }
  return { passages, headings };
}

/** Paragraphs, headings and code blocks. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let fence: string | undefined;
  let open: Block | undefined;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, newline < 0 ? end : newline).replace(/\r$/, '');
    const mark = FENCE.exec(line)?.[1];
    const atx = fence === undefined && line.length <= MOST_OF_HEADING ? ATX.exec(line) : null;
    if (fence !== undefined) {
      open!.end = end;
      if (mark?.startsWith(fence)) fence = open = undefined;
    } else if (mark) {
      fence = mark;
      blocks.push((open = { start: at, end }));
    } else if (atx) {
      blocks.push({ start: at, end, heading: { level: atx[1]!.length, text: withoutClosing(atx[2]!) } });
      open = undefined;
    } else if (line.trim() === '') {
      open = undefined;
    } else if (open && UNDERLINE.test(line) && isOneLine(text, open)) {
      open.heading = {
        level: line.trim().startsWith('=') ? 1 : 2,
        text: text.slice(open.start, open.end).trim(),
      };
      open.end = end;
      open = undefined;
    } else if (open) {
      open.end = end;
    } else {
      blocks.push((open = { start: at, end }));
    }
    at = end;
  }
  return blocks;
}

/** A heading without the signs that may close it. An expression for them takes a time that grows with the square of the line. */
function withoutClosing(heading: string): string {
  const text = heading.trimEnd();
  let end = text.length;
  while (text[end - 1] === '#') end--;
  return end > 0 && /\s/.test(text[end - 1]!) ? text.slice(0, end).trimEnd() : text;
}

const isOneLine = (text: string, { start, end }: Block): boolean =>
  text.slice(start, end).trim().indexOf('\n') < 0 && end - start <= 200;

/** Cuts a passage without structure at the ends of sentences, or between words where there are none. */
function cutLong(
  text: string,
  words: readonly Word[],
  { start, end, from, to, headings }: Passage,
): Passage[] {
  const parts = Math.ceil((to - from) / PASSAGE_WORDS);
  const passages: Passage[] = [];
  let [first, begin] = [from, start];
  for (let part = 1; part <= parts; part++) {
    let last = part === parts ? to : from + Math.round(((to - from) * part) / parts);
    if (part < parts) last = sentenceEnd(text, words, last, first);
    if (last <= first) continue;
    const stop = last === to ? end : words[last]!.start;
    passages.push({ start: begin, end: stop, from: first, to: last, headings });
    [first, begin] = [last, stop];
  }
  return passages;
}

/** The number of the word that begins a sentence near to `word`. */
function sentenceEnd(text: string, words: readonly Word[], word: number, first: number): number {
  const lowest = Math.max(first + 1, word - PASSAGE_WORDS / 4);
  const [from, to] = [
    words[lowest - 1]!.end,
    words[Math.min(words.length, word + PASSAGE_WORDS / 4) - 1]!.start,
  ];
  const [middle] = [words[word]!.start];
  let best: number | undefined;
  for (const { 0: mark, index } of text.slice(from, to).matchAll(SENTENCE_END)) {
    const at = from + index + mark.length;
    if (best === undefined || Math.abs(at - middle) < Math.abs(best - middle)) best = at;
  }
  if (best === undefined) return word;
  let found = lowest;
  while (found < words.length && words[found]!.start < best) found++;
  return found;
}
