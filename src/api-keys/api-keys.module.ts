import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailModule } from '../mail/mail.module.js';
import { UsersModule } from '../users/users.module.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { ExpiryNotifier } from './expiry.notifier.js';
import { KeyAddresses } from './key-addresses.js';
import { KeyNotices } from './key-notices.js';
import { KeyRing } from './key-ring.js';
import { LastUsedRecorder } from './last-used.recorder.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey]), PassportModule, UsersModule, MailModule],
  controllers: [ApiKeysController],
  providers: [
    ApiKeysService,
    ApiKeyStrategy,
    ApiKeyGuard,
    KeyRing,
    LastUsedRecorder,
    KeyAddresses,
    KeyNotices,
    ExpiryNotifier,
  ],
  exports: [ApiKeysService, ApiKeyGuard],
})
export class ApiKeysModule {}
