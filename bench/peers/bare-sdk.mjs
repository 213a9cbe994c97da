// Serves the official SDK on `node:http` as its documentation does: no key, no limit, no audit.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { announce } from './common.mjs';
import { sdkServer } from './sdk-server.mjs';

const handler = toNodeHandler(createMcpHandler(sdkServer));
announce(createServer((request, response) => void handler(request, response)));
