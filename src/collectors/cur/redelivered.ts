/** A file is no longer what it was when it was found: a new delivery has come, or is coming. The message says which and what. */
export class Redelivered extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Redelivered';
  }
}
