import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificates {
  key: string;
  cert: string;
  ca: string;
  caFile: string;
  /** Removes the folder of the CA file if it was made for this run. */
  discard(): Promise<void>;
}

const day = 24 * 3600 * 1000;

/** A certificate authority of its own and a server certificate for this machine; only the CA certificate is stored. */
export async function makeCertificates(
  dataFolder: string | undefined,
  authorityName = 'Simulated Azure',
): Promise<Certificates> {
  const validity = {
    keyType: 'ec' as const,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + 365 * day),
  };
  const authority = await generate([{ name: 'commonName', value: authorityName }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'simulated-azure-')));
  await mkdir(folder, { recursive: true });
  const caFile = join(folder, 'simulated-azure-ca.pem');
  await writeFile(caFile, authority.cert);
  return {
    key: server.private,
    cert: server.cert,
    ca: authority.cert,
    caFile,
    discard: async () => {
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
