import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyUsageController } from './api-key-usage.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { GracePeriods } from './grace-periods.js';
import { HexKeyImporter } from './hex-key.importer.js';
import { KeyInspector } from './key-inspector.js';
import { KeyRing } from './key-ring.js';
import { LastUsedRecorder } from './last-used.recorder.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey]), PassportModule, UsersModule],
  controllers: [ApiKeysController, ApiKeyUsageController],
  providers: [
    ApiKeysService,
    GracePeriods,
    HexKeyImporter,
    ApiKeyStrategy,
    ApiKeyGuard,
    KeyRing,
    KeyInspector,
    LastUsedRecorder,
  ],
  exports: [ApiKeysService, ApiKeyGuard, KeyInspector],
})
export class ApiKeysModule {}
