import { Global, Module } from '@nestjs/common';
import { SessionCheck } from '../access/session-check.js';
import { MailModule } from '../mail/mail.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthLibrary } from './auth/auth-library.js';
import { AuthSecret } from './auth/auth-secret.js';
import { AuthExchange } from './http/auth-exchange.js';
import { AuthRoutes } from './http/auth-routes.js';
import { InvitationAcceptance } from './invitations/invitation-acceptance.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { PasswordLinks } from './links/password-links.js';
import { Passwords } from './links/passwords.js';
import { IdentityMails } from './mail/identity-mails.js';
import { MailLimits } from './mail/mail-limits.js';
import { OAuthModule } from '../oauth/oauth.module.js';
import { ScopesModule } from '../scope-guide/scopes.module.js';
import { AuthorizationEndpoint } from './oauth/authorization-endpoint.js';
import { ClientPages } from './oauth/client-pages.js';
import { ConsentPages } from './oauth/consent-pages.js';
import { ConsentFields } from './oauth/consent-fields.js';
import { DeviceCodes } from './oauth/device/device-codes.js';
import { DeviceEndpoint } from './oauth/device/device-endpoint.js';
import { DevicePages } from './oauth/device/device-pages.js';
import { GrantPlaces } from './oauth/grant-places.js';
import { OAuthRoutes } from './oauth/oauth-routes.js';
import { ProgramEndpoints } from './oauth/program-endpoints.js';
import { SignedQuestions } from './oauth/signed-questions.js';
import { AccountPages } from './pages/account-pages.js';
import { CompanyPages } from './pages/company-pages.js';
import { LinkPages } from './pages/link-pages.js';
import { PageRoutes } from './pages/page-routes.js';
import { PageSessions } from './pages/page-sessions.js';
import { PasswordPages } from './pages/password-pages.js';
import { SecurityPages } from './pages/security/security-pages.js';
import { SignInPages } from './pages/sign-in-pages.js';
import { SignUpPages } from './pages/sign-up-pages.js';
import { PasswordAttempts } from './password-attempts/password-attempts.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactorMails } from './second-factor/second-factor-mails.js';
import { SecondFactorResets } from './second-factor/second-factor-resets.js';
import { SecondFactors } from './second-factor/second-factors.js';
import { ScimAccess } from './scim/scim-access.js';
import { ScimAudit } from './scim/scim-audit.js';
import { ScimConnectionsController } from './scim/scim-connections.controller.js';
import { ScimConnections } from './scim/scim-connections.js';
import { ScimRoutes } from './scim/scim-routes.js';
import { ScimUsers } from './scim/scim-users.js';
import { SessionCallers } from './sessions/session-callers.js';
import { SessionRing } from './sessions/session-ring.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsSeen } from './sessions/sessions-seen.js';
import { SessionsService } from './sessions/sessions.service.js';
import { ClientSecrets } from './sso/client-secrets.js';
import { CompanyProviders } from './sso/company-providers.js';
import { SsoConnectionsController } from './sso/sso-connections.controller.js';
import { SsoConnections } from './sso/sso-connections.js';

/** Is global only for {@link SessionCheck}, which modules below this one inject. */
@Global()
@Module({
  imports: [UsersModule, MailModule, OAuthModule, ScopesModule],
  controllers: [
    SessionsController,
    InvitationsController,
    SecondFactorController,
    ScimConnectionsController,
    SsoConnectionsController,
  ],
  providers: [
    AuthSecret,
    AuthLibrary,
    AuthExchange,
    AuthRoutes,
    OAuthRoutes,
    AuthorizationEndpoint,
    ProgramEndpoints,
    GrantPlaces,
    ClientPages,
    ConsentPages,
    ConsentFields,
    SignedQuestions,
    DeviceCodes,
    DeviceEndpoint,
    DevicePages,
    IdentityMails,
    MailLimits,
    Passwords,
    PasswordLinks,
    InvitationsService,
    InvitationAcceptance,
    SignInPages,
    PasswordPages,
    LinkPages,
    AccountPages,
    CompanyPages,
    SignUpPages,
    SecurityPages,
    PageSessions,
    PageRoutes,
    PasswordAttempts,
    SecondFactors,
    SecondFactorMails,
    SecondFactorResets,
    ScimAccess,
    ScimAudit,
    ScimConnections,
    ScimRoutes,
    ScimUsers,
    ClientSecrets,
    CompanyProviders,
    SsoConnections,
    SessionRing,
    SessionsSeen,
    SessionsService,
    SessionCallers,
    { provide: SessionCheck, useExisting: SessionCallers },
  ],
  exports: [AuthRoutes, PasswordLinks, SessionCheck],
})
export class IdentityModule {}
