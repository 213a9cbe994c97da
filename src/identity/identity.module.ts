import { Global, Module } from '@nestjs/common';
import { SessionCheck } from '../access/session-check.js';
import { MailModule } from '../mail/mail.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthLibrary } from './auth/auth-library.js';
import { AuthSecret } from './auth/auth-secret.js';
import { AuthExchange } from './http/auth-exchange.js';
import { AuthRoutes } from './http/auth-routes.js';
import { IdentityMails } from './mail/identity-mails.js';
import { SessionCallers } from './sessions/session-callers.js';
import { SessionRing } from './sessions/session-ring.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsSeen } from './sessions/sessions-seen.js';
import { SessionsService } from './sessions/sessions.service.js';

/** Is global only for {@link SessionCheck}, which modules below this one inject. */
@Global()
@Module({
  imports: [UsersModule, MailModule],
  controllers: [SessionsController],
  providers: [
    AuthSecret,
    AuthLibrary,
    AuthExchange,
    AuthRoutes,
    IdentityMails,
    SessionRing,
    SessionsSeen,
    SessionsService,
    SessionCallers,
    { provide: SessionCheck, useExisting: SessionCallers },
  ],
  exports: [AuthRoutes, SessionCheck],
})
export class IdentityModule {}
