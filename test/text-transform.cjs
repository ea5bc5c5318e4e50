// esbuild bundles scripts as text (esbuild.config.mjs); this gives Jest the same view.
module.exports = {
  process: (source) => ({ code: `module.exports = ${JSON.stringify(source.replaceAll('\r\n', '\n'))};` }),
};
