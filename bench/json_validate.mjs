// ajv's generated code, with the commands of json_validate.c: node json_validate.mjs MODULES FOLDER. MODULES is the folder
// in which ajv is installed.
import {createRequire} from 'node:module';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {join} from 'node:path';

const [modules, folder] = process.argv.slice(2);
const load = createRequire(join(modules, 'index.js'));
const Ajv = load('ajv').default, standalone = load('ajv/dist/standalone').default;
const sets = new Map();

/** The validator as a module of its own, as ajv writes it for production. */
function compile(name, schema) {
  const ajv = new Ajv({code: {source: true}, strict: false, logger: false});
  const made = mkdtempSync(join(modules, 'generated-'));
  const file = join(made, name + '.cjs');
  writeFileSync(file, standalone(ajv, ajv.compile(schema)));
  const validate = load(file);
  rmSync(made, {recursive: true});
  return validate;
}

function find(name) {
  if (!sets.has(name)) {
    const texts = readFileSync(join(folder, name + '.jsonl'), 'utf8').split('\n').filter(line => line);
    const schema = JSON.parse(readFileSync(join(folder, name + '.schema.json'), 'utf8'));
    sets.set(name, {texts, instances: texts.map(text => JSON.parse(text)), validate: compile(name, schema)});
  }
  return sets.get(name);
}

const works = {
  validate({instances, validate}) {
    let valid = 0;
    for (let i = 0; i < instances.length; i++) valid += validate(instances[i]) ? 1 : 0;
    return valid;
  },
  parse({texts, validate}) {
    let valid = 0;
    for (let i = 0; i < texts.length; i++) valid += validate(JSON.parse(texts[i])) ? 1 : 0;
    return valid;
  },
};

for await (const line of createInterface({input: process.stdin})) {
  const [name, , what, ms] = line.split(' ');
  const set = find(name), work = works[what], valid = work(set);
  const start = process.hrtime.bigint();
  let rounds = 0, end;
  do {
    work(set);
    rounds++;
    end = process.hrtime.bigint();
  } while (end - start < BigInt(ms) * 1000000n);
  console.log(`${valid} ${(Number(end - start) / rounds / set.texts.length).toFixed(1)}`);
}
