import { addGovernance, type Governance } from '../../../shared/azure/plan';
import { deniedBy } from '../../../shared/azure/plan/governance';
import { layout } from '../shared/fixture';
import { after, before, plan } from './observed';

const none: Governance = { denials: [], locks: [], unread: [] };
const group = '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/rg-network';
const lock = (level: string, scope: string): Governance => ({
  ...none,
  locks: [{ name: 'l', scope, level }],
});

describe('what stands above a plan', () => {
  it.each<[string, Governance, ReturnType<typeof plan>, string[], RegExp | undefined]>([
    ['nothing', none, plan(before()), [], undefined],
    [
      'read-only on a VNet that is written',
      lock('ReadOnly', layout.virtualNetworkId),
      plan(before()),
      ['ScopeLocked'],
      undefined,
    ],
    [
      'read-only in other letters',
      lock('ReadOnly', group.toUpperCase()),
      plan(before()),
      ['ScopeLocked'],
      undefined,
    ],
    [
      'read-only where nothing is written',
      lock('ReadOnly', layout.virtualNetworkId),
      plan(after()),
      [],
      undefined,
    ],
    [
      'read-only on a neighbour by the same beginning',
      lock('ReadOnly', `${layout.virtualNetworkId}-2`),
      plan(before()),
      [],
      undefined,
    ],
    [
      'no deletion',
      lock('CanNotDelete', group),
      plan(before()),
      [],
      /lock l .* neither an undo nor a teardown/,
    ],
    ['no deletion elsewhere', lock('CanNotDelete', `${group}-2`), plan(before()), [], undefined],
    [
      'a policy',
      { ...none, denials: [{ id: '/x/hv-01', policy: 'p' }] },
      plan(before()),
      ['RequestDisallowedByPolicy'],
      undefined,
    ],
    ['what may not be asked', { ...none, unread: ['Not told.'] }, plan(before()), [], /Not told/],
  ])('%s', (_, governance, of, codes, warning) => {
    const { obstacles, warnings, planHash } = addGovernance(of, governance);
    expect(obstacles.map(({ code }) => code)).toEqual(codes);
    expect(planHash).toBe(codes.length > 0 ? undefined : of.planHash);
    if (warning) expect(warnings.join()).toMatch(warning);
    else expect(warnings).toEqual([]);
  });
});

describe('an answer about policies', () => {
  const answer = (evaluation: object) => ({
    contentEvaluationResult: {
      policyEvaluations: [{ policyInfo: { policyAssignmentId: '/a/policyAssignments/tags' }, ...evaluation }],
    },
  });
  it.each<[string, unknown, string[]]>([
    [
      'denies',
      answer({ evaluationResult: 'NonCompliant', effectDetails: { policyEffect: 'Deny' } }),
      ['tags'],
    ],
    ['of a version that names no effect', answer({ evaluationResult: 'NonCompliant' }), ['tags']],
    [
      'only audits',
      answer({ evaluationResult: 'NonCompliant', effectDetails: { policyEffect: 'Audit' } }),
      [],
    ],
    ['complies', answer({ evaluationResult: 'Compliant', effectDetails: { policyEffect: 'Deny' } }), []],
    ['without policies', { fieldRestrictions: [] }, []],
  ])('%s', (_, body, expected) => {
    expect(deniedBy(body)).toEqual(expected);
  });
});
