import { Controller, HttpCode, Post } from '@nestjs/common';
import { Public } from '../../access/access.decorators.js';

/**
 * Many clients answer a 401 by registering themselves as OAuth clients (RFC 7591). There is nothing to register
 * with: the answer, in that RFC's form, tells the person in front of the client what is wrong.
 */
@Controller('register')
export class RegisterController {
  @Post()
  @HttpCode(400)
  @Public()
  refuse() {
    return {
      error: 'invalid_client_metadata',
      error_description:
        'Use an API key: send it as the header "Authorization: Bearer <key>" or "X-API-Key: <key>". This server has no OAuth.',
    };
  }
}
