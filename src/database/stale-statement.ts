import { isStaleStatement } from './database-errors.js';

/**
 * Runs a named prepared statement, or the same one without a name where it is of no use any more. The statement of a
 * connection is lost by `DEALLOCATE`, and useless once a migration has changed the columns. The pool closes a connection
 * after an error, so that the next one prepares it again.
 */
export async function orUnnamed<T>(named: () => Promise<T>, unnamed: () => Promise<T>): Promise<T> {
  try {
    return await named();
  } catch (error) {
    if (!isStaleStatement(error)) throw error;
    return unnamed();
  }
}
