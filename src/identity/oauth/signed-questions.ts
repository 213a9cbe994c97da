import { Injectable } from '@nestjs/common';
import { ServiceError } from '../../errors/service-error.js';
import { AuthSecret } from '../auth/auth-secret.js';

/**
 * Knows the questions that the library asks people. It signs each as it leads to the page, once it has checked who asks, and where the
 * answer goes. Anybody can write another one into a link, and the page would show it as if it was checked.
 */
@Injectable()
export class SignedQuestions {
  constructor(private readonly secret: AuthSecret) {}

  /** @throws ServiceError `bad_request` for a question that the library did not ask, or asked too long ago */
  async assertAsked(parameters: URLSearchParams): Promise<void> {
    const [signature, ...others] = parameters.getAll('sig');
    const [{ constantTimeEqual, makeSignature }, secret] = await Promise.all([
      import('better-auth/crypto'),
      this.secret.get(),
    ]);
    const expected = await makeSignature(signedText(parameters), secret);
    if (signature === undefined || others.length > 0 || !constantTimeEqual(signature, expected))
      throw new ServiceError('bad_request', 'Start again in the program that you want to connect');
    if (!(Number(parameters.get('exp')) * 1000 >= Date.now()))
      throw new ServiceError('bad_request', 'This request is over. Start again in the program.');
  }
}

/** Returns what the library signs: all but the signature, in an order of its own. */
function signedText(parameters: URLSearchParams): string {
  const pairs = [...parameters].filter(([name]) => name !== 'sig');
  return new URLSearchParams(
    pairs.sort(([name, value], [other, its]) => compare(name, other) || compare(value, its)),
  ).toString();
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
