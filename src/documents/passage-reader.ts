import { Injectable } from '@nestjs/common';
import { OrganizationData } from '../database/organization/organization-data.js';
import { AROUND_CUT, spanOfWholeSecrets } from '../secrets/whole-secrets.js';
import { readable, type Reader } from './sharing/reader.js';
import type { SearchResult } from './document.schema.js';
import { characterCounter } from './search/characters.js';

/** What is read of a document in order to answer from it. */
export interface ReadPassage {
  /** The passage with what stands around it. */
  text: string;
  /** Where it begins in the document, in characters. */
  start: number;
}

interface Row {
  place: number;
  at: number;
  before: string;
  text: string;
  after: string;
}

/** The texts have the passages in their middle, but begin and end with the document. */
const TEXTS = `
  SELECT (number - 1)::int AS place, at,
         substr(content, greatest(1, at - ${AROUND_CUT} + 1), least(at, ${AROUND_CUT})) AS before,
         substr(content, at + 1, $4) AS text,
         substr(content, at + 1 + $4, ${AROUND_CUT}) AS after
  FROM unnest($2::uuid[], $3::int[]) WITH ORDINALITY AS asked (id, middle, number)
  JOIN documents d ON d.id = asked.id
  CROSS JOIN LATERAL (
    SELECT greatest(0, least(middle - $4::int / 2, char_length(content) - $4)) AS at
  ) AS part
  ${readable('$1', '$5')}
  ORDER BY number`;

/** Reads the passages that a search found. */
@Injectable()
export class PassageReader {
  constructor(private readonly data: OrganizationData) {}

  /**
   * Reads the best passage of each document that was found, in one statement. No secret is cut, so that whoever sends the text
   * can find it.
   * @param length how many characters a text has: a shorter document as a whole, of a longer one the passage with what stands
   *   around it
   * @returns a text for each of them; nothing for one that was deleted since it was found, or is no longer shared
   */
  async read(
    reader: Reader,
    found: readonly Pick<SearchResult, 'id' | 'passage'>[],
    length: number,
  ): Promise<(ReadPassage | undefined)[]> {
    if (found.length === 0) return [];
    const rows = await this.data.query<Row>(reader, TEXTS, [
      reader.userId,
      found.map(({ id }) => id),
      found.map(({ passage }) => Math.floor((passage.start + passage.end) / 2)),
      length,
      reader.organizationId,
    ]);
    const texts = new Map(rows.map((row) => [row.place, withoutCutSecrets(row)]));
    return found.map((_, place) => texts.get(place));
  }
}

function withoutCutSecrets({ at, before, text, after }: Row): ReadPassage {
  const whole = before + text + after;
  const { start, end } = spanOfWholeSecrets(whole, before.length, before.length + text.length);
  const charactersBefore = characterCounter(text);
  return { text: whole.slice(start, end), start: at + charactersBefore(start - before.length) };
}
