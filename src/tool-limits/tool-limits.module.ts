import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ToolLimit } from './tool-limit.entity.js';
import { ToolLimitsController } from './tool-limits.controller.js';
import { ToolLimitsService } from './tool-limits.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ToolLimit])],
  controllers: [ToolLimitsController],
  providers: [ToolLimitsService],
})
export class ToolLimitsModule {}
