/**
 * Small rules of this house that no plugin has. ESLint runs them as the plugin `house`.
 */

const KEBAB_CASE_FILE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/;

/** Files are found by guessing their name, so all names are formed alike. */
const kebabCaseFile = {
  meta: { type: 'suggestion', schema: [], messages: { name: 'File names are kebab-case: {{name}}' } },
  create: (context) => ({
    Program(node) {
      const name = context.filename.split(/[\\/]/).at(-1);
      if (!KEBAB_CASE_FILE.test(name)) context.report({ node, messageId: 'name', data: { name } });
    },
  }),
};

/** An exception without its reason cannot be judged when the reason is gone. */
const reasonForException = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { reason: 'Say why the rule does not hold here: `eslint-disable… rule -- reason`.' },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/ -- \S/.test(comment.value)) {
          context.report({ loc: comment.loc, messageId: 'reason' });
        }
      }
    },
  }),
};

export const house = {
  rules: { 'kebab-case-file': kebabCaseFile, 'reason-for-exception': reasonForException },
};
