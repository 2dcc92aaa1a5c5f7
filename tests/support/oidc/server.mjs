// A real identity provider (the npm package oidc-provider) on 127.0.0.1, for tests.
//
//   node server.mjs FOLDER REDIRECT_URI
//
// Writes its port to FOLDER/port. Any login name signs in; its e-mail is NAME@msp.example, verified
// unless the name begins with "unverified".
import { createServer } from 'node:http';
import { renameSync, writeFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const [folder, redirectUri] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: 'tenantry',
      client_secret: 'canary-client-secret',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@msp.example`, email_verified: !id.startsWith('unverified'), name: id }),
    }),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['only for tests'] },
  });
  server.on('request', provider.callback());
  writeFileSync(`${folder}/port.tmp`, String(port));
  renameSync(`${folder}/port.tmp`, `${folder}/port`);
});
