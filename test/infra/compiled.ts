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
  $schema: string;
  variables?: Record<string, unknown>;
  resources: Record<string, Resource> | Resource[];
  outputs?: Record<string, { type: string; value?: unknown }>;
}

/** One template and where it is deployed to. */
export interface Deployment {
  /** Symbolic names from the outside in, such as `app/storage`; empty: the installation. */
  path: string;
  /** Expression of its name. */
  name: string;
  scope: 'subscription' | 'resourceGroup';
  /** Expressions of subscription and resource group, where they are not those of what deploys it. */
  subscription?: unknown;
  resourceGroup?: unknown;
  /** What it is only deployed under, if anything. */
  condition?: unknown;
  /** Expressions of the parameters that it is given. */
  parameters: Record<string, unknown>;
  template: Template;
}

export interface Compiled {
  deployments: Deployment[];
  /** The deployment at this path; throws if there is none. */
  deployment(path: string): Deployment;
  /** Resources of all templates, the nested ones too; deployments and what is only referred to are left out. */
  resources: Resource[];
  /** Files that templates load, and whatever else they hold in variables. */
  variables: unknown[];
  /** Outputs of all templates: name and expression. */
  outputs: [name: string, value: string][];
  /** Parameters that a parameter file gives, by its name. */
  parameters(file: string): Record<string, { value: unknown }>;
}

/**
 * The templates as the compiler makes them, in this environment; undefined where there is no compiler. Throws what it has to
 * say.
 */
export function compile(environment: Record<string, string>): Compiled | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-infra-'));
  try {
    execFileSync(process.execPath, ['infra/check.mjs', '--out', folder], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (!existsSync(join(folder, 'main.bicep.json'))) return undefined;
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    const deployments = nested({
      path: '',
      name: '',
      scope: 'subscription',
      parameters: {},
      template: read('main.bicep') as Template,
    });
    const templates = deployments.map(({ template }) => template);
    const parameters = Object.fromEntries(
      ['dev.bicepparam', 'prod.bicepparam'].map((name) => [name, read(name) as { parametersJson: string }]),
    );
    return {
      deployments,
      deployment: (path) => {
        const found = deployments.find((one) => one.path === path);
        if (!found) throw new Error(`No deployment ${path}.`);
        return found;
      },
      resources: templates.flatMap(resourcesOf),
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

const deploymentType = 'Microsoft.Resources/deployments';

/** What a template itself makes. */
export const resourcesOf = ({ resources }: Template): Resource[] =>
  Object.values(resources).filter(({ type, existing }) => type !== deploymentType && existing !== true);

/** A deployment and those that its template deploys. */
function nested(outer: Deployment): Deployment[] {
  const inner = Object.entries(outer.template.resources as Record<string, Resource>).filter(
    ([, { type }]) => type === deploymentType,
  );
  return [
    outer,
    ...inner.flatMap(([symbol, resource]) => {
      const { parameters = {}, template } = resource.properties as unknown as {
        parameters?: Record<string, unknown>;
        template: Template;
      };
      return nested({
        path: outer.path === '' ? symbol : `${outer.path}/${symbol}`,
        name: resource.name,
        scope: template.$schema.includes('/subscriptionDeploymentTemplate')
          ? 'subscription'
          : 'resourceGroup',
        subscription: resource['subscriptionId'],
        resourceGroup: resource['resourceGroup'],
        condition: resource['condition'],
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, given]) => [name, expressionOf(given)]),
        ),
        template,
      });
    }),
  ];
}

/** A parameter is either `{ value }`, or an expression that makes one. */
const expressionOf = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'value' in given ? given.value : given;
