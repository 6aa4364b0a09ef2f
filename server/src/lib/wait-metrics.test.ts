import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { WaitMetrics } from './wait-metrics.ts';

test('[RT15] a wait is compared with what was told: within, sooner or later, and by how much', async () => {
  const registry = new Registry();
  const metrics = new WaitMetrics();
  metrics.register(registry);
  metrics.ended({ waited: 60, low: 30, high: 90 });
  metrics.ended({ waited: 10, low: 30, high: 90 });
  metrics.ended({ waited: 190, low: 30, high: 90 });
  const text = await registry.metrics();
  for (const outcome of ['within', 'sooner', 'later']) {
    expect(text).toContain(`alongside_wait_estimates_total{outcome="${outcome}"} 1`);
  }
  expect(text).toContain('alongside_wait_estimate_error_seconds_sum 120');
});
