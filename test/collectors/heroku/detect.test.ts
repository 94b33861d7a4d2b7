import { expect, test } from 'vitest';
import { detect } from '../../../src/collectors/heroku/detect.ts';
import { testIo } from '../../io/test-io.ts';

test('a key in the environment is found and not told', async () => {
  expect(await detect(testIo({ env: { HEROKU_API_KEY: 'c4n4ry' } }).io)).toEqual([{ found: 'HEROKU_API_KEY in the environment', source: { kind: 'heroku' } }]);
});

test('an entry in ~/.netrc is found and not told', async () => {
  const { io, write } = testIo();
  write('home/.netrc', 'machine git.heroku.com\n  login a\nmachine api.heroku.com\n  login a@acme.test\n  password c4n4ry\n');
  expect(await detect(io)).toEqual([{ found: 'api.heroku.com in ~/.netrc', source: { kind: 'heroku' } }]);
});

test('a ~/.netrc for other machines is nothing', async () => {
  const { io, write } = testIo();
  write('home/.netrc', 'machine api.heroku.com.example password x\n');
  expect(await detect(io)).toEqual([]);
});

test('an empty key is none', async () => {
  expect(await detect(testIo({ env: { HEROKU_API_KEY: '' } }).io)).toEqual([]);
});
