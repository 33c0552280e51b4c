// URLs that the server gives out: signed ones, which need no credentials and expire, and those of its own
// handlers. The signature is over what may be done, not over the URL's host and path before it: it holds
// behind a proxy too.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { basename } from 'node:path'
import { hexOf } from '../names.js'

export class Signer {
    #secret = randomBytes(32)

    #signature(method, key, part, expires) {
        return createHmac('sha256', this.#secret)
            .update(`${method}\n${key}\n${part}\n${expires}`)
            .digest('hex')
    }

    query(method, key, part, expires) {
        return `part=${part}&expires=${expires}&signature=${this.#signature(method, key, part, expires)}`
    }

    // Of what came as a URL's query: valid, expired or wrong.
    check(method, key, query) {
        const [part, expires] = [query.get('part') ?? '', Number(query.get('expires'))]
        const expected = Buffer.from(this.#signature(method, key, part, expires))
        const given = Buffer.from(query.get('signature') ?? '')
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong'
        return Date.now() < expires ? 'valid' : 'expired'
    }
}

// The URLs for one client, who came to ORIGIN; storage is at STORAGE, another origin.
export class Urls {
    constructor({ origin, storage, signer, life }) {
        Object.assign(this, { origin, storage, signer })
        this.expires = Math.floor(Date.now() + life * 1000)
    }

    signed(method, key, part = '') {
        const path = key.split('/').map(encodeURIComponent).join('/')
        return `${this.storage}/storage/${path}?${this.signer.query(method, key, part, this.expires)}`
    }

    runFile(run, name) {
        return this.signed('PUT', `wandb_run_files/${run.name}/${name}`)
    }

    // Of the download handler, which asks for credentials.
    handler(artifact, entry) {
        const { project, name } = artifact.collection
        const words = ['default', project.entity, project.name, name, artifact.id, entry.birthArtifactID]
        const all = [...words, hexOf(entry.digest), basename(entry.path)]
        return `${this.origin}/artifactsV2/${all.map(encodeURIComponent).join('/')}`
    }
}
