import { isInputRequiredResult, type Result } from '@modelcontextprotocol/server';
import type { FoundTarget } from '../call-target.js';
import { toCompletionResult } from './completion-result.js';
import type { Registered } from '../../definitions/primitive.js';
import { toPromptResult } from './prompt-result.js';
import { toResourceResult } from './resource-result.js';
import { toToolResult } from './tool-result.js';

/** Makes a result of what a handler has returned. @throws TypeError for what JSON cannot say (BigInt, circles) */
export function toResult({ method, name, entry }: FoundTarget, returned: unknown): Result {
  if (isInputRequiredResult(returned)) return returned;
  switch (method) {
    case 'tools/call':
      return toToolResult(returned);
    case 'resources/read': {
      const { mimeType } = (entry as Registered<'resource' | 'template'>).definition;
      return toResourceResult(returned, name, mimeType);
    }
    case 'prompts/get':
      return toPromptResult(returned, (entry as Registered<'prompt'>).definition.description);
    default:
      return toCompletionResult(returned);
  }
}
