import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { UsersModule } from '../users/users.module.js';
import { AgentRotationService } from './agent-rotation.service.js';
import { Agent } from './agent.entity.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';

/** Service accounts of people and teams. */
@Module({
  imports: [TypeOrmModule.forFeature([Agent]), UsersModule, ApiKeysModule],
  controllers: [AgentsController],
  providers: [AgentsService, AgentRotationService],
})
export class AgentsModule {}
