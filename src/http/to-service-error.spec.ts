import { HttpException, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { toServiceError } from './to-service-error.js';

describe("An error that is not the service's own", () => {
  const error = (message: string, more: object) => Object.assign(new Error(message), more);
  const reset = (more = {}) => error('aborted', { code: 'ECONNRESET', ...more });

  it('is database_unavailable when the connection to the database broke', () => {
    expect(toServiceError(reset())).toMatchObject({ code: 'database_unavailable', status: 503 });
  });

  it('is bad_request when the HTTP server says that the client aborted its body', () => {
    expect(toServiceError(reset({ statusCode: 400 }))).toMatchObject({ code: 'bad_request', status: 400 });
  });

  it('is internal, and its text is hidden, when it was unexpected', () => {
    expect(toServiceError(new Error('select * from secrets'))).toMatchObject({
      code: 'internal_error',
      message: 'Internal error',
    });
  });

  it.each([
    { statusCode: 401 },
    { status: 403 },
    { statusCode: 400, code: 'EBADMSG' },
    { statusCode: 429, expose: true },
    { statusCode: 400, code: 'fst_err' },
  ])('is internal even if it carries %j', (more) => {
    expect(toServiceError(error('dsn=postgres://u:SECRET@db', more))).toMatchObject({
      code: 'internal_error',
      status: 500,
      message: 'Internal error',
    });
  });

  it('is shown when the HTTP server itself refused, and not when an MCP handler threw the same', () => {
    const tooLarge = error('Request body is too large', {
      code: 'FST_ERR_CTP_BODY_TOO_LARGE',
      statusCode: 413,
    });
    expect(toServiceError(tooLarge)).toMatchObject({ code: 'payload_too_large', status: 413 });
    expect(toServiceError(tooLarge, false)).toMatchObject({ code: 'internal_error', status: 500 });
  });

  it('is shown when it is an exception of Nest, whose 401 is not about the key', () => {
    expect(toServiceError(new NotFoundException('Nope'))).toMatchObject({ code: 'not_found', status: 404 });
    expect(toServiceError(new UnauthorizedException('Not you'))).toMatchObject({
      code: 'forbidden',
      status: 403,
      message: 'Not you',
    });
    expect(toServiceError(new HttpException('odd', 200))).toMatchObject({ code: 'internal_error' });
  });

  it('is internal when it cannot even be read', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        getPrototypeOf: () => {
          throw new Error('no');
        },
      },
    );
    expect(toServiceError(hostile)).toMatchObject({ code: 'internal_error', status: 500 });
  });
});
