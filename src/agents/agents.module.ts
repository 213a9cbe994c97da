import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { OwnedAgents } from './owned-agents.js';
import { UsersModule } from '../users/users.module.js';
import { AgentRotationService } from './agent-rotation.service.js';
import { Agent } from './agent.entity.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';

/** Service accounts of people and teams. */
@Module({
  imports: [TypeOrmModule.forFeature([Agent]), OrganizationsModule, UsersModule, ApiKeysModule],
  controllers: [AgentsController],
  providers: [AgentsService, AgentRotationService, OwnedAgents],
})
export class AgentsModule {}
