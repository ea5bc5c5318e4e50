import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const sources = ['shared', 'orchestrations', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      file: join(folder, file).replaceAll('\\', '/'),
      text: readFileSync(join(root, folder, file), 'utf8'),
    })),
);
const using = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

it('only the driver of removals calls what sends DELETE', () => {
  expect(using(/\.remover\(/)).toEqual(['shared/azure/remove.ts']);
});

it('the calls that delete in Azure stand where removals are described, and nowhere else', () => {
  const operations =
    /\.(subnets|routes|routeTables|networkInterfaces|publicIPAddresses|virtualMachines|disks|virtualNetworks)\s*\.(begin)?[dD]elete/;
  expect(using(operations).sort()).toEqual(['shared/azure/removals.ts', 'shared/reconcile/removal.ts']);
  // What callers send to the app's own API.
  expect(using(/method: 'DELETE'/)).toEqual(['shared/api/routes.ts']);
});
