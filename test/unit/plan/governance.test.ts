import { createHttpHeaders, type PipelineRequest } from '@azure/core-rest-pipeline';
import { addGovernance, type Governance } from '../../../shared/azure/plan';
import type { AzureClients } from '../../../shared/azure/clients';
import { deniedBy, observeGovernance } from '../../../shared/azure/plan/governance';
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

describe('locks that come in pages', () => {
  const locks = '/providers/Microsoft.Authorization/locks';
  const scope = layout.virtualNetworkId.split('/providers/')[0] ?? '';
  const first = `https://arm.test${scope}${locks}?api-version=2020-05-01`;
  const lockOf = (name: string) => ({
    id: `${scope}${locks}/${name}`,
    name,
    properties: { level: 'ReadOnly' },
  });

  async function observed(nextLink: string) {
    const asked: string[] = [];
    const pages: Record<string, object> = {
      [first]: { value: [lockOf('a')], nextLink },
      [nextLink]: { value: [lockOf('b')] },
    };
    const sendRequest = (_: unknown, request: PipelineRequest) => {
      asked.push(request.url);
      const bodyAsText = JSON.stringify(pages[request.url] ?? { value: [] });
      return Promise.resolve({ request, status: 200, headers: createHttpHeaders(), bodyAsText });
    };
    const client = { pipeline: { sendRequest } };
    const clients = { endpoint: 'https://arm.test', network: () => Promise.resolve(client) };
    return { asked, found: await observeGovernance(clients as unknown as AzureClients, plan(after())) };
  }

  it('are read to the end', async () => {
    const next = `${first}&$skiptoken=2`;
    const { asked, found } = await observed(next);
    expect(asked.filter((url) => url === next)).toHaveLength(1);
    expect(found.locks.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(found.unread).toEqual([]);
  });

  it('are not asked for elsewhere, where the token would go along', async () => {
    const { asked, found } = await observed('https://elsewhere.test/more');
    expect(asked.filter((url) => !url.startsWith('https://arm.test/'))).toEqual([]);
    expect(found.unread.join()).toContain('ForeignNextLink');
  });
});
