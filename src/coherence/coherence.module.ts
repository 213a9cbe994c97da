import { Global, Module } from '@nestjs/common';
import { Coherence } from './coherence.js';
import { SettlesInterceptor } from './settles.interceptor.js';

@Global()
@Module({ providers: [Coherence, SettlesInterceptor], exports: [Coherence, SettlesInterceptor] })
export class CoherenceModule {}
