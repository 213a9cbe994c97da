import { HttpException, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { toServiceError } from './to-service-error.js';

describe("An error that is not the service's own", () => {
  const error = (message: string, more: object) => Object.assign(new Error(message), more);
  const reset = (more = {}) => error('aborted', { code: 'ECONNRESET', ...more });

  it('is a database that is away where its connection broke', () => {
    expect(toServiceError(reset())).toMatchObject({ code: 'database_unavailable', status: 503 });
  });

  it('is the client, who broke off its body, where the HTTP server says so', () => {
    expect(toServiceError(reset({ statusCode: 400 }))).toMatchObject({ code: 'bad_request', status: 400 });
  });

  it('is internal, and its text is not shown, where nobody expected it', () => {
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
  ])('is internal though it carries %j', (more) => {
    expect(toServiceError(error('dsn=postgres://u:SECRET@db', more))).toMatchObject({
      code: 'internal_error',
      status: 500,
      message: 'Internal error',
    });
  });

  it('is shown where the HTTP server refused by itself, and not where a handler of MCP threw the like', () => {
    const tooLarge = error('Request body is too large', {
      code: 'FST_ERR_CTP_BODY_TOO_LARGE',
      statusCode: 413,
    });
    expect(toServiceError(tooLarge)).toMatchObject({ code: 'payload_too_large', status: 413 });
    expect(toServiceError(tooLarge, false)).toMatchObject({ code: 'internal_error', status: 500 });
  });

  it("is shown where it is an exception of Nest's; a 401 of these is not about the key", () => {
    expect(toServiceError(new NotFoundException('Nope'))).toMatchObject({ code: 'not_found', status: 404 });
    expect(toServiceError(new UnauthorizedException('Not you'))).toMatchObject({
      code: 'forbidden',
      status: 403,
      message: 'Not you',
    });
    expect(toServiceError(new HttpException('odd', 200))).toMatchObject({ code: 'internal_error' });
  });

  it('is internal where it cannot even be looked at', () => {
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
