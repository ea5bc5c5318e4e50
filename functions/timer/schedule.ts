/** Binds a timer to an app setting, or to the default where the setting is absent: the host refuses to resolve that. */
export function scheduleOf(setting: string, otherwise: string): string {
  return process.env[setting] ? `%${setting}%` : otherwise;
}
