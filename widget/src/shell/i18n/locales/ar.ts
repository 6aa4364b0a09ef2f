import { english } from '../english.ts';
export const words = english;
