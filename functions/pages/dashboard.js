/* global document, fetch, sessionStorage, setTimeout */
// The page only reads, by the same calls as everybody: what the caller's role does not show is not shown here either.
(function dashboard() {
  const everyMs = 30_000;
  const mostPages = 20;
  const byId = (id) => document.getElementById(id);

  /** One page of the API; throws what the answer says where it is no 2xx. */
  async function read(path) {
    const key = sessionStorage.getItem('key');
    const answer = await fetch(path, { headers: key ? { 'x-functions-key': key } : {}, cache: 'no-store' });
    if (!answer.ok) {
      const told = await answer.json().catch(() => ({}));
      throw new Error(`${answer.status} ${told.title ?? 'The function key is missing or wrong.'}`);
    }
    return answer;
  }

  async function readAll(path) {
    const items = [];
    let next = path;
    for (let page = 0; next !== undefined && page < mostPages; page += 1) {
      const answer = await read(next);
      items.push(...(await answer.json()));
      next = /^<\/api\/v1\/(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    return items;
  }

  const countBy = (items, nameOf) => {
    const counts = new Map();
    for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const placeOf = ({ network, host }) => (host === undefined ? network : `${network}/${host}`);

  const sections = {
    'Hosts by state': async () => {
      const hosts = await readAll('hosts');
      return countBy(hosts, ({ network, state }) => `${network}: ${state}`).map(([name, count]) => [
        name,
        count,
      ]);
    },
    'Operations in flight': async () => {
      const open = [
        ...(await readAll('operations?status=running')),
        ...(await readAll('operations?status=admitted')),
      ];
      return open.map((operation) => [
        ...[operation.kind, placeOf(operation), operation.status, operation.createdAt, operation.id],
      ]);
    },
    'Findings of the last reconciliation': async () => {
      const networks = await readAll('networks');
      const reports = networks.map(async ({ name }) => {
        const newest = await (await read(`reconciliations?network=${name}&limit=20`)).json();
        // One that is under way has not told all yet; one that failed has told nothing.
        const report = newest.find(({ finishedAt, failure }) => finishedAt && !failure) ?? newest[0];
        return (report?.findings ?? []).map((finding) => [
          ...[finding.kind, placeOf({ network: name, host: finding.host }), finding.action.verdict],
          finding.detail,
        ]);
      });
      return (await Promise.all(reports)).flat();
    },
    'Poison messages': async () =>
      (await readAll('poison')).map(({ id, times, lastAt, reason }) => [
        id,
        `${times} times`,
        lastAt,
        reason,
      ]),
    'Callbacks that were given up': async () =>
      (await readAll('callbacks?status=undelivered')).map((callback) => [
        ...[callback.event, placeOf(callback), callback.receiver],
        callback.lastAttempt?.message ?? '',
      ]),
  };

  function element(tag, text, children = []) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = String(text);
    made.append(...children);
    return made;
  }

  async function sectionOf([title, rowsOf]) {
    try {
      const rows = await rowsOf();
      const cells = rows.map((row) =>
        element(
          'tr',
          undefined,
          row.map((cell) => element('td', cell)),
        ),
      );
      const body = cells.length > 0 ? element('table', undefined, cells) : element('p', 'none');
      return element('section', undefined, [element('h2', title), body]);
    } catch (error) {
      return element('section', undefined, [element('h2', title), element('p', error.message)]);
    }
  }

  async function show() {
    const made = await Promise.all(Object.entries(sections).map(sectionOf));
    byId('board').replaceChildren(...made);
    byId('at').textContent = `As of ${new Date().toISOString()}`;
  }

  let round = 0;
  async function keepShowing() {
    const mine = ++round;
    while (mine === round) {
      if (!document.hidden) await show();
      await new Promise((resume) => setTimeout(resume, everyMs));
    }
  }

  byId('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem('key', byId('key').value);
    byId('key').value = '';
    void keepShowing();
  });
  if (sessionStorage.getItem('key') !== null) void keepShowing();
})();
