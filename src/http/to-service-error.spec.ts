import { toServiceError } from './to-service-error.js';

describe("An error that is not the service's own", () => {
  const reset = (more = {}) => Object.assign(new Error('aborted'), { code: 'ECONNRESET', ...more });

  it('is a database that is away where its connection broke', () => {
    expect(toServiceError(reset())).toMatchObject({ code: 'database_unavailable', status: 503 });
  });

  it('is the client, who broke off its body, where Fastify says so', () => {
    expect(toServiceError(reset({ statusCode: 400 }))).toMatchObject({ code: 'bad_request', status: 400 });
  });

  it('is internal, and its text is not shown, where nobody expected it', () => {
    expect(toServiceError(new Error('select * from secrets'))).toMatchObject({
      code: 'internal_error',
      message: 'Internal error',
    });
  });
});
