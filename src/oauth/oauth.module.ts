import { Global, Module } from '@nestjs/common';
import { TokenCheck } from '../access/token-check.js';
import { UsersModule } from '../users/users.module.js';
import { ClientDecisions } from './clients/client-decisions.js';
import { ClientsController } from './clients/clients.controller.js';
import { ClientsService } from './clients/clients.service.js';
import { RegisteredClients } from './clients/registered-clients.js';
import { IdentityAssertions } from './external/assertions/identity-assertions.js';
import { IssuerGrants } from './external/assertions/issuer-grants.js';
import { ExternalIssuers } from './external/external-issuers.js';
import { ExternalPeople } from './external/external-people.js';
import { ExternalTokens } from './external/external-tokens.js';
import { ClientDocuments } from './documents/client-documents.js';
import { DocumentNetwork } from './documents/document-network.js';
import { ProofCheck } from './dpop/proof-check.js';
import { TakenProofs } from './dpop/taken-proofs.js';
import { GrantsController } from './grants/grants.controller.js';
import { GrantsService } from './grants/grants.service.js';
import { GrantsUsed } from './grants/grants-used.js';
import { ResourceMetadataController } from './resource/resource-metadata.controller.js';
import { OwnTokens } from './tokens/own-tokens.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { TokenCallers } from './tokens/token-callers.js';
import { TokenIssuers } from './tokens/token-issuers.js';
import { TokenRing } from './tokens/token-ring.js';

/** Is global only for {@link TokenCheck}, which modules below this one inject. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [ResourceMetadataController, ClientsController, GrantsController],
  providers: [
    ClientDecisions,
    ClientDocuments,
    DocumentNetwork,
    ClientsService,
    RegisteredClients,
    GrantsService,
    GrantsUsed,
    SigningKeys,
    OwnTokens,
    ExternalIssuers,
    ExternalPeople,
    ExternalTokens,
    IdentityAssertions,
    IssuerGrants,
    TokenIssuers,
    TokenRing,
    TakenProofs,
    ProofCheck,
    TokenCallers,
    { provide: TokenCheck, useExisting: TokenCallers },
  ],
  exports: [
    TokenCheck,
    OwnTokens,
    TokenRing,
    TakenProofs,
    ClientDecisions,
    ClientDocuments,
    DocumentNetwork,
    ClientsService,
    RegisteredClients,
    GrantsService,
    IdentityAssertions,
    IssuerGrants,
  ],
})
export class OAuthModule {}
