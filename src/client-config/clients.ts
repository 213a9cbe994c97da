import type { ClientDefinition } from './client-definition.js';
import { aiSdk } from './clients/ai-sdk.js';
import { chatgpt } from './clients/chatgpt.js';
import { claudeAi } from './clients/claude-ai.js';
import { claudeCode } from './clients/claude-code.js';
import { claudeDesktop } from './clients/claude-desktop.js';
import { codex } from './clients/codex.js';
import { cursor } from './clients/cursor.js';
import { geminiCli } from './clients/gemini-cli.js';
import { inspector } from './clients/inspector.js';
import { langchain } from './clients/langchain.js';
import { openaiAgents } from './clients/openai-agents.js';
import { vsCode } from './clients/vs-code.js';
import { windsurf } from './clients/windsurf.js';

/** All supported clients. The endpoint and `docs/clients.md` are generated from this list. */
export const CLIENTS: readonly ClientDefinition[] = [
  claudeCode,
  claudeDesktop,
  claudeAi,
  chatgpt,
  cursor,
  vsCode,
  codex,
  geminiCli,
  windsurf,
  inspector,
  aiSdk,
  langchain,
  openaiAgents,
];
