import { describe } from 'vitest';
import { simulateDelivery } from '../support/simulation/simulate-delivery.ts';

describe('delivery, first half of the schedules', () => {
  simulateDelivery(1, 5_000);
});
