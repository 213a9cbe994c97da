// All spec files of a worker run in one context, because what `shared-runtime.cjs` keeps was evaluated in it.
const { TestEnvironment } = require('jest-environment-node');

let shared;

/** What Jest keeps in the context for the spec file that runs. */
const isOfJest = (key) => typeof key === 'symbol' && /jest|EVENT_HANDLERS/i.test(key.description ?? '');

exports.__esModule = true;
exports.default = class SharedEnvironment extends TestEnvironment {
  constructor(...values) {
    if (shared) return shared;
    super(...values);
    shared = this;
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimers.useRealTimers();
    this.fakeTimersModern.useRealTimers();
    for (const key of Reflect.ownKeys(this.global)) if (isOfJest(key)) delete this.global[key];
  }
};
