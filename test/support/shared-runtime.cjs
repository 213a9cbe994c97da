// Jest evaluates every module again for each spec file, some 3,000 of them, which takes longer than most spec files do. Here a worker
// evaluates a module once, as a process that serves does, and V8 optimizes it once. A spec file that replaces modules (`jest.mock`) or
// moves the clock (modules remember the time that they saw), or that leaves modules changed and says `@ownModules`, gets modules of its own.
const { readFileSync } = require('node:fs');
const { default: Runtime } = require('jest-runtime');

const NEEDS_OWN_MODULES =
  /\bjest\.(mock|useFakeTimers|setSystemTime)\(|\bspyOn\((Date|performance)\b|@ownModules/;

/** @type {Map<string, object>} by file */
const modules = new Map();
/** @type {Map<string, string>} by file */
const sourceMaps = new Map();
let current;

exports.__esModule = true;
exports.default = class SharedRuntime extends Runtime {
  constructor(config, environment, resolver, transformer, cacheFS, coverage, testPath, globalConfig) {
    super(config, environment, resolver, transformer, cacheFS, coverage, testPath, globalConfig);
    current = this;
    this.transformCache.sourceMaps = sourceMaps;
    this.isShared = !NEEDS_OWN_MODULES.test(readFileSync(testPath, 'utf8'));
    if (this.isShared) for (const [file, module] of modules) this.registries.moduleRegistry.set(file, module);
  }

  // A module that an earlier spec file has loaded may load others only now.
  requireModuleOrMock(from, moduleName) {
    return this === current
      ? super.requireModuleOrMock(from, moduleName)
      : current.requireModuleOrMock(from, moduleName);
  }

  teardown() {
    if (this.isShared)
      for (const [file, module] of this.registries.moduleRegistry)
        if (file !== this._testPath && module.loaded) modules.set(file, module);
    super.teardown();
  }
};
