import type { Context } from 'aws-lambda';

export interface Call { readonly id: number; readonly event: unknown; readonly remainingMs: number }
export interface Reply { readonly id: number; readonly answer?: unknown; readonly error?: string }

type Handler = (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<unknown>;

/** Runs a built handler in its own process, as Lambda does: `handler-child.ts <bundle>`. */
async function answer({ id, event, remainingMs }: Call): Promise<Reply> {
  const endsAt = Date.now() + remainingMs;
  try {
    const { handler } = await import(process.argv[2]) as { handler: Handler };
    return { id, answer: await handler(event, { getRemainingTimeInMillis: () => endsAt - Date.now() }) };
  } catch (error) {
    return { id, error: (error as Error).message };
  }
}

process.on('message', (call: Call) => void answer(call).then(reply => process.send!(reply)));
