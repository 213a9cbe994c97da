import { randomInt } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { type Caller, CurrentCaller, Input, Scopes, Tool } from '../../src/index.js';

const Dice = z.strictObject({ sides: z.int().min(2).max(100).default(6) });

@Injectable()
export class DiceTools {
  @Tool({ name: 'dice_roll', description: 'Roll a die', inputSchema: Dice })
  @Scopes('dice:read')
  roll(@Input() { sides }: z.infer<typeof Dice>, @CurrentCaller() caller: Caller) {
    return { rolled: randomInt(1, sides + 1), for: caller.email };
  }
}

@Module({ providers: [DiceTools] })
export class DiceModule {}
