import type { BetterAuthPlugin } from 'better-auth';
import { federation } from '../federation/federation.plugin.js';
import { resetRequestsPlugin } from '../links/reset-requests.plugin.js';
import { oauthPlugins } from '../oauth/oauth-plugins.js';
import { passwordAttemptsPlugin } from '../password-attempts/password-attempts.plugin.js';
import { secondFactorPlugins } from '../second-factor/second-factor-plugins.js';
import { companySignIn } from '../sso/company-sign-in.plugin.js';
import type { PluginParts } from './plugin-parts.js';

/**
 * Makes the plugins of better-auth. Each instance of the library needs plugins of its own, so this is called for each. A
 * plugin's tables and columns come by a migration, under the names that the plugin is given here.
 */
export const authPlugins = (parts: PluginParts): BetterAuthPlugin[] => [
  federation(parts),
  companySignIn(parts),
  ...secondFactorPlugins(parts),
  passwordAttemptsPlugin(parts),
  resetRequestsPlugin(),
  ...oauthPlugins(parts),
];
