/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    '\\.(ps1|sh|py)$': '<rootDir>/test/text-transform.cjs',
  },
  reporters: ['default', '<rootDir>/test/closing-line-reporter.cjs'],
  testSequencer: '<rootDir>/test/longest-first-sequencer.cjs',
  maxWorkers: 2,
  testTimeout: 180_000,
};
