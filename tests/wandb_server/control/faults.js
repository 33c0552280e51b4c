// Faults: what is to go wrong, with which operation, and when; and holds, at which a request waits until it
// is let go.

import { badInput } from '../refusal.js'

const kinds = [
    'status', // an error answer instead of acting
    'status-after', // acts, and answers with an error
    'errors', // 200 with GraphQL errors, and nothing done
    'partial', // acts, and answers 200 with data and errors
    'reset-before', // the connection is reset, and nothing done
    'reset-after', // acts, and resets the connection
    'slow', // acts after some time
    'expired', // a signed URL has expired; of an operation that signs URLs: signs those that have
    'truncate', // half of the answer, then the connection closes
    'wrong-bytes', // the first byte of the answer is another
    'garbage', // 200 with something that is not JSON, and nothing done
]

const count = (value, name) => {
    if (!Number.isInteger(value) || value < 1) throw badInput(`${name} is not a number from 1`)
    return value
}

// Which requests are meant: from the AT-th on with OPERATION among their labels, COUNT of them.
class Target {
    #seen = 0

    constructor({ operation, at = 1, count: many = 1 }) {
        if (typeof operation !== 'string') throw badInput('operation is missing')
        Object.assign(this, { operation, at: count(at, 'at'), count: count(many, 'count'), hits: 0 })
    }

    meets(labels) {
        if (this.operation !== '*' && !labels.includes(this.operation)) return false
        this.#seen++
        if (this.#seen < this.at || this.hits >= this.count) return false
        this.hits++
        return true
    }
}

class Fault extends Target {
    constructor(ask) {
        super(ask)
        const { kind, status = 500, retryAfter = null, milliseconds = 1000, message = 'injected fault' } = ask
        if (!kinds.includes(kind)) throw badInput(`kind is ${kind}, none of ${kinds.join(', ')}`)
        Object.assign(this, { kind, status, retryAfter, milliseconds, message })
    }
}

export class Faults {
    #faults = []

    add(asks) {
        const faults = [asks].flat().map((ask) => new Fault(ask ?? {}))
        this.#faults.push(...faults)
    }

    clear() {
        this.#faults = []
    }

    list() {
        return this.#faults
    }

    // The first that is meant for a request with these labels. All count it.
    take(labels) {
        return this.#faults.filter((fault) => fault.meets(labels))[0] ?? null
    }
}

class Hold extends Target {
    constructor(ask) {
        super(ask)
        this.when = ask.when ?? 'before'
        if (this.when !== 'before' && this.when !== 'after') throw badInput(`when is ${this.when}`)
    }
}

export class Holds {
    #holds = []
    #waiting = []
    #watchers = new Set()

    add(asks) {
        const holds = [asks].flat().map((ask) => new Hold(ask ?? {}))
        this.#holds.push(...holds)
    }

    // Waits while the request is held. Tells whether it is to go on.
    async pass(when, labels, entry) {
        const held = this.#holds.filter((hold) => hold.when === when && hold.meets(labels)).length > 0
        if (!held) return true
        const goesOn = new Promise((resolve) =>
            this.#waiting.push({ n: entry.n, operation: entry.operation, when, resolve }),
        )
        for (const look of this.#watchers) look()
        return goesOn
    }

    get waiting() {
        return this.#waiting.map(({ n, operation, when }) => ({ n, operation, when }))
    }

    // Waits until at least MANY requests are held; tells whether they are within SECONDS.
    async reach(many, seconds) {
        if (this.#waiting.length >= many) return true
        return new Promise((resolve) => {
            const end = (result) => {
                clearTimeout(timer)
                this.#watchers.delete(look)
                resolve(result)
            }
            const look = () => this.#waiting.length >= many && end(true)
            const timer = setTimeout(() => end(false), seconds * 1000)
            this.#watchers.add(look)
        })
    }

    // Lets all go that wait, on or (not ACT) away, and forgets what else was to be held unless KEEP.
    release({ act = true, keep = false } = {}) {
        const waiting = this.#waiting
        this.#waiting = []
        if (!keep) this.#holds = []
        for (const { resolve } of waiting) resolve(act)
        return waiting.length
    }
}
