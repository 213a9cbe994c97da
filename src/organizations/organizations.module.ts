import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Membership } from './membership.entity.js';
import { Organization } from './organization.entity.js';

/** Organisations, and who belongs to them in which role. */
@Module({ imports: [TypeOrmModule.forFeature([Organization, Membership])] })
export class OrganizationsModule {}
