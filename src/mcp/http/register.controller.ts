import { Controller, HttpCode, Post } from '@nestjs/common';
import { Public } from '../../access/access.decorators.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { registerRefusalSchema } from './mcp.schema.js';

/**
 * Answers clients that try to register themselves as OAuth clients after a 401 (RFC 7591). This service has no OAuth,
 * so the error, in the form of that RFC, tells the person at the client to use a key.
 */
@Controller('register')
export class RegisterController {
  @Post()
  @HttpCode(400)
  @Public()
  @ApiRoute({
    summary: 'Not for use: this service has no OAuth',
    description: 'Tells people whose MCP client tries to register that it needs a key.',
    responses: { 400: { description: 'Always', content: { 'application/json': registerRefusalSchema } } },
  })
  refuse() {
    return {
      error: 'invalid_client_metadata',
      error_description:
        'Use an API key: send it as the header "Authorization: Bearer <key>" or "X-API-Key: <key>". This server has no OAuth.',
    };
  }
}
