/** Ends a test run with one plain line of counts; a suite that could not even load counts as a failure. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    this.line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
    // After the summary, which other reporters still write in this turn.
    process.once('exit', () => console.log(this.line));
  }
};
