import { isTitleText, lineText } from '../../validation/line-text.js';
import type { ExtractedText } from './extracted-text.js';

const MAX_TITLE = 300;
const HEADING_WITHIN = 5_000;

/** What programs write into files whose author gave no title. */
const NO_TITLE =
  /^(?:untitled.*|title|document\d*|microsoft (?:word|powerpoint|excel).*|powerpoint presentation|slide \d+|.*\.(?:docx?|pdf|rtf|tex|dvi|odt|html?|indd|qxd|fm|ps|eps|xlsx?|pptx?|txt|md))$/i;

/** The title of a file: as it says itself, or its first heading, or else its file name. */
export function titleOf(
  { title, content }: Partial<ExtractedText> & { content: string },
  name: string,
): string {
  return lineText((sensible(title) ?? headingOf(content) ?? name).slice(0, MAX_TITLE));
}

/** The first heading of the first two levels near the beginning of a text. */
function headingOf(content: string): string | undefined {
  const heading = /^#{1,2}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/m
    .exec(content.slice(0, HEADING_WITHIN))?.[1]
    ?.trim();
  return heading || undefined;
}

function sensible(title: string | undefined): string | undefined {
  const line = title?.replaceAll(/\s+/g, ' ').trim() ?? '';
  const isTitle = line.length > 1 && /\p{L}/u.test(line) && !NO_TITLE.test(line) && isTitleText(line);
  return isTitle ? line : undefined;
}
