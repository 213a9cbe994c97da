import { Authenticated, Public, Scopes } from './access.decorators.js';
import { accessRuleOf } from './access-policy.js';

class Handlers {
  @Scopes('documents:read', 'documents:write')
  scoped() {}

  @Authenticated()
  authenticated() {}

  @Public()
  open() {}

  undecorated() {}
}

const ruleOf = (name: keyof Handlers) => accessRuleOf(Handlers.prototype[name], Handlers);

describe('The access decorators', () => {
  it('say who may call a handler', () => {
    expect(ruleOf('scoped')).toEqual({ kind: 'scopes', scopes: ['documents:read', 'documents:write'] });
    expect(ruleOf('authenticated')).toEqual({ kind: 'authenticated' });
    expect(ruleOf('open')).toEqual({ kind: 'public' });
    expect(ruleOf('undecorated')).toBeUndefined();
  });
});
