import { readFileSync, readdirSync } from 'node:fs';
import type { FindingAction } from '../../shared/records/reconciliation';
import type { OperationRecord } from '../../shared/records/types';
import { metricNames } from '../../shared/telemetry/metrics';

describe('alerts and workbook', () => {
  const metrics = Object.values(
    (JSON.parse(readFileSync('infra/telemetry.json', 'utf8')) as { metrics: Record<string, string> }).metrics,
  );
  it('are agreed on with the app', () => {
    expect(metrics.sort()).toEqual(Object.values(metricNames).sort());
  });

  const named = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/nestedHosts\.[\w.]+/g)].map(([name]) => name);

  it.each(['infra/alerts.json', 'infra/workbook.json'])('%s asks for metrics that are agreed on', (file) => {
    expect(named(file).filter((name) => !metrics.includes(name))).toEqual([]);
    expect(named(file).length).toBeGreaterThan(0);
  });

  it('ask for functions that are there, and for values that the app sends', () => {
    const text = ['infra/alerts.json', 'infra/workbook.json']
      .map((file) => readFileSync(file, 'utf8'))
      .join();
    const functions = readdirSync('functions/timer').join();
    for (const [, name] of text.matchAll(/OperationName == '(\w+)'/g))
      expect(functions).toContain(`${name}.ts`);
    const sources = ['shared/telemetry/levels.ts', 'shared/telemetry/operation.ts']
      .map((file) => readFileSync(file, 'utf8'))
      .join();
    const properties = [...text.matchAll(/Properties\.(\w+)/g)].map(([, name]) => name ?? '');
    expect(new Set(properties)).toEqual(new Set(['kind', 'outcome', 'step', 'network', 'pool', 'verdict']));
    for (const name of properties) expect(sources).toMatch(new RegExp(`[{ ]${name}[,: }]`));
    const verdicts: FindingAction['verdict'][] = ['withheld', 'none', 'failed'];
    expect(text).toContain(
      `tostring(Properties.verdict) in (${verdicts.map((one) => `'${one}'`).join(', ')})`,
    );
    const failed: OperationRecord['status'] = 'failed';
    expect(text).toContain(`tostring(Properties.outcome) == '${failed}'`);
  });
});
