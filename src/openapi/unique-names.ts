import type { Type } from '@nestjs/common';

/** A name for each class: its own, with a number behind it where another class came first. */
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
