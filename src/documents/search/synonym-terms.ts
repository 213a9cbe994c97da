import { Injectable } from '@nestjs/common';
import { Coherence } from '../../coherence/coherence.js';
import type { Language } from './languages.js';
import { OFFICE_SYNONYMS } from './office-synonyms.js';
import { addAlternative, type WordGroup } from './query-plan.js';
import { termsInAll } from './stems.js';
import type { Statements } from './statements.js';

/** What a synonym weighs beside the word that was asked for. */
const SYNONYM_WEIGHT = 0.6;
/** How many terms stand for one word of a query: it may be in many groups. */
const MOST_SYNONYMS = 100;

type Groups = readonly (readonly string[])[];

/** What is known since the last change. A search that began before a change fills what nobody reads any more. */
class Known {
  groups: Groups | undefined;
  readonly byLanguages = new Map<string, Promise<Map<string, Set<string>>>>();
}

/** The synonyms that an administrator keeps, and those of every office. */
@Injectable()
export class SynonymTerms {
  private known = new Known();

  constructor(coherence: Coherence) {
    const forget = () => this.forget();
    coherence.register({ kinds: ['synonym'], apply: forget, reset: forget });
  }

  /** What has changed is known from now on. */
  forget(): void {
    this.known = new Known();
  }

  /** Adds the synonyms of the words asked for. */
  async addTo(
    groups: readonly WordGroup[],
    statements: Statements,
    languages: readonly Language[],
  ): Promise<void> {
    const terms = await this.terms(statements, languages);
    for (const group of groups) {
      const own = group.alternatives.map(({ term }) => term);
      const others = new Set(own.flatMap((term) => [...(terms.get(term) ?? [])]));
      for (const other of [...others].slice(0, MOST_SYNONYMS)) addAlternative(group, other, SYNONYM_WEIGHT);
    }
  }

  private async terms(
    statements: Statements,
    languages: readonly Language[],
  ): Promise<Map<string, Set<string>>> {
    const { known } = this;
    const groups = (known.groups ??= await readGroups(statements));
    const key = languages.join(' ');
    let found = known.byLanguages.get(key);
    if (!found) {
      found = termsOfAll(statements, groups, languages);
      known.byLanguages.set(key, found);
      found.catch(() => known.byLanguages.delete(key));
    }
    return found;
  }
}

async function readGroups(statements: Statements): Promise<Groups> {
  const rows = await statements.query<{ words: string[] }[]>(
    'SELECT words FROM document_synonyms ORDER BY number',
  );
  return [...OFFICE_SYNONYMS, ...rows.map(({ words }) => words)];
}

/** Each term with the terms of its synonyms. */
async function termsOfAll(
  statements: Statements,
  groups: Groups,
  languages: readonly Language[],
): Promise<Map<string, Set<string>>> {
  const words = [...new Set(groups.flat().map((word) => word.toLowerCase()))];
  const found = new Map<string, Set<string>>();
  const terms = await termsInAll(statements, languages, words);
  for (const ofLanguage of terms.values()) {
    for (const group of groups) {
      const own = group.flatMap((word) => ofLanguage.get(word.toLowerCase()) ?? []);
      for (const term of own) {
        const others = found.get(term) ?? new Set();
        for (const other of own) if (other !== term && others.size < MOST_SYNONYMS) others.add(other);
        found.set(term, others);
      }
    }
  }
  return found;
}
