import { type PostgresServer, stopPostgresServer } from './postgres.ts';
import { type RedisServer, stopRedisServer } from './redis.ts';
import { RUN_FOLDER_VARIABLE, startedInRun } from './run-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Gives all workers of a run one folder for notes, and stops at the end what they started in it. Servers start
 * only when a suite asks, so a run that needs none pays nothing.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Several projects share this setup, and vitest runs it for each of them.
  if (process.env[RUN_FOLDER_VARIABLE] !== undefined) return undefined;
  const folder = await temporaryFolder('test-run');
  process.env[RUN_FOLDER_VARIABLE] = folder.path;
  return async () => {
    const postgres = await startedInRun<PostgresServer>(folder.path, 'postgres');
    if (postgres) await stopPostgresServer(postgres);
    const redis = await startedInRun<RedisServer>(folder.path, 'redis');
    if (redis) await stopRedisServer(redis);
    Reflect.deleteProperty(process.env, RUN_FOLDER_VARIABLE);
    await folder.remove();
  };
}
