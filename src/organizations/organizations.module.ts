import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { Membership } from './membership.entity.js';
import { Organization } from './organization.entity.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsService } from './organizations.service.js';
import { OwnedData } from './owned-data.js';

/** Organisations, and who belongs to them in which role. It is global for {@link OwnedData}, which modules of a project register with. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Organization, Membership]), UsersModule],
  controllers: [OrganizationsController, MembersController],
  providers: [OrganizationsService, MembersService, OwnedData],
  exports: [OwnedData],
})
export class OrganizationsModule {}
