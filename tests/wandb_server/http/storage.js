// Signed URLs: uploads and downloads, as an object storage takes and gives them.

import { randomBytes } from 'node:crypto'
import { hexOf, isMd5 } from '../names.js'
import { storageHeader } from '../model/files.js'
import { content, xml } from './reply.js'

const prefix = '/storage/'
const runFiles = 'wandb_run_files/'

// The bytes that a Range header asks for, of SIZE: [start, end], null for all, false for none there are.
function parseRange(header, size) {
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
    if (first === undefined || (first === '' && last === '')) return null
    if (first === '') return [Math.max(size - Number(last), 0), size]
    if (Number(first) >= size || (last !== '' && Number(last) < Number(first))) return false
    return [Number(first), last === '' ? size : Math.min(Number(last) + 1, size)]
}

export class Storage {
    constructor(world, signer) {
        Object.assign(this, { world, signer })
    }

    async prepare(request, entry, url) {
        const key = decodeURIComponent(url.pathname.slice(prefix.length))
        const { method } = request
        const part = url.searchParams.get('part') ?? ''
        const file = this.world.files.byKey(key)
        const kind = part !== '' ? 'part' : (file?.kind ?? 'run')
        entry.operation = `${method}-${kind}`
        return {
            labels: ['storage', method, `${method}-${kind}`],
            act: () => this.#act({ request, entry, key, part, file, url }),
            expired: () => xml(403, 'AccessDenied', 'Request has expired'),
        }
    }

    #refuse(entry, status, code, message) {
        this.world.log.problem(`${code}: ${message}`, entry)
        return xml(status, code, message)
    }

    async #act(ask) {
        const { request, entry, key, file, url } = ask
        const { method } = request
        if (request.headers.authorization !== undefined) {
            return this.#refuse(
                entry,
                400,
                'InvalidArgument',
                'Only one auth mechanism allowed: Authorization on a signed URL',
            )
        }
        const signature = this.signer.check(method, key, url.searchParams)
        if (signature === 'wrong') {
            return this.#refuse(entry, 403, 'SignatureDoesNotMatch', `the URL is not signed for ${method}`)
        }
        if (signature === 'expired') return xml(403, 'AccessDenied', 'Request has expired')
        if (method === 'PUT') return key.startsWith(runFiles) ? this.#drain(request) : this.#put(ask)
        return file?.object
            ? this.#get(file, request)
            : xml(404, 'NoSuchKey', 'The specified key does not exist.')
    }

    async #drain(request) {
        for await (const _ of request);
        return { status: 200, headers: {} }
    }

    // What a header has to be, since it is signed: null when all are right.
    #wrongHeader(request, file, part) {
        const { headers } = request
        const md5 = headers['content-md5']
        const expected = part === '' ? file.hex : file.multipart?.parts[part - 1]?.hex
        if (!md5 || !isMd5(md5) || hexOf(md5) !== expected) return `Content-MD5 is ${md5}`
        if (headers['content-type'] !== file.mimetype) return `Content-Type is ${headers['content-type']}`
        const own = headers[storageHeader.toLowerCase()]
        if (own !== (part === '' ? file.kind : undefined)) return `${storageHeader} is ${own}`
        return null
    }

    async #put({ request, entry, file, part }) {
        const length = Number(request.headers['content-length'])
        if (request.headers['content-length'] === undefined) {
            return this.#refuse(entry, 411, 'MissingContentLength', 'a PUT has no Content-Length')
        }
        const wrong = this.#wrongHeader(request, file, part)
        if (wrong) return this.#refuse(entry, 403, 'SignatureDoesNotMatch', wrong)
        const object = await this.world.objects.receive(request, length)
        if (!object) return null // the client went away
        if (object.hex !== hexOf(request.headers['content-md5'])) {
            this.world.objects.discard(object)
            return this.#refuse(
                entry,
                400,
                'BadDigest',
                'The Content-MD5 you specified did not match what we received.',
            )
        }
        return part === '' ? this.#keep(file, object) : this.#keepPart(file.multipart.parts[part - 1], object)
    }

    #keep(file, object) {
        if (file.object)
            this.world.objects.discard(object) // the same
        else file.object = object
        if (file.kind === 'file') file.artifact.collection.files.set(file.hex, file)
        return { status: 200, headers: { ETag: `"${file.hex}"` } }
    }

    // Its ETag is not its MD5: the client has to keep what it was told.
    #keepPart(part, object) {
        if (part.object) this.world.objects.discard(object)
        else part.object = object
        part.etag ??= `"${randomBytes(8).toString('hex')}-part"`
        return { status: 200, headers: { ETag: part.etag } }
    }

    #get(file, request) {
        const { object } = file
        const range = parseRange(request.headers.range, object.size)
        if (range === false) return xml(416, 'InvalidRange', 'The requested range is not satisfiable')
        const [start, end] = range ?? [0, object.size]
        const headers = { 'Content-Type': file.mimetype, 'Accept-Ranges': 'bytes', ETag: `"${file.hex}"` }
        if (range) headers['Content-Range'] = `bytes ${start}-${end - 1}/${object.size}`
        return content(range ? 206 : 200, this.world.objects, object, start, end, headers)
    }
}
