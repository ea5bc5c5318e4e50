const { default: Sequencer } = require('@jest/test-sequencer');

/** The kinds of tests whose files run for minutes. Begun last, they would run alone while the other worker has nothing to do. */
const long = /[\\/]test[\\/](faults|guest|e2e|infra|random)[\\/]/;

/** Jest's own order (what failed, then by its memory of durations, which a clean clone does not have), the long ones first. */
module.exports = class LongestFirstSequencer extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => long.test(path);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
