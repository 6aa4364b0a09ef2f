import { describe } from 'vitest';
import { simulateDelivery } from '../support/simulation/simulate-delivery.ts';

describe('delivery, second half of the schedules', () => {
  simulateDelivery(5001, 5_000);
});
