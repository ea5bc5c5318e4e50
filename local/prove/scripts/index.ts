import facts from './facts.ps1';
import guest from './guest.ps1';
import mirror from './mirror.py';
import once from './once.ps1';
import probe from './probe.sh';
import remove from './remove.ps1';
import report from './report.py';

/** Scripts that the simulated Azure knows by their text and acts upon. */
export const modelled = { guest, remove, once, facts, probe } as const;

/** Base64 of the JSON of what a script is to do. */
export const encoded = (wish: unknown): string => Buffer.from(JSON.stringify(wish)).toString('base64');

/** The script of the Linux machine. What it is to do is a line of its text, not a parameter: how those reach a script is not
 * documented for every agent. */
export const probeScript = (wish: { address: string; pings: number }): string =>
  `#!/bin/bash\nWISH=${encoded(wish)}\n${probe}`;

const unit = (program: string): string => `[Unit]
After=network-online.target
Wants=network-online.target
[Service]
ExecStart=/usr/bin/python3 ${program}
Restart=always
RestartSec=5
[Install]
WantedBy=multi-user.target
`;

/** cloud-init's instructions: a program that runs from every boot on. JSON is YAML. */
function userData(name: string, text: string): string {
  const program = `/opt/${name}.py`;
  const instructions = {
    write_files: [
      { path: program, content: text },
      { path: `/etc/systemd/system/${name}.service`, content: unit(program) },
    ],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', `${name}.service`],
    ],
  };
  return `#cloud-config\n${JSON.stringify(instructions)}\n`;
}

export const probeData = (): string => userData('mirror', mirror);

/** Files on the volume CIDATA that make a Linux guest look around and tell what it saw. */
export const guestSeed = (guest: string, probeAddress: string): { name: string; text: string }[] => [
  { name: 'meta-data', text: `instance-id: ${guest}\nlocal-hostname: ${guest}\n` },
  {
    name: 'network-config',
    text: `${JSON.stringify({
      version: 2,
      ethernets: { guest: { match: { name: 'e*' }, dhcp4: true, 'dhcp-identifier': 'mac' } },
    })}\n`,
  },
  { name: 'user-data', text: userData('report', report.replace('@PROBE@', probeAddress)) },
];
