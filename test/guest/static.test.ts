import { bootVersion, guestPhases, scriptOf, sentinel } from '../../shared/guest';
import type { GuestPhase } from '../../shared/guest';

/** The script without comments and strings: what is left is code. */
function codeOf(script: string): string {
  return script
    .replace(/'(?:[^'\n]|'')*'/g, "''")
    .replace(/"(?:[^"\n`]|`.)*"/g, '""')
    .replace(/#[^\n]*/g, '');
}

interface Ban {
  what: string;
  pattern: RegExp;
  allowed?: GuestPhase[];
}

const banned: Ban[] = [
  { what: 'restarts or shuts down', pattern: /\b(Restart-Computer|Stop-Computer|shutdown(\.exe)?)\b/i },
  { what: 'WinNAT', pattern: /\b(New|Set|Add)-NetNat/i },
  { what: 'running text as code', pattern: /\b(Invoke-Expression|iex|cmd(\.exe)?|Start-Process)\b/i },
  { what: 'external switch', pattern: /-SwitchType\s+External|-NetAdapterName/i },
  {
    what: 'removing what may be foreign',
    pattern: /\b(Remove-NetNat|Remove-VM|Remove-NetAdapter)\b/i,
  },
  { what: 'removing the switch', pattern: /\bRemove-VMSwitch\b/i, allowed: ['deconfigure'] },
  { what: 'installing everything below', pattern: /-IncludeAllSubFeature/i },
  { what: 'VPN server', pattern: /-VpnType\s+(?!RoutingOnly\b)/i },
  { what: 'restart by a feature', pattern: /Install-WindowsFeature[^\n]*-Restart\b/i },
  { what: 'asking', pattern: /\b(Read-Host|Pause|Get-Credential)\b/i },
  { what: 'output beside the result', pattern: /\b(Write-Host|Write-Output|Out-Host|echo)\b/i },
  { what: 'deprecated WMI', pattern: /\bGet-WmiObject\b/i },
  { what: 'ternary', pattern: /\?[^\n:?]*\s:\s/ },
  { what: 'null coalescing', pattern: /\?\?/ },
  { what: 'null conditional', pattern: /\$\{[^}]+\}\?[.[]|\)\?\./ },
  { what: 'pipeline chains', pattern: /&&|\|\|/ },
  { what: 'background operator', pattern: /&\s*$/m },
  { what: 'parallel', pattern: /-Parallel\b/i },
  { what: 'clean block', pattern: /^\s*clean\s*\{/im },
  {
    what: 'assigning automatic variables',
    pattern: /\$(input|matches|args|host|error|this|switch|foreach)\s*=[^=]/i,
  },
];

/** State-changing cmdlets that would ask, or probe, without these. */
const required: [command: RegExp, parameter: RegExp][] = [
  [/\bRemove-Net(Route|IPAddress)\b/, /-Confirm:\$false/],
  [/\bUninstall-RemoteAccess\b/, /-VpnType RoutingOnly -Force -Confirm:\$false/],
  [/\bRemove-DhcpServerv4Scope\b/, /-Force/],
  [/\bSet-DhcpServerv4OptionValue\b/, /-ScopeId .*-Force/],
  [/\bGet-DhcpServerv4OptionValue\b/, /-ScopeId/],
  [/\b(Restart|Stop)-Service\b/, /-Force/],
  [/\bInstall-RemoteAccess\b/, /-VpnType RoutingOnly -ErrorAction Stop\)?$/],
  [/\bNew-VMSwitch\b/, /-SwitchType Internal/],
  [/\bNew-NetIPAddress\b/, /-PrefixLength/],
  [/\bRemove-VMSwitch\b/, /-Force -Confirm:\$false/],
  [/\bUnregister-ScheduledTask\b/, /-Confirm:\$false/],
  [/\bRegister-ScheduledTask\b/, /-Force/],
  [/\bMove-Item\b/, /-Force/],
];

describe.each(guestPhases)('script of phase %s', (phase) => {
  const script = scriptOf(phase);
  const code = codeOf(script);
  const forbidden = banned.filter(({ allowed = [] }) => !allowed.includes(phase));

  it('is ASCII with LF and spaces only', () => {
    expect(script).toMatch(/^[\x20-\x7e\n]*$/);
    expect(script).not.toMatch(/[ \t]$/m);
  });

  it('takes one mandatory parameter and nothing else', () => {
    expect(/^param\(\n([^)]*\)[^)]*)\)/m.exec(code)?.[1]).toMatch(
      /^\s*\[Parameter\(Mandatory = \$true\)\]\s*\[string\] \$Parameters\s*$/,
    );
  });

  it.each(forbidden)('knows no $what', ({ pattern }) => {
    expect(code).not.toMatch(pattern);
  });

  it('never asks', () => {
    for (const line of code.split('\n')) {
      for (const [command, parameter] of required) {
        if (command.test(line)) expect(line).toMatch(parameter);
      }
    }
  });

  it('gives every NAT interface its mode', () => {
    const lines = script.split('\n').filter((line) => /'nat', (\$verb|'add'|'set'), 'interface'/.test(line));
    for (const line of lines) expect(line).toContain("'mode=full'");
    expect(lines).toHaveLength(phase === 'network' ? 1 : 0);
    expect(script).not.toContain('autodhcp');
  });

  it('never names an adapter', () => {
    expect(script).not.toMatch(/['"](Ethernet\b|vEthernet \()/);
  });

  it('runs its phase once, at its end', () => {
    expect(script.match(/^Invoke-Phase '(\w+)' \{$/gm)).toEqual([`Invoke-Phase '${phase}' {`]);
    expect(script.endsWith('}\nexit 0\n')).toBe(true);
  });

  it('has the sentinels of the contract', () => {
    expect(script).toContain(sentinel.begin);
    expect(script).toContain(sentinel.end);
  });

  it('defines each function once', () => {
    const names = [...code.matchAll(/^function ([\w-]+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the adapter layer', () => {
  it.each(['network', 'features', 'deconfigure'] as const)('of %s makes text of nothing as well', (phase) => {
    // What Windows leaves out is null, and a call of a method on it ends the phase.
    expect(codeOf(scriptOf(phase))).not.toMatch(/\$\w+\.\w[\w.]*\.ToString\(\)/);
  });
});

describe('reading phases', () => {
  const changing =
    /\b(New|Set|Add|Remove|Install|Uninstall|Restart|Stop|Start|Register|Format|Initialize)-(?!StrictMode|Sleep)\w+/g;
  /** Functions of the script do what they call; its own log, state file and result are not the machine's. */
  function commandsOf(script: string): string[] {
    const own = new Set([...script.matchAll(/^function ([\w-]+)/gm)].map(([, name]) => name));
    return (script.match(changing) ?? []).filter((name) => !own.has(name));
  }

  it.each(['verify', 'inventory'] as const)('%s changes nothing', (phase) => {
    expect(commandsOf(codeOf(scriptOf(phase)))).toEqual([]);
  });
});

describe('network', () => {
  it('carries its version, which the other phases have none of', () => {
    const line = `$ScriptVersion = '${bootVersion()}'`;
    expect(bootVersion()).toMatch(/^[0-9a-f]{16}$/);
    expect(
      scriptOf('network')
        .split('\n')
        .filter((each) => each === line),
    ).toHaveLength(1);
    const others = guestPhases.filter((phase) => phase !== 'network');
    expect(others.filter((phase) => scriptOf(phase).includes('$ScriptVersion ='))).toEqual([]);
  });

  it('goes switch, address, RRAS, NAT, forwarding, routes, DHCP', () => {
    const main = scriptOf('network').slice(scriptOf('network').indexOf("Invoke-Phase 'network'"));
    const steps = ['Set-Switch', 'Set-Address', 'Set-Router', 'Set-Nat', 'Set-Forwarding', 'Set-Routes'];
    const dhcp = ['Set-DhcpServer', 'Set-DhcpBinding', 'Set-DhcpScope', 'Set-DhcpOptions'];
    const order = [...steps, ...dhcp].map((step) => main.search(new RegExp(`^    ${step}\\b`, 'm')));
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });
});
