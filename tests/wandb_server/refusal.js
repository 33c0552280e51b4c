// What the server says no with. GraphQL answers carry it with its path, and its status as the answer's.

export class Refusal extends Error {
    constructor(status, message) {
        super(message)
        this.status = status
    }
}

export const badInput = (message) => new Refusal(400, message)
export const notFound = (message) => new Refusal(404, message)
export const conflict = (message) => new Refusal(409, message)
export const denied = (message = 'permission denied') => new Refusal(403, message)
