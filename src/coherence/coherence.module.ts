import { Global, Module } from '@nestjs/common';
import { Interests } from './interests.js';
import { Coherence } from './coherence.js';
import { SettlesInterceptor } from './settles.interceptor.js';

@Global()
@Module({
  providers: [Coherence, Interests, SettlesInterceptor],
  exports: [Coherence, Interests, SettlesInterceptor],
})
export class CoherenceModule {}
