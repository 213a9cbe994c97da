import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { UsersModule } from '../users/users.module.js';
import { FirstAdminService } from './first-admin.service.js';

@Module({ imports: [ApiKeysModule, UsersModule, IdentityModule], providers: [FirstAdminService] })
export class FirstAdminModule {}
