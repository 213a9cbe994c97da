/** @ownModules Nest remembers each entity, and TypeORM connects no more once it knows of one without its relation. */
import { Controller, Injectable, Logger, Module, type Type } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, ManyToOne, PrimaryColumn, type Repository } from 'typeorm';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { Input } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { UsersService } from '../src/users/users.service.js';
import { TestService } from './support/test-service.js';

@Entity('mistakes')
class Mistake {
  @PrimaryColumn()
  id!: string;

  @Column()
  text!: string;
}

class PlainDto {
  text!: string;
}

@Injectable()
class FirstTools {
  @Tool({ name: 'twice', description: 'One of two' })
  @Scopes('mistakes:read')
  first() {
    return 'first';
  }

  @Tool({ name: 'misspelt', description: 'Has a scope that is none' })
  @Scopes('mistakes.read')
  misspelt() {
    return 'never';
  }
}

@Injectable()
class SecondTools {
  @Tool({ name: 'twice', description: 'The other of two' })
  @Scopes('mistakes:read')
  second() {
    return 'second';
  }

  @Tool({ name: 'plain', description: 'Takes a DTO without validators' })
  @Scopes('mistakes:read')
  plain(@Input() input: PlainDto) {
    return input.text;
  }

  @Tool({ name: 'unfilled', description: 'Has a parameter that nothing fills', inputSchema: z.object({}) })
  @Scopes('mistakes:read')
  unfilled(@Input() _input: object, unfilled: unknown) {
    return typeof unfilled;
  }
}

@Module({ providers: [FirstTools, SecondTools] })
class MistakenModule {}

@Injectable()
class SlipTools {
  @Tool({ name: 'slip', description: 'Asks for a scope that looks like another' })
  @Scopes('document:read')
  slip() {
    return 'slip';
  }
}

@Module({ providers: [SlipTools] })
class SlipModule {}

@Injectable()
class MistakesService {
  constructor(@InjectRepository(Mistake) readonly mistakes: Repository<Mistake>) {}
}

@Module({ providers: [MistakesService] })
class WithoutEntityModule {}

@Injectable()
class ImportlessService {
  constructor(readonly users: UsersService) {}
}

@Module({ providers: [ImportlessService] })
class WithoutImportModule {}

@Injectable()
class SecondMistakesService {
  constructor(
    readonly dependent: MistakesService,
    @InjectRepository(Mistake) readonly mistakes: Repository<Mistake>,
  ) {}
}

@Controller('api/importless')
class ImportlessController {
  constructor(readonly users: UsersService) {}
}

@Module({ providers: [MistakesService, SecondMistakesService], controllers: [ImportlessController] })
class WithoutAnythingModule {}

@Entity('strays')
class Stray {
  @PrimaryColumn()
  id!: string;
}

@Entity('owners')
class Owner {
  @PrimaryColumn()
  id!: string;

  @ManyToOne(() => Stray)
  stray!: Stray;
}

/** Made by the spec that needs it: TypeORM connects no more once it knows of the entity. */
function withoutRelation(): Type {
  @Module({ imports: [TypeOrmModule.forFeature([Owner])] })
  class WithoutRelationModule {}
  return WithoutRelationModule;
}

describe('The start', () => {
  const failure = async (...modules: Type[]) => {
    const outcome = await TestService.start({ modules }).catch((error: Error) => error.message);
    if (typeof outcome === 'string') return outcome;
    await outcome.stop();
    return 'The service has started';
  };

  it('names every mistake of the handlers in one message, with class, method and fix', async () => {
    const lines = (await failure(MistakenModule)).split('\n');
    expect(lines[0]).toBe('The service does not start:');
    expect(lines.slice(1).sort()).toEqual([
      "  FirstTools.misspelt: @Scopes('mistakes.read') is not a valid scope; write resource:action, such as 'invoices:read'",
      expect.stringMatching(
        /tool plain: the input of SecondTools\.plain is a PlainDto, which has no validators: give it/,
      ),
      '  The tool twice is declared twice, by FirstTools.first and SecondTools.second: give one another name',
      '  The tool unfilled: nothing fills parameter 2 of SecondTools.unfilled: give it a decorator, such as @Input() or @CurrentCaller(), or take it away',
    ]);
  });

  it('says which entity a module does not register', async () => {
    expect(await failure(WithoutEntityModule)).toBe(
      'The service does not start:\n  MistakesService requires MistakeRepository (parameter 1), which its module does not have: ' +
        'add TypeOrmModule.forFeature([Mistake]) to its imports',
    );
  });

  it('says which service a module does not import', async () => {
    expect(await failure(WithoutImportModule)).toBe(
      'The service does not start:\n  ImportlessService requires UsersService (parameter 1), which its module does not have: ' +
        'add UsersService to its providers, or the module that exports it to its imports',
    );
  });

  it('names what is not registered together with the mistakes of the handlers', async () => {
    const message = await failure(WithoutAnythingModule, MistakenModule, WithoutImportModule);
    const remedy = 'which its module does not have: add TypeOrmModule.forFeature([Mistake]) to its imports';
    const imported = 'add UsersService to its providers, or the module that exports it to its imports';
    expect(message.split('\n').slice(1).sort()).toEqual(
      [
        `MistakesService requires MistakeRepository (parameter 1), ${remedy}`,
        `SecondMistakesService requires MistakeRepository (parameter 2), ${remedy}`,
        `ImportlessController requires UsersService (parameter 1), which its module does not have: ${imported}`,
        `ImportlessService requires UsersService (parameter 1), which its module does not have: ${imported}`,
        "FirstTools.misspelt: @Scopes('mistakes.read') is not a valid scope; write resource:action, such as 'invoices:read'",
        'The tool plain: the input of SecondTools.plain is a PlainDto, which has no validators: give it a class with validators as its type, or @Tool an inputSchema',
        'The tool twice is declared twice, by FirstTools.first and SecondTools.second: give one another name',
        'The tool unfilled: nothing fills parameter 2 of SecondTools.unfilled: give it a decorator, such as @Input() or @CurrentCaller(), or take it away',
      ]
        .map((line) => `  ${line}`)
        .sort(),
    );
  });

  it('warns of a scope that only one handler requires and that looks like another', async () => {
    const warned: string[] = [];
    const spy = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: string) => void warned.push(text));
    await (await TestService.start({ modules: [SlipModule] })).stop();
    spy.mockRestore();
    expect(warned).toContain(
      'Only SlipTools.slip requires the scope document:read. If that is a misspelling, write documents:read',
    );
  });

  it('says which relation leads to an entity that is not registered, together with the other mistakes', async () => {
    const lines = (await failure(withoutRelation(), MistakenModule)).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'The service does not start:',
      '  Owner.stray is a relation to an entity that is not registered: add that entity to TypeOrmModule.forFeature([...]) of its module, or to entities in bouncer.config.ts',
    ]);
    expect(lines).toHaveLength(6);
  });
});
