import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/access.decorators.js';
import { VERSION } from '../config/version.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import {
  type Health,
  healthSchema,
  type Liveness,
  livenessSchema,
  type Readiness,
  readinessSchema,
} from './health.schema.js';
import { HealthService } from './health.service.js';

@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiRoute({ summary: 'Status and version', answer: healthSchema })
  summary(): Health {
    return { status: 'ok', version: VERSION, timestamp: new Date() };
  }

  /** Checks only that the process responds, so that a database outage does not cause restarts. */
  @Get('live')
  @ApiRoute({ summary: 'Whether the process answers', answer: livenessSchema })
  live(): Liveness {
    return { status: 'ok' };
  }

  /** Responds with 503 while calls cannot be served. */
  @Get('ready')
  @ApiRoute({
    summary: 'Whether calls can be served',
    responses: {
      200: { description: 'Ready', content: { 'application/json': readinessSchema } },
      503: { description: 'Calls cannot be served now', content: { 'application/json': readinessSchema } },
    },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (readiness.status !== 'ok') reply.code(503);
    return readiness;
  }
}
