/** Who may know whom: bin -> lib -> app/contract; lambda -> app/database, app/contract; app and web -> nothing outside. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'app-knows-nothing-outside-app',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(bin|lib|lambda|test|web)/' },
    },
    {
      name: 'lambda-knows-database-and-contract',
      severity: 'error',
      from: { path: '^lambda/' },
      to: { path: '^(bin|lib|test|web|app/(?!contract/|database/))' },
    },
    {
      name: 'lib-knows-contract',
      comment: 'lib/ hands programs to AWS as built files, never by import',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(bin|lambda|test|web|app/(?!contract/))' },
    },
    {
      name: 'contract-stands-alone',
      comment: 'who imports the contract gets nothing else of the API with it',
      severity: 'error',
      from: { path: '^app/contract/' },
      to: { path: '^app/(?!contract/)' },
    },
    {
      name: 'programs-carry-nothing-else-of-the-api',
      comment: 'what a module of the database brings along is in the program too',
      severity: 'error',
      from: { path: '^lambda/' },
      to: { path: '^app/(?!contract/|database/)', reachable: true },
    },
    {
      name: 'only-lib-knows-cdk',
      severity: 'error',
      from: { path: '^(app|lambda)/' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/' },
    },
    {
      name: 'web-knows-the-api-by-its-description',
      comment: 'the sites run in a browser: what they know of the API is generated from its description',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(app|bin|lib|lambda|test)/' },
    },
    {
      name: 'sites-stand-alone',
      severity: 'error',
      from: { path: '^web/(customer|merchant|admin)/' },
      to: { path: '^web/(customer|merchant|admin)/', pathNot: '^web/$1/' },
    },
    { name: 'nothing-knows-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
