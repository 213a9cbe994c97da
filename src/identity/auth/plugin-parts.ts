import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';

/** What plugins are made of. */
export interface PluginParts {
  settings: Settings;
  dataSource: DataSource;
}
