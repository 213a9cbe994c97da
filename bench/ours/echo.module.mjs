// Defines the tool of all peers as a user of this service writes it. Decorators are applied by hand, as TypeScript
// does. Nest is imported from the folder of the service, because another copy of it is installed here for the peers.
import { Module } from '../../node_modules/@nestjs/common/index.js';
import { Scopes } from '../../dist/access/access.decorators.js';
import { Input } from '../../dist/mcp/call/parameter.decorators.js';
import { Tool } from '../../dist/mcp/decorators/tool.decorator.js';
import { echo, SCOPE, TOOLS } from '../peers/common.mjs';
import { decorateClass, decorateMethod } from '../peers/decorate.mjs';

class EchoTools {}
for (const { name, description, input } of TOOLS) {
  EchoTools.prototype[name] = (given) => echo(given);
  const tool = Tool({ name, description, inputSchema: input });
  decorateMethod(EchoTools, name, [tool, Scopes(SCOPE)], [Input()]);
}

export class EchoModule {}
decorateClass(EchoModule, Module({ providers: [EchoTools] }));
