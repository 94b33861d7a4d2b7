export async function checkFile(): Promise<never> { throw new Error('x'); }
