import { type DynamicModule, Global, Inject, Module } from '@nestjs/common';
import type { Settings } from './settings.js';

const SETTINGS = Symbol('SETTINGS');

/** Injects the checked {@link Settings}. */
export const InjectSettings = () => Inject(SETTINGS);

@Global()
@Module({})
export class SettingsModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
