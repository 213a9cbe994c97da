import { resolve } from 'node:path';
import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { distance } from 'fastest-levenshtein';
import type { EntitySchema } from 'typeorm';
import * as z from 'zod';
import { SETTING_NAMES } from '../config/environment.js';
import type { MigrationFolders } from '../database/load-migrations.js';
import type { ProjectSettingsSchema } from '../config/project-settings.js';
import { VERSION } from '../config/version.js';
import { linesText } from '../validation/line-text.js';

/** The types that `imports` of a Nest module accepts. */
export type ModuleImport = Type | DynamicModule | Promise<DynamicModule> | ForwardReference;
/** The type of an entity: a class with `@Entity()`, or a TypeORM schema. */
export type EntityClass = Type | EntitySchema;

/**
 * Describes what a project adds to Bouncer. It is the default export of `bouncer.config.ts`.
 *
 * @example `export default defineConfig({ modules: [InvoicesModule], migrations: './migrations' });`
 */
export interface BouncerConfig {
  /** How the service presents itself to MCP clients and in its OpenAPI document. Default: `bouncer`. */
  name?: string;
  /** The version of the project's service. Default: the version of this package. */
  version?: string;
  /** Nest modules with tools, resources, prompts and REST controllers. */
  modules?: readonly ModuleImport[];
  /** Entities that no module registers with `TypeOrmModule.forFeature`. */
  entities?: readonly EntityClass[];
  /** The folder of the project's migrations, relative to the config file, such as `./migrations`. */
  migrations?: string;
  /** A zod object whose members are environment variables: `z.object({ INVOICE_CURRENCY: z.string() })`. */
  settings?: ProjectSettingsSchema;
  /** The PostgreSQL schemas that hold the project's tables; those that are missing are made. Default: `['public']`. */
  schemas?: readonly string[];
  /** Whether the documents (tools, routes, import) are served. Default: `true`. */
  documents?: boolean;
}

/** Holds a validated {@link BouncerConfig} with its defaults and with absolute paths. */
export interface LoadedConfig {
  /** The project's folder. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly modules: readonly ModuleImport[];
  readonly entities: readonly EntityClass[];
  readonly migrations?: MigrationFolders;
  readonly settings?: ProjectSettingsSchema;
  readonly schemas: readonly string[];
  readonly documents: boolean;
}

/** Is thrown at start with one message that names everything that is wrong with a config, and how to fix it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Types the default export of `bouncer.config.ts`.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'bouncer-mcp';
 * import { InvoicesModule } from './src/invoices/invoices.module.js';
 *
 * export default defineConfig({
 *   name: 'acme',
 *   modules: [InvoicesModule],
 *   migrations: './migrations',
 *   documents: false,
 * });
 * ```
 */
export const defineConfig = (config: BouncerConfig): BouncerConfig => config;

const isClass = (value: unknown): boolean => typeof value === 'function';
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isModule = (value: unknown): boolean =>
  isClass(value) || (isObject(value) && ('module' in value || 'forwardRef' in value || 'then' in value));
const isEntity = (value: unknown): boolean => isClass(value) || (isObject(value) && 'options' in value);
/** Recognises a zod object by its shape, because a project may have another copy of zod. */
const isZodObject = (value: unknown): boolean =>
  isObject(value) && 'shape' in value && isObject(value.shape) && 'safeParse' in value;

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

const configSchema = z.strictObject({
  name: z
    .string('must be a text')
    .regex(/^\S(.{0,62}\S)?$/, 'must have 1 to 64 characters')
    .default('bouncer'),
  version: z.string('must be a text').min(1, 'must not be empty').default(VERSION),
  modules: z
    .array(z.custom<ModuleImport>(isModule, 'must be a Nest module'), 'must be a list of Nest modules')
    .default([]),
  entities: z
    .array(z.custom<EntityClass>(isEntity, 'must be a class with @Entity()'), 'must be a list of entities')
    .default([]),
  migrations: z.string('must be the path of a folder').min(1, 'must be the path of a folder').optional(),
  settings: z
    .custom<ProjectSettingsSchema>(
      isZodObject,
      'must be a zod object, such as z.object({ INVOICE_CURRENCY: z.string() })',
    )
    .optional(),
  schemas: z
    .array(
      z
        .string('must be the name of a PostgreSQL schema')
        .regex(SCHEMA_NAME, 'must be the name of a PostgreSQL schema in lower case')
        .refine(
          (name) => !/^(pg_|information_schema$|audit_archive$)/.test(name),
          'is a schema of the system or of Bouncer',
        ),
      'must be a list of names',
    )
    .default(['public']),
  documents: z.boolean('must be true or false').default(true),
});

/**
 * Checks a config and fills in its defaults.
 *
 * @param folder the project's folder
 * @param file the file that the config is from, which its paths are relative to
 * @throws ConfigError that names everything that is wrong
 */
export function resolveConfig(
  config: BouncerConfig,
  folder: string,
  file = resolve(folder, 'bouncer.config.js'),
) {
  const result = configSchema.safeParse(config);
  const issues = result.success
    ? settingIssues(result.data.settings)
    : result.error.issues.flatMap(linesOfIssue);
  if (!result.success || issues.length > 0)
    throw new ConfigError(linesText(`${file} is wrong:\n${issues.map((line) => `  ${line}`).join('\n')}`));
  const { migrations, ...rest } = result.data;
  return {
    ...rest,
    folder,
    ...(migrations !== undefined && {
      migrations: { compiled: resolve(file, '..', migrations), source: resolve(folder, migrations) },
    }),
  } as LoadedConfig;
}

/** Returns the config of a folder without a config file: Bouncer without additions. */
export const defaultConfig = (folder = process.cwd()): LoadedConfig => resolveConfig({}, folder);

function linesOfIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(unknownMember);
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : String(part))).join('');
  return [`${path || 'the default export'}: ${path ? issue.message : 'must be defineConfig({ ... })'}`];
}

function unknownMember(key: string): string {
  const known = Object.keys(configSchema.shape);
  const [closest] = known.toSorted((a, b) => distance(key, a) - distance(key, b));
  const near = closest !== undefined && distance(key, closest) <= 3;
  return `${key}: is not a member of a config; ${near ? `did you mean ${closest}?` : `there are ${known.join(', ')}`}`;
}

/** A project's setting must not shadow one of Bouncer's. */
const settingIssues = (settings: ProjectSettingsSchema | undefined): string[] =>
  Object.keys(settings?.shape ?? {})
    .filter((name) => SETTING_NAMES.has(name))
    .map((name) => `settings.${name}: is a setting of Bouncer; give it another name`);
