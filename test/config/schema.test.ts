import { expectTypeOf, test } from 'vitest';
import type { MatchRule } from '../../src/config/schema.ts';
import type { MatchRule as OwnerMatchRule } from '../../src/model/cost/owner.ts';

test('a match is what the model decides ownership by', () => {
  expectTypeOf<MatchRule>().toExtend<OwnerMatchRule>();
  expectTypeOf<keyof MatchRule>().toEqualTypeOf<keyof OwnerMatchRule>();
});
