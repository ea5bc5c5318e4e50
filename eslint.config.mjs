import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const azureFunctions = ['@azure/functions', 'durable-functions', 'durable-functions/*'];
const managementSdks = ['@azure/arm-*', '@azure/identity', '@azure/storage-queue', '@azure/data-tables'];
// `**/name` alone would also match a package such as @azure/functions.
const folder = (name) => [`../${name}`, `../../${name}`, `**/${name}/**`];

/** Imports point one way: functions -> orchestrations -> shared; local stands apart from the app. */
const forbid = (groups) => ({
  'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
});

const notFromLocal = [folder('local'), 'The app knows nothing of the embedded runtime.'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.nested-hosts/', 'coverage/', 'infra/compiler/bin/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['functions/**/*.ts'],
    rules: forbid([notFromLocal, [['@azure/arm-*'], 'The HTTP path never loads a management SDK.']]),
  },
  {
    files: ['orchestrations/**/*.ts'],
    rules: forbid([
      notFromLocal,
      [folder('functions'), 'Imports point functions -> orchestrations -> shared.'],
    ]),
  },
  {
    files: ['shared/**/*.ts'],
    rules: forbid([
      notFromLocal,
      [
        [...folder('functions'), ...folder('orchestrations')],
        'Imports point functions -> orchestrations -> shared.',
      ],
      [azureFunctions, 'shared/ stays free of the Functions and Durable programming models.'],
    ]),
  },
  {
    files: ['cli/**/*.ts'],
    rules: forbid([
      [
        [...folder('functions'), ...folder('orchestrations'), ...folder('local')],
        'The command line knows the HTTP API, and of the app only what `shared/` describes.',
      ],
    ]),
  },
  {
    files: ['local/**/*.ts'],
    rules: forbid([
      [
        [...folder('functions'), ...folder('orchestrations'), ...folder('shared')],
        'local/ loads the built app as a stranger would.',
      ],
    ]),
  },
  {
    // Orchestrator code is replayed: it must be synchronous and free of clocks, chance and I/O.
    files: ['orchestrations/**/*.ts'],
    ignores: ['orchestrations/activities/**', 'orchestrations/register.ts'],
    rules: {
      ...forbid([
        notFromLocal,
        [folder('functions'), 'Imports point functions -> orchestrations -> shared.'],
        [managementSdks, 'Orchestrators do no I/O.'],
        [['node:*', 'fs', 'crypto', 'http', 'https'], 'Orchestrators do no I/O.'],
      ]),
      'no-restricted-globals': [
        'error',
        ...['fetch', 'crypto', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'performance'].map(
          (name) => ({ name, message: 'Not replayable: use context.df or an activity.' }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Not replayable.' },
        { object: 'df', property: 'lock', message: 'Entity locks are not used.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
          message: 'Not replayable: use context.df.currentUtcDateTime.',
        },
        { selector: "MemberExpression[object.name='Date']", message: 'Not replayable.' },
        { selector: 'AwaitExpression', message: 'Orchestrators are synchronous generators.' },
        { selector: ':function[async=true]', message: 'Orchestrators are synchronous generators.' },
        {
          selector: "MemberExpression[property.name='callActivityWithRetry']",
          message: 'Retry is data in shared/azure, not a Durable feature.',
        },
      ],
    },
  },
  { files: ['local/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
