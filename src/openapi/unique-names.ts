import type { Type } from '@nestjs/common';

/** Names each class after itself, with a number where another class has the name already. */
export class UniqueNames {
  private readonly names = new Map<Type, string>();

  of(type: Type): string {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const taken = new Set(this.names.values());
    let name = type.name;
    for (let number = 2; taken.has(name); number++) name = `${type.name}_${number}`;
    this.names.set(type, name);
    return name;
  }
}
