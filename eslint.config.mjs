import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './tools/lint/rules.mjs';

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];
const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.bench.ts', 'tests/**'];
const CONFIGURATION = ['**/*.config.ts', '**/*.mjs', '**/*.d.ts'];

/** HTML from strings is how foreign text becomes script; nodes are built instead. */
const noHtmlFromStrings = [
  ...['innerHTML', 'outerHTML', 'srcdoc'].map((name) => ({
    selector: `AssignmentExpression[left.type="MemberExpression"][left.property.name="${name}"]`,
    message: `${name} turns text into markup; build nodes.`,
  })),
  {
    selector:
      'CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]',
    message: 'This turns text into markup; build nodes.',
  },
  {
    selector: 'CallExpression[callee.object.name="document"][callee.property.name=/^write(ln)?$/]',
    message: 'document.write turns text into markup; build nodes.',
  },
  {
    selector: 'JSXAttribute[name.name=/^(dangerouslySetInnerHTML|innerHTML|srcdoc)$/]',
    message: 'This turns text into markup; build nodes.',
  },
  {
    selector: 'Property[key.name="dangerouslySetInnerHTML"]',
    message: 'This turns text into markup; build nodes.',
  },
];

const namedExportsOnly = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name, so that a thing is called the same everywhere.',
};

/** A whole centre is simulated on one fake clock, which works only if nothing looks at another. */
const injectedTimeAndRandomness = [
  ['Date', 'now'],
  ['performance', 'now'],
  ['Math', 'random'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
].map(([object, property]) => ({
  selector: `MemberExpression[object.name="${object}"][property.name="${property}"]`,
  message: `${object}.${property} only in lib/: take the clock, ids or randomness as an argument.`,
}));

const injectedClockOnly = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'new Date() reads the clock of the machine: take a Clock as an argument.',
};

const environmentInOnePlace = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only server/src/main.ts reads the environment, so that every value is checked in one place.',
};

export default defineConfig(
  globalIgnores(['**/dist/**', '**/data/**', 'test-output/**', '**/node_modules/**']),
  {
    files: [...TYPESCRIPT, '**/*.mjs', '**/*.js'],
    plugins: { house },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'house/kebab-case-file': 'error',
      'house/reason-for-exception': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', ...noHtmlFromStrings, namedExportsOnly],
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // A `default` says that all others are meant.
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['{sdk,widget,console,server}/src/**', 'tools/**'],
    ignores: TESTS,
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['{sdk,widget,console,server}/src/**'],
    ignores: ['server/src/main.ts', ...TESTS],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['{sdk,server}/src/**'],
    ignores: ['{sdk,server}/src/lib/**', 'server/src/main.ts', ...TESTS],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noHtmlFromStrings,
        namedExportsOnly,
        ...injectedTimeAndRandomness,
        injectedClockOnly,
        environmentInOnePlace,
      ],
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => ({
          name,
          message: 'Timers come from the injected Clock.',
        })),
      ],
    },
  },
  {
    files: ['{sdk,server}/src/lib/**'],
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...noHtmlFromStrings, namedExportsOnly, environmentInOnePlace],
    },
  },
  {
    files: TESTS,
    rules: { 'max-lines': ['error', { max: 600 }], '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: CONFIGURATION,
    rules: { 'no-restricted-syntax': ['error', ...noHtmlFromStrings] },
  },
);
