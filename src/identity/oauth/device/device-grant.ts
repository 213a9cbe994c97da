import {
  DEVICE_CODE_GRANT_TYPE,
  extendOAuthProvider,
  oauthDeviceAuthorization,
  type OAuthExtensionGrantHandler,
  type OAuthProviderExtension,
} from '@better-auth/oauth-provider';
import type { BetterAuthPlugin } from 'better-auth';
import type { PluginParts } from '../../auth/plugin-parts.js';
import { PAGES } from '../../pages/page-paths.js';
import { makeHashes } from './new-codes.js';

const PLACE = 'SELECT organization_id AS "organizationId" FROM oauth_device_codes WHERE device_code = $1';

/**
 * Lets a program without a browser ask a person by a code (RFC 8628). The library makes the codes and answers who polls; what a person
 * decides is written by the page of the service alone.
 */
export function deviceGrant({ dataSource }: PluginParts): BetterAuthPlugin {
  const plugin = oauthDeviceAuthorization({
    ...makeHashes,
    expiresIn: '10m',
    interval: '5s',
    verificationUri: PAGES.device,
    schema: { deviceCode: { modelName: 'oauth_device_codes' } },
  });
  const { grants, metadata } = plugin.options.grant as unknown as OAuthProviderExtension;
  const exchange = grants![DEVICE_CODE_GRANT_TYPE]!;
  /** The library knows no organisation of a code, and no family of its tokens. */
  const inOrganization: OAuthExtensionGrantHandler = (input) => {
    const { provider } = input;
    const { device_code: code } = input.ctx.body as { device_code?: string };
    let referenceId: string | undefined;
    return exchange({
      ...input,
      provider: {
        ...provider,
        // It is asked for once the library has read the code, so that what it takes for decided has its organisation here.
        authenticateClient: async (request) => {
          const [row] = await dataSource.query<{ organizationId: string | null }[]>(PLACE, [code]);
          referenceId = row?.organizationId ?? undefined;
          return provider.authenticateClient(request);
        },
        issueTokens: (tokens) => {
          const placed = { ...tokens, referenceId, authorizationCodeId: code };
          return provider.issueTokens(placed);
        },
      },
    });
  };
  const extension = { grants: { [DEVICE_CODE_GRANT_TYPE]: inOrganization }, metadata };
  return { ...plugin, init: (ctx) => extendOAuthProvider(ctx, extension) };
}
