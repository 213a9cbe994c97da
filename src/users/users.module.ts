import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CallerChanges } from './caller-changes.js';
import { User } from './user.entity.js';
import { UserAccounts } from './user-accounts.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [UsersService, UserAccounts, CallerChanges],
  exports: [UsersService, UserAccounts, CallerChanges],
})
export class UsersModule {}
