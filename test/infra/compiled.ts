import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Resource {
  type: string;
  name: string;
  properties?: Record<string, unknown>;
  [field: string]: unknown;
}

interface Template {
  variables?: Record<string, unknown>;
  resources: Record<string, Resource> | Resource[];
  outputs?: Record<string, { type: string; value?: unknown }>;
}

export interface Compiled {
  /** Resources of all templates, the nested ones too; deployments and what is only referred to are left out. */
  resources: Resource[];
  /** Files that templates load, and whatever else they hold in variables. */
  variables: unknown[];
  /** Outputs of all templates: name and expression. */
  outputs: [name: string, value: string][];
  /** Parameters that a parameter file gives, by its name. */
  parameters(file: string): Record<string, { value: unknown }>;
}

/** The templates as the compiler makes them; undefined where there is none. Throws what it has to say. */
export function compile(): Compiled | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-infra-'));
  try {
    execFileSync(process.execPath, ['infra/check.mjs', '--out', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (!existsSync(join(folder, 'main.bicep.json'))) return undefined;
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    const templates = nested(read('main.bicep') as Template);
    const parameters = Object.fromEntries(
      ['dev.bicepparam', 'prod.bicepparam'].map((name) => [name, read(name) as { parametersJson: string }]),
    );
    return {
      resources: templates.flatMap(({ resources }) => flat(resources)).filter(isMade),
      variables: templates.flatMap(({ variables = {} }) => Object.values(variables)),
      outputs: templates.flatMap(({ outputs = {} }) =>
        Object.entries(outputs).map(([name, { value }]): [string, string] => [name, JSON.stringify(value)]),
      ),
      parameters: (file) => {
        const { parametersJson } = parameters[file] ?? { parametersJson: '{}' };
        return (JSON.parse(parametersJson) as { parameters: Record<string, { value: unknown }> }).parameters;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const deployment = 'Microsoft.Resources/deployments';
const isMade = ({ type, existing }: Resource): boolean => type !== deployment && existing !== true;
const flat = (resources: Template['resources']): Resource[] => Object.values(resources);

/** A template and those that it deploys. */
function nested(template: Template): Template[] {
  const inner = flat(template.resources).filter(({ type }) => type === deployment);
  return [template, ...inner.flatMap(({ properties }) => nested(properties?.['template'] as Template))];
}
