// The download handler /artifactsV2, which asks for credentials and knows files by what holds them; and the
// file stream of runs, which is answered and not kept.

import { Refusal } from '../refusal.js'
import { refusal } from './graphql.js'
import { content, json } from './reply.js'

export class Downloads {
    constructor(world) {
        this.world = world
    }

    async prepare(request, entry, url) {
        entry.operation = 'download'
        return {
            labels: ['download'],
            act: async (urls) => {
                try {
                    return this.#act(
                        this.world.accounts.login(request.headers.authorization),
                        url.pathname,
                        urls,
                    )
                } catch (error) {
                    return refusal(error)
                }
            },
        }
    }

    #act(user, path, urls) {
        const words = path.split('/').slice(2).map(decodeURIComponent)
        const named = words.length === 8
        if (!named && words.length !== 7) throw new Refusal(404, 'not found')
        const [, entity, project, collection] = words
        const [birthID, hex] = words.slice(-3)
        const found = this.world.projects.visible(user, entity, project)?.collections.get(collection)
        const artifact = named ? this.world.visible(user, 'Artifact', words[4]) : null
        const file = this.world.directory.get('Artifact', birthID)?.files.get(hex)
        const fits = named ? artifact && found?.membershipOf(artifact) : found
        if (!fits || !file?.object) throw new Refusal(404, 'not found')
        if (this.world.answers.redirect)
            return { status: 302, headers: { Location: urls.signed('GET', file.key) } }
        const { object } = file
        return content(200, this.world.objects, object, 0, object.size, { 'Content-Type': file.mimetype })
    }
}

export class FileStream {
    constructor(world) {
        this.world = world
    }

    async prepare(request, entry) {
        entry.operation = 'file_stream'
        for await (const _ of request);
        return {
            labels: ['file_stream'],
            act: async () => {
                try {
                    this.world.accounts.login(request.headers.authorization)
                } catch (error) {
                    return refusal(error)
                }
                return json(200, { exitcode: null, limits: {} })
            },
        }
    }
}
