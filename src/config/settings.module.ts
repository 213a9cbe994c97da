import { type DynamicModule, Global, Inject, Module } from '@nestjs/common';
import type * as z from 'zod';
import type { ProjectSettingsSchema } from './project-settings.js';
import type { Settings } from './settings.js';

/** The token of {@link InjectSettings}, for factories. */
export const SETTINGS = Symbol.for('bouncer-mcp:settings');
const PROJECT_SETTINGS = Symbol.for('bouncer-mcp:project-settings');

/** Injects the checked {@link Settings}. */
export const InjectSettings = () => Inject(SETTINGS);

/** A decorator of a constructor's parameter that can hold a `T`; any other is an error of the compiler. */
type ConstructorParameterOf<T> = <C extends abstract new (...args: never[]) => unknown, I extends number>(
  target: C,
  key: undefined,
  index: T extends ConstructorParameters<C>[I] ? I : never,
) => void;

/**
 * Injects the project's own settings, as the `settings` of its config have checked them.
 *
 * @param schema those `settings`: the compiler holds the parameter's type to them
 * @example
 * ```ts
 * export const settings = z.object({ INVOICE_CURRENCY: z.string().length(3).default('EUR') });
 *
 * @Injectable()
 * export class InvoicesService {
 *   constructor(@InjectProjectSettings(settings) private readonly settings: z.infer<typeof settings>) {}
 * }
 * ```
 */
export const InjectProjectSettings = <S extends ProjectSettingsSchema>(
  _schema: S,
): ConstructorParameterOf<z.output<S>> => Inject(PROJECT_SETTINGS);

@Global()
@Module({})
export class SettingsModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: PROJECT_SETTINGS, useValue: settings.project },
      ],
      exports: [SETTINGS, PROJECT_SETTINGS],
    };
  }
}
