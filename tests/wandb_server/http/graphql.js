// The endpoint /graphql.

import { execute, getOperationAST, parse, validate } from '../library.js'
import { Refusal } from '../refusal.js'
import { makeSchema } from '../schema.js'
import { json } from './reply.js'

const schema = makeSchema()
const most = 1 << 26 // bytes of a request

async function readText(request) {
    const chunks = []
    let size = 0
    for await (const chunk of request) {
        size += chunk.length
        if (size > most) throw new Refusal(413, 'request is too large')
        chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
}

function parseBody(text) {
    let body
    try {
        body = JSON.parse(text)
    } catch {
        throw new Refusal(400, 'request is not JSON')
    }
    const { query, variables = null, operationName } = body ?? {}
    if (typeof query !== 'string') throw new Refusal(400, 'request has no query')
    return { query, variables: variables ?? {}, operationName: operationName || null }
}

// The names of an operation's root fields, whatever their aliases, through fragments.
function rootFields(document, { selectionSet }) {
    const fragment = (name) =>
        document.definitions.find((one) => one.kind === 'FragmentDefinition' && one.name.value === name)
    return selectionSet.selections.flatMap((one) => {
        if (one.kind === 'Field') return [one.name.value]
        return rootFields(document, one.kind === 'InlineFragment' ? one : fragment(one.name.value))
    })
}

const none = [[], []]

// What an operation is called: its root fields, and its own name.
function labels(document, operationName) {
    const operation = getOperationAST(document, operationName)
    if (!operation) return none
    const own = operation.name ? [operation.name.value] : []
    return [[...new Set(rootFields(document, operation))], own]
}

// Clients send few documents many times.
class Documents {
    #known = new Map()

    get(text) {
        let known = this.#known.get(text)
        if (known) return known
        try {
            const document = parse(text)
            const errors = validate(schema, document)
            known = {
                document,
                errors,
                labelsOf: (name) => (errors.length > 0 ? none : labels(document, name)),
            }
        } catch (error) {
            known = { document: null, errors: [error], labelsOf: () => none }
        }
        if (this.#known.size > 1000) this.#known.clear()
        this.#known.set(text, known)
        return known
    }
}

export class GraphqlEndpoint {
    #documents = new Documents()

    constructor(world) {
        this.world = world
    }

    // Reads the request. What is wrong with it is said when it is acted on, so that faults come first.
    async prepare(request, entry) {
        let body
        let known
        try {
            const text = await readText(request)
            if (this.world.accounts.leaks(text))
                this.world.log.problem('an API key in a GraphQL request', entry)
            body = parseBody(text)
            known = this.#documents.get(body.query)
        } catch (error) {
            if (!(error instanceof Refusal)) return null // the client went away
            this.world.log.problem(error.message, entry)
            return { labels: ['graphql'], act: () => refusal(error) }
        }
        const { operationName, variables, query } = body
        const [roots, own] = known.labelsOf(operationName)
        entry.operation = roots.join(' ')
        Object.assign(entry, { operationName: own[0] ?? null, variables })
        this.world.log.document(query)
        return {
            labels: ['graphql', ...roots, ...own],
            act: (urls) => this.#act(request, entry, body, known, urls),
        }
    }

    async #act(request, entry, { variables, operationName }, known, urls) {
        let user
        try {
            user = this.world.accounts.login(request.headers.authorization)
        } catch (error) {
            return refusal(error)
        }
        entry.user = user.name
        if (known.errors.length > 0) return this.#invalid(known.errors, entry)
        const result = await execute({
            schema,
            document: known.document,
            contextValue: { world: this.world, user, urls },
            variableValues: variables,
            operationName,
        })
        if (!('data' in result)) return this.#invalid(result.errors, entry)
        if (!result.errors) return json(200, result)
        return this.#failed(result, entry)
    }

    // A document that is none, or variables that it has no use for: a mistake of the client.
    #invalid(errors, entry) {
        for (const { message } of errors) this.world.log.problem(`not valid: ${message}`, entry)
        return json(this.world.answers.validationStatus, {
            errors: errors.map(({ message, locations }) => ({ message, locations })),
        })
    }

    #failed({ data, errors }, entry) {
        let status = 200
        for (const { originalError: error } of errors) {
            if (error instanceof Refusal) status = status === 200 ? error.status : status
            else {
                this.world.log.problem(`the server failed: ${error?.stack ?? errors[0].message}`, entry)
                status = 500
            }
        }
        entry.errors = errors.map(({ message }) => message)
        return json(status, { data, errors: errors.map(({ message, path }) => ({ message, path })) })
    }
}

export function refusal(error) {
    if (!(error instanceof Refusal)) throw error
    return json(error.status, { errors: [{ message: error.message }] })
}
