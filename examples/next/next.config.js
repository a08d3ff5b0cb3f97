import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export default {
  // Plain files, for any web server. A page that is rendered on a server embeds the chat in the same way.
  output: 'export',
  // The path under which the files are served, if that is not the root.
  basePath: process.env.BASE_PATH ?? '',
  turbopack: { root: dirname(fileURLToPath(import.meta.url)) },
};
