// The service: listens, and takes each request through faults and holds to what answers it.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { Accounts } from '../accounts.js'
import { Answers } from '../answers.js'
import { Control } from '../control/endpoints.js'
import { Faults, Holds } from '../control/faults.js'
import { Log } from '../control/log.js'
import { World } from '../model/world.js'
import { Downloads, FileStream } from './downloads.js'
import { GraphqlEndpoint } from './graphql.js'
import { json, reset, send } from './reply.js'
import { Storage } from './storage.js'
import { Signer, Urls } from './urls.js'

function faultAnswer({ kind, status, retryAfter, message }) {
    if (kind === 'garbage') {
        return {
            status: 200,
            headers: { 'Content-Type': 'text/html' },
            body: Buffer.from('<html>Sign in</html>'),
        }
    }
    if (kind === 'errors') return json(200, { data: null, errors: [{ message }] })
    return json(status, { error: message }, retryAfter === null ? {} : { 'Retry-After': String(retryAfter) })
}

function addError(reply, { message }) {
    const body = JSON.parse(reply.body.toString())
    return json(200, { ...body, errors: [...(body.errors ?? []), { message }] })
}

export class Service {
    constructor(options) {
        this.options = options
        this.log = new Log()
        const accounts = new Accounts(options)
        this.world = new World({
            accounts,
            answers: new Answers(options.answers),
            log: this.log,
            folder: options.folder,
        })
        this.faults = new Faults()
        this.holds = new Holds()
        this.signer = new Signer()
        this.control = new Control(this)
        const [graphql, storage] = [new GraphqlEndpoint(this.world), new Storage(this.world, this.signer)]
        const [downloads, stream] = [new Downloads(this.world), new FileStream(this.world)]
        this.routes = [
            [/^\/graphql$/, 'POST', 'api', graphql],
            [/^\/storage\//, 'PUT GET HEAD', 'storage', storage],
            [/^\/artifactsV2\//, 'GET HEAD', 'api', downloads],
            [/^\/files\/.*\/file_stream$/, 'POST', 'api', stream],
        ]
    }

    async listen() {
        this.api = await this.#listen('api', this.options.port)
        this.storage = await this.#listen('storage', 0)
        return this.api.address().port
    }

    #listen(name, port) {
        const { certificate, privateKey } = this.options
        const serve = (request, response) =>
            void this.#serve(request, response).catch((error) => this.#broken(error, response))
        const server = certificate
            ? createTlsServer({ cert: readFileSync(certificate), key: readFileSync(privateKey) }, serve)
            : createServer(serve)
        Object.assign(server, { keepAliveTimeout: 120000, requestTimeout: 0, timeout: 0 })
        this.log.watch(server, name)
        return new Promise((resolve, reject) => {
            server.once('error', reject)
            server.listen({ host: '127.0.0.1', port, backlog: 4096 }, () => resolve(server))
        })
    }

    close() {
        for (const server of [this.api, this.storage]) {
            server.close()
            server.closeAllConnections()
        }
    }

    #broken(error, response) {
        this.log.problem(`the server failed: ${error.stack}`)
        if (!response.headersSent) response.writeHead(500)
        response.end()
    }

    // URLs for the client of REQUEST, by the name that it called the server.
    urlsFor(request, life = this.options.urlLife) {
        const scheme = this.options.certificate ? 'https' : 'http'
        const host = request.headers.host ?? `127.0.0.1:${this.api.address().port}`
        const name = new URL(`${scheme}://${host}`).hostname
        const storage = this.options.sameOrigin ? host : `${name}:${this.storage.address().port}`
        return new Urls({
            origin: `${scheme}://${host}`,
            storage: `${scheme}://${storage}`,
            signer: this.signer,
            life,
        })
    }

    async #serve(request, response) {
        request.on('error', () => {}) // who reads it is told
        const url = new URL(request.url, 'http://localhost')
        if (url.pathname.startsWith('/test/'))
            return send(request, response, await this.control.serve(request, url))
        const [, , place, handler] =
            this.routes.find(
                ([path, methods]) => path.test(url.pathname) && methods.split(' ').includes(request.method),
            ) ?? []
        const counted = place ?? 'api'
        const entry = this.log.begin(request, url.pathname, counted)
        response.once('close', () =>
            this.log.end(entry, counted, response.headersSent ? response.statusCode : 'closed'),
        )
        this.#lookForKeys(request, entry)
        if (!handler) return send(request, response, json(404, { error: 'not found' }))
        const task = await handler.prepare(request, entry, url)
        if (task) await this.#perform(task, request, response, entry)
    }

    #lookForKeys(request, entry) {
        const others = Object.entries(request.headers).filter(([name]) => name !== 'authorization')
        const text = `${request.url} ${others.flat().join(' ')}`
        if (
            this.world.accounts.leaks(text) ||
            this.world.accounts.leaks(decodeURI(text.replace(/%(?![0-9a-f]{2})/gi, '')))
        ) {
            this.log.problem('an API key outside Authorization', entry)
        }
    }

    async #perform(task, request, response, entry) {
        this.log.count(task.labels)
        const fault = this.faults.take(task.labels)
        if (fault) entry.fault = fault.kind
        if (!(await this.holds.pass('before', task.labels, entry))) return reset(request.socket)
        const reply = await this.#answer(task, fault, request, entry)
        if (reply && !(await this.holds.pass('after', task.labels, entry))) return reset(request.socket)
        if (!reply || fault?.kind === 'reset-after') {
            entry.status = 'reset'
            return reset(request.socket)
        }
        const harm = fault?.kind === 'truncate' || fault?.kind === 'wrong-bytes' ? fault.kind : null
        await send(request, response, reply, harm)
    }

    // The reply, acted for or not as the fault says; null when the connection is to end.
    async #answer(task, fault, request, entry) {
        switch (fault?.kind) {
            case 'reset-before':
                return null
            case 'status':
            case 'errors':
            case 'garbage':
                return faultAnswer(fault)
            case 'expired':
                return task.expired ? task.expired() : task.act(this.urlsFor(request, -1))
            case 'slow':
                await sleep(fault.milliseconds)
        }
        const reply = await task.act(this.urlsFor(request))
        if (!reply) return null
        if (fault?.kind === 'status-after') return faultAnswer(fault)
        if (fault?.kind === 'partial') return addError(reply, fault)
        return reply
    }
}
