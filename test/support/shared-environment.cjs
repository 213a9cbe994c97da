// All spec files of a worker run in one context, because what `shared-runtime.cjs` keeps was evaluated in it.
const { TestEnvironment } = require('jest-environment-node');

let shared;

/** What Jest keeps in the context for the spec file that runs. */
const isOfJest = (key) => typeof key === 'symbol' && /jest|EVENT_HANDLERS/i.test(key.description ?? '');

class SharedEnvironment extends TestEnvironment {
  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimers.useRealTimers();
    this.fakeTimersModern.useRealTimers();
    for (const key of Reflect.ownKeys(this.global)) if (isOfJest(key)) delete this.global[key];
  }
}

exports.__esModule = true;
/** Jest makes an environment for each spec file, and is given the same one. */
exports.default = function environmentOf(...values) {
  shared ??= new SharedEnvironment(...values);
  return shared;
};
