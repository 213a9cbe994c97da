/**
 * The client for a company's web application: it makes a key for each of its users on first use, keeps it encrypted, and
 * searches and calls tools with it.
 */
export { Bouncer, type BouncerOptions } from './bouncer.js';
export {
  type AskOptions,
  type AssistantAnswer,
  BouncerUser,
  type DocumentSearch,
  type SearchOptions,
  type UploadOptions,
  type WrittenDocument,
} from './bouncer-user.js';
export { type BouncerRequestOptions, type RestClient, restClient } from './rest-client.js';
export { McpClient, type McpTool, type ToolArguments } from './mcp-client.js';
export {
  BouncerError,
  type BouncerProblem,
  InsufficientScope,
  NoKeyForUser,
  RateLimited,
  ToolFailed,
} from './errors.js';
export { type KeyStore, MemoryKeyStore } from './key-store.js';
export type { UserIdentity } from './user-keys.js';
export type { components, paths } from './openapi.js';
