// Jest evaluates every module again in each spec file, some 2,800 of them. V8 then parses and compiles the same source
// again and again, which is most of the time that a small spec file takes. Here a worker keeps what was compiled.
const vm = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** @type {Map<string, { source: string, data: Buffer }>} by file */
const compiled = new Map();
/** @type {Map<string, { source: string, script: vm.Script }>} of the spec file that runs */
const fresh = new Map();

const { compileFunction } = vm;

vm.compileFunction = function (source, parameters, options) {
  // V8 knows a source by its length alone.
  const known = compiled.get(options.filename);
  const cachedData = known?.source === source ? known.data : undefined;
  if (options.parsingContext === undefined) return compileFunction(source, parameters, options);
  const head = `(function (${parameters.join(', ')}) {`;
  const script = new vm.Script(`${head}${source}\n})`, {
    filename: options.filename,
    columnOffset: -head.length,
    importModuleDynamically: options.importModuleDynamically,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) fresh.set(options.filename, { source, script });
  return script.runInContext(options.parsingContext);
};

exports.__esModule = true;
exports.default = class CodeCacheRuntime extends Runtime {
  teardown() {
    // After the run, so that the functions that it called are in it.
    for (const [file, { source, script }] of fresh)
      compiled.set(file, { source, data: script.createCachedData() });
    fresh.clear();
    return super.teardown();
  }
};
