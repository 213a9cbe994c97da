import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TeamMember } from './team-member.entity.js';
import { Team } from './team.entity.js';

/** Teams of an organisation, and who belongs to them. */
@Module({ imports: [TypeOrmModule.forFeature([Team, TeamMember])] })
export class TeamsModule {}
