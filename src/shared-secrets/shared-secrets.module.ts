import { Global, Module } from '@nestjs/common';
import { SharedSecrets } from './shared-secrets.js';

@Global()
@Module({ providers: [SharedSecrets], exports: [SharedSecrets] })
export class SharedSecretsModule {}
