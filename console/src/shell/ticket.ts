import { SignedOutError } from '@alongside/sdk/agent';
import { type Api, ApiError } from './api.ts';

/** A one-time ticket for a socket; a {@link SignedOutError} where there is nobody signed in any more. */
export async function ticketFrom(api: Api): Promise<string> {
  try {
    return await api.ticket();
  } catch (error) {
    const isSignedOut = error instanceof ApiError && (error.status === 401 || error.status === 403);
    throw isSignedOut ? new SignedOutError() : error;
  }
}
