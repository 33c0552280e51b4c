// /test/...: how a test asks for faults and holds, and looks at what came and what there is.

import { Refusal, notFound } from '../refusal.js'
import { refusal } from '../http/graphql.js'
import { json } from '../http/reply.js'
import { damaged, manifestOf, stateOf } from './state.js'

async function readJson(request) {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    try {
        return text === '' ? {} : JSON.parse(text)
    } catch {
        throw new Refusal(400, 'request is not JSON')
    }
}

// One entry a line, which grep likes.
const lines = (list) => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from(`[${list.map((one) => JSON.stringify(one)).join(',\n')}]\n`),
})

const numberOf = (query, name, otherwise) => Number(query.get(name) ?? otherwise)

export class Control {
    constructor({ world, faults, holds }) {
        Object.assign(this, { world, faults, holds })
        const { log, answers } = world
        this.actions = {
            'POST /test/faults': ({ body }) => this.faults.add(body),
            'GET /test/faults': () => lines(this.faults.list()),
            'DELETE /test/faults': () => this.faults.clear(),
            'POST /test/hold': ({ body }) => this.holds.add(body),
            'GET /test/held': ({ query }) => this.#held(query),
            'POST /test/release': ({ body }) => json(200, { released: this.holds.release(body) }),
            'POST /test/answers': ({ body }) => this.#answer(body),
            'GET /test/answers': () => json(200, { ...answers }),
            'GET /test/log': ({ query }) => this.#log(query),
            'DELETE /test/log': () => log.clear(),
            'GET /test/problems': () => lines(log.problems),
            'GET /test/documents': () => lines(log.documents),
            'GET /test/counts': () =>
                json(200, { counts: log.counts, requests: log.most, connections: log.connections }),
            'GET /test/state': () => json(200, stateOf(world)),
            'GET /test/manifest': ({ query }) => this.#manifest(query),
            'GET /test/damaged': async () => lines(await damaged(world)),
        }
    }

    async serve(request, url) {
        const action = this.actions[`${request.method} ${url.pathname}`]
        try {
            const body = await readJson(request)
            if (!action) throw notFound(`there is no ${request.method} ${url.pathname}`)
            return (await action({ body, query: url.searchParams })) ?? json(200, {})
        } catch (error) {
            return refusal(error)
        }
    }

    async #held(query) {
        const reached = await this.holds.reach(numberOf(query, 'count', 1), numberOf(query, 'wait', 0))
        return { ...lines(this.holds.waiting), status: reached ? 200 : 408 }
    }

    #answer(body) {
        try {
            for (const [name, value] of Object.entries(body)) this.world.answers.set(name, value)
        } catch (error) {
            throw new Refusal(400, error.message)
        }
    }

    // All entries, or from number SINCE on, or those of one OPERATION.
    #log(query) {
        const [since, operation] = [numberOf(query, 'since', 1), query.get('operation')]
        const wanted = (entry) => entry.n >= since && (operation === null || entry.operation === operation)
        return lines(this.world.log.entries.filter(wanted))
    }

    #manifest(query) {
        const manifest = manifestOf(this.world, query.get('artifact') ?? '')
        if (!manifest) throw notFound('there is no such committed artifact')
        return json(200, manifest)
    }
}
