import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors/service-error.js';

/** Describes a path of the router, in which `:name` stands for one segment. */
interface KnownPath {
  matches: RegExp;
  methods: Set<string>;
}

/** Knows the methods of each path. The router does not tell when it finds no route for a request. */
export class KnownMethods {
  private readonly paths = new Map<string, KnownPath>();

  /**
   * @param fastify must not have routes yet
   * @param ofPath overrides the methods of a path
   */
  constructor(
    fastify: FastifyInstance,
    private readonly ofPath: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    fastify.addHook('onRoute', ({ url, method }) => {
      for (const name of [method].flat()) this.add(url, name);
    });
  }

  /** Returns a 405 with `Allow` for a request without a route whose path has other methods. */
  methodRefusal({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): ServiceError | undefined {
    const [path = ''] = url.split('?', 1);
    const allowed = new Set<string>();
    for (const { matches, methods } of this.paths.values()) {
      if (matches.test(path)) for (const name of methods) allowed.add(name);
    }
    if (allowed.size === 0) return undefined;
    const Allow = [...allowed].sort().join(', ');
    return new ServiceError('method_not_allowed', `${method} is not a method of this path; it has ${Allow}`, {
      headers: { Allow },
    });
  }

  private add(url: string, method: string): void {
    const known = this.paths.get(url) ?? { matches: patternOf(url), methods: new Set<string>() };
    this.paths.set(url, known);
    for (const name of this.ofPath.get(url) ?? [method]) known.methods.add(name);
  }
}

const patternOf = (url: string): RegExp => {
  const segments = url
    .split('/')
    .map((segment) =>
      segment.startsWith(':') ? '[^/]+' : segment.replace(/[^\w-]/g, (character) => `\\${character}`),
    );
  return new RegExp(`^${segments.join('/')}$`);
};
