const url = /https?:\/\/[^\s"'\\]+/gi;

/**
 * A message that was given up, as it is shown: of a URL only the host, since the rest may hold a token of the receiver. The
 * id of a secret is no secret.
 */
export function shownMessage(text: string): string {
  const shown = rewritten(text);
  return shown === undefined ? text.replace(url, hostOnly) : shown;
}

/** Undefined if the text is no JSON. */
function rewritten(text: string): string | undefined {
  let changed = false;
  try {
    const value: unknown = JSON.parse(text, (key, part: unknown) => {
      if (typeof part !== 'string' || key === 'secretId') return part;
      const shown = part.replace(url, hostOnly);
      changed ||= shown !== part;
      return shown;
    });
    return changed ? JSON.stringify(value) : text;
  } catch {
    return undefined;
  }
}

function hostOnly(text: string): string {
  if (!URL.canParse(text)) return '...';
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}/...`;
}
