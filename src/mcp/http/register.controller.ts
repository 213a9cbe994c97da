import { Controller, HttpCode, Post } from '@nestjs/common';
import { Public } from '../../access/access.decorators.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { registerRefusalSchema } from './mcp.schema.js';

/**
 * Many clients answer a 401 by registering themselves as OAuth clients (RFC 7591). There is nothing to register
 * with: the answer, in that RFC's form, tells the person in front of the client what is wrong.
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
