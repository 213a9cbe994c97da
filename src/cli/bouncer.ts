#!/usr/bin/env node
import { bouncerProgram } from './program.js';

await bouncerProgram().parseAsync();
