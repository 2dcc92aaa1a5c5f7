import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';
import importX from 'eslint-plugin-import-x';
import { readdirSync } from 'node:fs';

const features = readdirSync(new URL('./src/features', import.meta.url));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.ts'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict],
    plugins: { 'react-hooks': reactHooks, 'import-x': importX },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })] },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            // A feature knows api and shared; only app knows features.
            ...features.map((feature) => ({
              target: `./src/features/${feature}`,
              from: './src/features',
              except: [`./${feature}`],
              message: 'Features do not import one another; share through src/shared.',
            })),
            { target: './src/features', from: './src/app', message: 'app composes features, not the other way round.' },
            { target: './src/shared', from: ['./src/features', './src/app'], message: 'shared is below features.' },
            { target: './src/api', from: ['./src/features', './src/app', './src/shared'], message: 'api is the lowest.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'TSAsExpression[typeAnnotation.typeName.name!="const"]', message: 'No as outside src/api.' }],
      '@typescript-eslint/consistent-type-assertions': 'off',
    },
  },
  { files: ['src/api/**'], rules: { 'no-restricted-syntax': 'off' } },
  // A table of words is as long as there are words.
  { files: ['src/shared/words/**/*.ts'], rules: { 'max-lines': 'off' } },
);
