import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CallerCheck } from '../access/caller-check.js';
import { MailModule } from '../mail/mail.module.js';
import { UsersModule } from '../users/users.module.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyUsageController } from './api-key-usage.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { ExpiryNotifier } from './expiry.notifier.js';
import { FirstKeys } from './first-keys.js';
import { GracePeriods } from './grace-periods.js';
import { HexKeyImporter } from './hex-key.importer.js';
import { KeyAddresses } from './key-addresses.js';
import { KeyInspector } from './key-inspector.js';
import { KeyIssuer } from './key-issuer.js';
import { KeyNotices } from './key-notices.js';
import { KeyRecheck } from './key-recheck.js';
import { KeyRing } from './key-ring.js';
import { KeyRingMetrics } from './key-ring.metrics.js';
import { KeyRotationService } from './key-rotation.service.js';
import { LastUsedRecorder } from './last-used.recorder.js';
import { KeyListService } from './listing/key-list.service.js';

/** Is global only for {@link CallerCheck}, which modules below this one inject. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ApiKey]), UsersModule, MailModule],
  controllers: [ApiKeysController, ApiKeyUsageController],
  providers: [
    ApiKeysService,
    KeyListService,
    KeyRotationService,
    KeyIssuer,
    FirstKeys,
    GracePeriods,
    HexKeyImporter,
    ApiKeyStrategy,
    ApiKeyGuard,
    KeyRing,
    KeyRingMetrics,
    KeyInspector,
    LastUsedRecorder,
    KeyAddresses,
    KeyNotices,
    ExpiryNotifier,
    { provide: CallerCheck, useClass: KeyRecheck },
  ],
  exports: [
    ApiKeysService,
    KeyListService,
    KeyRotationService,
    KeyNotices,
    FirstKeys,
    ApiKeyGuard,
    KeyInspector,
    KeyRing,
    CallerCheck,
  ],
})
export class ApiKeysModule {}
