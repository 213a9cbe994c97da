import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertServiceAdmin } from '../access/access-policy.js';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { validationFailed } from '../errors/service-error.js';
import { DocumentSynonyms } from './search/document-synonyms.entity.js';
import { OFFICE_SYNONYMS } from './search/office-synonyms.js';
import { SynonymTerms } from './search/synonym-terms.js';
import { wordsOf } from './search/words.js';
import type { SynonymsView } from './synonyms.schema.js';

/** Keeps the synonyms of the search. */
@Injectable()
export class SynonymsService {
  constructor(
    @InjectRepository(DocumentSynonyms) private readonly synonyms: Repository<DocumentSynonyms>,
    private readonly terms: SynonymTerms,
    private readonly callers: CallerCheck,
  ) {}

  async list(): Promise<SynonymsView> {
    const rows = await this.synonyms.find({ order: { number: 'ASC' } });
    return { groups: rows.map(({ words }) => words), builtIn: OFFICE_SYNONYMS.map((words) => [...words]) };
  }

  /**
   * Replaces all of them.
   * @throws forbidden for everybody but an administrator, validationFailed, and the refusal of a caller whose key is no longer valid
   */
  async replace(
    by: Requester,
    groups: readonly (readonly string[])[],
    alongside: InTransaction<unknown> = nothingAlongside,
  ): Promise<SynonymsView> {
    const wrong = groups.flat().find((word) => wordsOf(word).words.length !== 1);
    if (wrong !== undefined) throw validationFailed([`groups: "${wrong}" is not one word`]);
    await this.synonyms.manager.transaction(async (manager) => {
      assertServiceAdmin(await this.callers.present(by, manager), 'changes the synonyms');
      // Two changes at the same time are made one after the other.
      await manager.query('LOCK TABLE document_synonyms IN SHARE ROW EXCLUSIVE MODE');
      await manager.createQueryBuilder().delete().from(DocumentSynonyms).execute();
      await manager.insert(
        DocumentSynonyms,
        groups.map((words, number) => ({ number, words: [...words] })),
      );
      await alongside(manager, groups);
    });
    this.terms.forget();
    return this.list();
  }
}
