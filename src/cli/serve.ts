/** `cenote serve`: starts the server, says how to use it, and stops it gracefully. */
import { resolve } from 'node:path';
import { startApp } from '../app.ts';
import type { Config } from '../config.ts';
import { createLog } from '../wire/request-log.ts';
import { developmentCertificate } from '../wire/tls.ts';
import { banner } from './banner.ts';

/** Standard output is for the log (JSON lines); what is for people goes to standard error. */
const print = (text: string) => process.stderr.write(text);

export const serve = async (config: Config): Promise<void> => {
  const log = createLog(config.logLevel);
  const app = await startApp(config, { log, print });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping: finishing the requests in flight');
    app.stop().then(
      () => log.flush(() => process.exit(0)),
      error => {
        log.error({ err: error }, 'could not stop cleanly');
        log.flush(() => process.exit(1));
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  // Last: whoever waits for the banner may stop the server at once.
  print(
    banner({
      publicUrl: app.publicUrl,
      dataDir: resolve(config.dataDir),
      database: app.foundation.storage.engine,
      credentialsFile: app.hasRootKey ? resolve(app.credentialsFile) : undefined,
      certificate: config.tls === 'development' ? resolve(developmentCertificate(config.dataDir)) : undefined,
      carriers: app.carriers,
    }),
  );
};
