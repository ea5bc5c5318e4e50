import { withNetwork, type Answer, type TestCloud } from '../support';

/** What Azure refuses, and with what. */
export interface Rejection {
  what: string;
  given?: () => TestCloud;
  when: (test: TestCloud) => Answer;
  status: number;
  code: string;
  /** Part of the message. */
  says?: RegExp;
  /** The code of the first detail. */
  detail?: string;
}

export function itRefuses(rejections: Rejection[]): void {
  it.each(rejections)('$what: $status $code', ({ given, when, status, code, says, detail }) => {
    const test = given ? given() : withNetwork();
    const answer = when(test);
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
    expect(answer.body.error?.message).toMatch(says ?? /./);
    expect(answer.body.error?.details?.[0]?.code).toBe(detail);
    expect(answer.headers['Azure-AsyncOperation']).toBeUndefined();
  });
}
