import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  if?: string;
  needs?: string | string[];
  environment?: string;
  concurrency?: { group: string; 'cancel-in-progress': boolean | string };
  permissions?: Record<string, string>;
  with?: Record<string, string>;
  env?: Record<string, string>;
  steps?: Step[];
}
interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = '.github/workflows';
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');
const workflow = (file: string): Workflow => parse(text(file)) as Workflow;
const jobs = files.flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([name, job]) => ({ name, file, ...job })),
);
const deploy = jobs.filter(({ file }) => file === 'deploy.yml');
const deployment: Job = deploy[0] ?? {};
const deployments = jobs.filter(({ uses }) => uses?.endsWith('/deploy.yml'));

describe('a deployment', () => {
  it('is the only one of its environment while it lasts, and is never broken off', () => {
    expect(deploy).toHaveLength(1);
    expect(deployment.concurrency).toEqual({
      group: 'deploy-${{ inputs.environment }}',
      'cancel-in-progress': false,
    });
    expect(deployment.environment).toBe('${{ inputs.environment }}');
    // Azure is written to by no other job.
    const others = jobs.filter(({ file }) => file !== 'deploy.yml').flatMap(({ steps = [] }) => steps);
    for (const { run = '', uses = '' } of others)
      expect(`${run} ${uses}`).not.toMatch(/\baz |\bazd |azure\//);
  });

  it('is asked for where there are parameters, and for production only by a version that dev has taken', () => {
    expect(deployments.map(({ name, with: given }) => [name, given])).toEqual([
      ['dev', { environment: 'dev' }],
      ['prod', { environment: 'prod' }],
    ]);
    for (const { name } of deployments) expect(existsSync(`infra/${name}.bicepparam`)).toBe(true);
    const [dev, prod] = deployments;
    const release = jobs.find(({ name }) => name === 'release');
    expect(dev).toMatchObject({ file: 'main.yml', needs: 'package' });
    expect(prod).toMatchObject({ needs: 'dev', if: "startsWith(github.ref, 'refs/tags/v')" });
    expect(release).toMatchObject({ needs: 'prod', if: "startsWith(github.ref, 'refs/tags/v')" });
    expect(jobs.find(({ name }) => name === 'package')?.needs).toBe('check');
  });

  it('ends with whether the app can work', () => {
    const last = deployment.steps?.at(-1);
    expect(last?.run).toMatch(/^curl --fail /);
    expect(last?.run).toContain('"${{ steps.infrastructure.outputs.api }}/health/ready"');
    const order = (deployment.steps ?? []).map(({ name, uses }) => name ?? uses?.split('@')[0]);
    expect(order).toEqual([
      'actions/checkout',
      'Variables',
      'actions/download-artifact',
      'azure/login',
      'What would change',
      'Infrastructure',
      'Package',
      'Ready',
    ]);
  });

  it('takes from the templates what they put out', () => {
    const outputs = [...readFileSync('infra/main.bicep', 'utf8').matchAll(/^output (\w+) /gm)];
    const taken = [...text('deploy.yml').matchAll(/jq -r \.(\w+)\.value/g)].map(([, name]) => name);
    expect(taken).toHaveLength(3);
    expect(outputs.map(([, name]) => name)).toEqual(expect.arrayContaining(taken));
  });

  it.each(['dev', 'prod'])('of %s hands on every variable that its parameter file reads', (environment) => {
    const parameters = readFileSync(`infra/${environment}.bicepparam`, 'utf8');
    const read = [...parameters.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(2);
    expect(read.filter((name = '') => deployment.env?.[name] === undefined)).toEqual([]);
    const given = Object.entries(deployment.env ?? {}).filter(([, value]) => value.includes('vars.'));
    for (const [name, value] of given) expect(value).toBe(`\${{ vars.${name} }}`);
  });

  const variables = deployment.steps?.find(({ name }) => name === 'Variables')?.run ?? '';
  const looked = (environment: string, given: Record<string, string>) => {
    const unset: Record<string, string> = {};
    for (const name of Object.keys(deployment.env ?? {})) unset[name] = '';
    const { status, stdout } = spawnSync('bash', ['-e', '-c', variables], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        ...unset,
        PARAMETERS: `infra/${environment}.bicepparam`,
        AZURE_ENV_NAME: environment,
        ...given,
      },
    });
    return { status, stdout };
  };
  const account = {
    AZURE_CLIENT_ID: 'x',
    AZURE_TENANT_ID: 'x',
    AZURE_SUBSCRIPTION_ID: 'x',
    AZURE_LOCATION: 'x',
  };

  it('names all variables that are missing before it begins', () => {
    expect(looked('dev', account)).toEqual({ status: 0, stdout: '' });
    expect(looked('dev', { ...account, AZURE_LOCATION: '' })).toEqual({
      status: 1,
      stdout: '::error::Set these variables of the environment dev: AZURE_LOCATION\n',
    });
    expect(looked('prod', { ...account, AZURE_SUBSCRIPTION_ID: '' }).stdout).toContain(
      'environment prod: AZURE_SUBSCRIPTION_ID NESTED_HOSTS_CLIENT_ID NESTED_HOSTS_ALERT_EMAILS',
    );
    expect(
      looked('prod', { ...account, NESTED_HOSTS_CLIENT_ID: 'x', NESTED_HOSTS_ALERT_EMAILS: 'x' }).status,
    ).toBe(0);
  });
});

describe('a workflow', () => {
  it.each(files)('%s may read, and nothing else but where a job says so', (file) => {
    if (file !== 'deploy.yml') expect(workflow(file).permissions).toEqual({ contents: 'read' });
    expect(text(file)).not.toMatch(/\bsecrets\b/);
  });

  it('signs in to Azure only to deploy, and writes to the repository only to release', () => {
    const more = jobs.filter(({ permissions }) => permissions !== undefined);
    expect(
      Object.fromEntries(more.map(({ file, name, permissions }) => [`${file} ${name}`, permissions])),
    ).toEqual({
      'deploy.yml deploy': { contents: 'read', 'id-token': 'write' },
      'main.yml dev': { contents: 'read', 'id-token': 'write' },
      'main.yml prod': { contents: 'read', 'id-token': 'write' },
      'main.yml release': { contents: 'write' },
    });
  });

  it('names every action by its commit, with the version beside it, and somebody looks for newer ones', () => {
    const lines = files.flatMap((file) => text(file).match(/uses: .*/g) ?? []);
    const others = lines.filter((line) => !line.includes('uses: ./'));
    expect(others.length).toBeGreaterThan(5);
    const named = /^uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/;
    expect(others.filter((line) => !named.test(line))).toEqual([]);
    const { updates } = parse(readFileSync('.github/dependabot.yml', 'utf8')) as {
      updates: { 'package-ecosystem': string }[];
    };
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['github-actions', 'npm']);
  });

  it('checks what CI checks', () => {
    const check = jobs.find(({ file, name }) => file === 'pull-request.yml' && name === 'check');
    expect(check?.steps?.at(-1)?.run).toBe('.ci/run');
    expect(jobs.find(({ file, name }) => file === 'main.yml' && name === 'check')?.uses).toBe(
      './.github/workflows/pull-request.yml',
    );
  });
});

interface Azd {
  services: Record<string, { remoteBuild?: boolean }>;
  hooks: { preup: { shell: string; run: string } };
  workflows: { up: { steps: { azd: string }[] } };
}
const azd = parse(readFileSync('azure.yaml', 'utf8')) as Azd;

it.each([
  ['prod', undefined, 'prod'],
  ['dev', undefined, 'dev'],
  ['trial', undefined, 'dev'],
  ['prod', 'mine', 'mine'],
])(
  'azd gives the environment %s, where main.bicepparam holds %s, the parameters of %s',
  (name, own, used) => {
    const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-azd-'));
    const infra = (file: string) => join(folder, 'infra', `${file}.bicepparam`);
    mkdirSync(join(folder, 'infra'));
    for (const file of ['dev', 'prod']) writeFileSync(infra(file), file);
    if (own) writeFileSync(infra('main'), own);
    const [first = ''] = azd.hooks.preup.run.split('npm ci');
    const env = { PATH: process.env['PATH'], AZURE_ENV_NAME: name };
    const { status } = spawnSync(azd.hooks.preup.shell, ['-e', '-c', `${first}true`], { cwd: folder, env });
    const parameters = readFileSync(infra('main'), 'utf8');
    rmSync(folder, { recursive: true });
    expect({ status, parameters }).toEqual({ status: 0, parameters: used });
  },
);

it('azd deploys the package as it is', () => {
  const { services, workflows } = azd;
  expect(services['api']?.remoteBuild).toBe(false);
  // By this tag it finds the site.
  expect(readFileSync('infra/modules/app.bicep', 'utf8')).toContain("serviceName: 'api'");
  expect(readFileSync('infra/modules/functionApp.bicep', 'utf8')).toContain(
    "'azd-service-name': serviceName",
  );
  expect(workflows.up.steps.map(({ azd }) => azd)).toEqual([
    'provision',
    'deploy api --from-package dist/nested-hosts.zip',
  ]);
});
