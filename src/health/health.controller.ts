import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/access.decorators.js';
import { VERSION } from '../config/version.js';
import { HealthService, type Readiness } from './health.service.js';

@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  summary() {
    return { status: 'ok', version: VERSION, timestamp: new Date().toISOString() };
  }

  /** The process answers: nothing else is looked at, so that a database outage restarts nobody. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** 503 while calls could not be served. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (readiness.status !== 'ok') reply.code(503);
    return readiness;
  }
}
