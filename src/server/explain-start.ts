import { UnknownDependenciesException } from '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js';
import { TypeORMError } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { StartMistakes } from '../errors/start-mistakes.js';
import type { LoadedConfig } from './bouncer-config.js';
import { diagnose } from './start-diagnosis.js';

const REPOSITORY = /^(?<entity>\w+)Repository$/;
/** Matches TypeORM's error about a relation whose other side it does not know, such as `Invoice#customer`. */
const RELATION = /^Entity metadata for (?<relation>[\w#.]+) was not found/;

/**
 * Explains a start that failed because something is not registered: one error that names every mistake in the modules and
 * handlers, with the class and the fix. Other errors are returned unchanged.
 */
export async function explainStart(
  failure: unknown,
  settings: Settings,
  config: LoadedConfig,
): Promise<unknown> {
  const line = lineOf(failure);
  if (line === undefined) return failure;
  const mistakes = new StartMistakes();
  mistakes.add(line);
  // If the diagnosis fails, the error that stopped the start is all that can be reported.
  await diagnose(settings, config, mistakes, lineOf).catch(() => undefined);
  return mistakes.error();
}

function lineOf(error: unknown): string | undefined {
  if (error instanceof UnknownDependenciesException) return unprovided(error);
  const relation = error instanceof TypeORMError && RELATION.exec(error.message)?.groups?.relation;
  if (!relation) return undefined;
  return (
    `${relation.replace('#', '.')} is a relation to an entity that is not registered: ` +
    'add that entity to TypeOrmModule.forFeature([...]) of its module, or to entities in bouncer.config.ts'
  );
}

function unprovided({ type, context }: UnknownDependenciesException): string {
  const wanted = nameOf(context.name);
  const place =
    context.index === undefined ? `property ${String(context.key)}` : `parameter ${context.index + 1}`;
  const entity = REPOSITORY.exec(wanted)?.groups?.entity;
  const remedy =
    entity === undefined
      ? `add ${wanted} to its providers, or the module that exports it to its imports`
      : `add TypeOrmModule.forFeature([${entity}]) to its imports`;
  return `${String(type)} requires ${wanted} (${place}), which its module does not have: ${remedy}`;
}

function nameOf(token: unknown): string {
  if (typeof token === 'function') return token.name;
  return typeof token === 'symbol' ? (token.description ?? 'a symbol') : String(token);
}
