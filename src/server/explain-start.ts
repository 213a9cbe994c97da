import { UnknownDependenciesException } from '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js';
import { StartError } from '../errors/start-mistakes.js';

const REPOSITORY = /^(?<entity>\w+)Repository$/;

/**
 * Explains a dependency that nothing provides: which class requires it, and what to register. Other errors are
 * returned
 * unchanged.
 */
export function explainStart(error: unknown): unknown {
  if (!(error instanceof UnknownDependenciesException)) return error;
  const { type, context } = error;
  const wanted = nameOf(context.name);
  const place =
    context.index === undefined ? `property ${String(context.key)}` : `parameter ${context.index + 1}`;
  const entity = REPOSITORY.exec(wanted)?.groups?.entity;
  const remedy =
    entity === undefined
      ? `add ${wanted} to its providers, or the module that exports it to its imports`
      : `add TypeOrmModule.forFeature([${entity}]) to its imports`;
  return new StartError([
    `${String(type)} requires ${wanted} (${place}), which its module does not have: ${remedy}`,
  ]);
}

function nameOf(token: unknown): string {
  if (typeof token === 'function') return token.name;
  return typeof token === 'symbol' ? (token.description ?? 'a symbol') : String(token);
}
