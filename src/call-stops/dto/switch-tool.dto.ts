import { IsBoolean } from 'class-validator';
import { StopCallsDto } from './stop-calls.dto.js';

/** Switches a tool on or off. What is said and how long it lasts belong to a tool that is switched off. */
export class SwitchToolDto extends StopCallsDto {
  @IsBoolean()
  enabled!: boolean;
}
